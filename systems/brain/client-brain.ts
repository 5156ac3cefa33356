import { result, resultCodes } from '../../protocol/result-codes.js'
import type { Client } from '../../src/client/index.js'
import { randomFloat } from '../../src/ecs/random.js'
import type { Content } from '../content/types.js'
import { ClientView } from './client-view.js'
import { decide, pauseTicks } from './decide.js'

const codeByName = new Map<string, number>(resultCodes.list.map(({ name, code }) => [name, code]))

/** Runs the brain for one client: a decision whenever the server's ticks say that it is time. Returns what stops it. */
export function runBrain(client: Client, content: Content, seed: number): () => void {
  const view = new ClientView(client)
  const draw = (n: number): number => randomFloat(seed, client.tick, client.me, n)
  return client.onTick((tick) => {
    if (client.me === 0 || tick < view.mind.nextTick || !view.isReady) return
    const acts = decide(view, content, draw)
    view.refusedOpcode = 0
    view.refusedCode = 0
    view.mind.nextTick = tick + pauseTicks(view)
    if (acts.length === 0) return
    client.batch(() => {
      for (const { opcode, payload } of acts) {
        view.noteAct(opcode, payload)
        const answered = (code: string): void => view.noteResult(opcode, codeByName.get(code) ?? result.malformed)
        // A connection that ends is reported by the client itself; the act is then of no more interest.
        client.request(opcode, payload as never).then(answered, () => undefined)
      }
    })
  })
}
