import { parseArgs } from 'node:util'
import { type Client, connect } from 'myriad/client'
import { MoveTo, standardGame } from 'myriad/game'
import { WebSocket } from 'ws'
import { describeSights } from './sights.js'

const WALK_M = 10
/** Longer than the walk takes at 7 m/s, in seconds of world time. */
const WALK_S_MAX = 5
/** At the end of a path a character stands this near to where it was sent: places travel with some rounding. */
const ARRIVED_M = 0.5

const { values } = parseArgs({
  options: { url: { type: 'string', default: 'ws://127.0.0.1:7777/' }, name: { type: 'string', default: 'Visitor' } },
})

/** Resolves with true after the first server message that makes `isTrue` so, with false when `timeoutS` have passed without. */
function until(client: Client, isTrue: () => boolean, timeoutS: number): Promise<boolean> {
  const lastTick = client.tick + timeoutS * client.tickHz
  return new Promise((resolve, reject) => {
    const check = (): void => {
      const done = isTrue()
      if (!done && client.tick < lastTick) return
      off()
      resolve(done)
    }
    const off = client.onTick(check)
    client.onClosed((reason) => reject(new Error(`the connection ended: ${reason}`)))
    check()
  })
}

/** Rejects when the server is not there or refuses; the process then ends with the reason and exit code 1. */
async function visit(): Promise<void> {
  const { protocol, components } = standardGame
  // In a browser leave WebSocket out: there is one.
  const client = await connect({ url: values.url, token: `guest:${values.name}`, protocol, components, WebSocket })
  // Creates the character if the account does not have it, then enters the world with it.
  const { x, z } = await client.enterAs(values.name, 1)
  console.log(`${values.name} entered at ${x.toFixed(1)}, ${z.toFixed(1)}`)

  // Nothing has to be asked for: the cells around the character come by themselves, in full first.
  await until(client, () => client.self !== undefined, 2)
  for (const line of describeSights(client)) console.log(line)

  // A request's answer says that the walk has begun; where it led is seen like everybody else's place.
  const target = { x: x + WALK_M, z }
  console.log(`move.to: ${await client.request(MoveTo, target)}`)
  const isThere = (): boolean => {
    const { self } = client
    return self !== undefined && Math.abs(self.x - target.x) < ARRIVED_M && Math.abs(self.z - target.z) < ARRIVED_M
  }
  const arrived = await until(client, isThere, WALK_S_MAX)
  console.log(`${arrived ? 'walked' : 'got'} to ${client.self?.x.toFixed(1)}, ${client.self?.z.toFixed(1)}`)

  // Resolves when the server has ended the session: the character has left the world and is kept for next time.
  await client.logout()
  console.log(`logged out: ${client.ended}`)
}

await visit().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
