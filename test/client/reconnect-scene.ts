import { type Client, type ConnectOptions, connect } from '../../src/client/index.js'
import { SessionCharacters, SessionEntered, SessionWelcome } from '../../src/net/opcodes.js'
import { FakeSocket, part, result } from './fake-socket.js'
import { CELL_SIZE_M, components, protocol } from './tiny-game.js'

/** Promises settle. */
export const settle = () => new Promise((resolve) => setImmediate(resolve))

/** The timers of an SDK, fired by hand. */
export class Timers {
  readonly waiting: { readonly delayMs: number; readonly run: () => void }[] = []
  readonly after = (delayMs: number, run: () => void): (() => void) => {
    const timer = { delayMs, run }
    this.waiting.push(timer)
    return () => {
      const index = this.waiting.indexOf(timer)
      if (index >= 0) this.waiting.splice(index, 1)
    }
  }

  fire(): number {
    const [timer] = this.waiting.splice(0, 1)
    if (timer === undefined) throw new Error('no timer waits')
    timer.run()
    return timer.delayMs
  }
}

export interface Scene {
  readonly client: Client
  readonly timers: Timers
  readonly clock: { ms: number }
  readonly log: string[]
  /** The first socket. */
  readonly socket: FakeSocket
}

export const welcome = (resumeToken: string, lastSeq: number) =>
  part(SessionWelcome, { accountId: 'a', serverVersion: '1', protocolHash: 'h', tickHz: 20, resumeToken, lastSeq })
export const entered = (entity: number) =>
  part(SessionEntered, { entity, tick: 2, zone: 1, instance: 0, cellSizeM: CELL_SIZE_M, x: 1, y: 2, z: 3 })
const characters = part(SessionCharacters, { list: [{ characterId: 77, name: 'Ada', class: 1, level: 3 }] })

/** A client that reconnects, in the world as character 77 after three requests: hello, list, enter. */
export async function scene(resumeToken: string, options: Partial<ConnectOptions> = {}): Promise<Scene> {
  const timers = new Timers()
  const clock = { ms: 1_000 }
  const connecting = connect({
    url: 'ws://here/',
    token: 'guest:ada',
    protocol,
    components,
    WebSocket: FakeSocket,
    nowMs: () => clock.ms,
    after: timers.after,
    reconnect: { random: () => 0.5 },
    ...options,
  })
  const socket = FakeSocket.last
  socket.opens()
  socket.says(1, welcome(resumeToken, 1), result(1, 'ok'))
  const client = await connecting
  const log: string[] = []
  client.onLost((reason) => log.push(`lost ${reason}`))
  client.onResumed(({ sameSession, attempts }) => log.push(`resumed ${sameSession ? 'session' : 'character'} after ${attempts}`))
  client.onClosed((reason) => log.push(`closed ${reason}`))
  const entering = client.enterAs('Ada', 1)
  socket.says(2, characters, result(2, 'ok'))
  await settle()
  socket.says(3, entered(5), result(3, 'ok'))
  await entering
  return { client, timers, clock, log, socket }
}

/** The wait is over, and the next socket opens. */
export async function nextSocket({ timers }: Scene): Promise<FakeSocket> {
  const before = FakeSocket.last
  timers.fire()
  if (FakeSocket.last === before) throw new Error('no socket was opened')
  FakeSocket.last.opens()
  await settle()
  return FakeSocket.last
}
