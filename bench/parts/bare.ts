import { createSystemClock } from '../../src/adapters/system-clock.js'
import { createUwsTransport } from '../../src/adapters/uws-transport.js'
import { FRAME_BYTES_MAX } from '../../src/net/opcodes.js'
import { createLoop } from '../../src/server/loop.js'
import type { Measurable } from './measurable.js'
import { type HostOrder, sharedNowMs, type TickEnd } from './orders.js'

const TICK_HZ = 20
const HEADER_BYTES = 8

/** Nothing but the transport: in every tick the same bytes to everybody, under the tick's number. */
export async function bare({ bytes }: HostOrder): Promise<Measurable> {
  const clock = createSystemClock()
  const transport = createUwsTransport()
  const sockets = new Set<number>()
  const tickEnds: TickEnd[] = []
  const message = new Uint8Array(Math.max(HEADER_BYTES, bytes))
  const view = new DataView(message.buffer)
  let frames = 0
  let closed = 0
  const loop = createLoop({
    clock,
    tickHz: TICK_HZ,
    runTick: () => {
      const tick = tickEnds.length + 1
      view.setUint32(4, tick)
      tickEnds.push([tick, sharedNowMs()])
      for (const socket of sockets) {
        if (transport.send(socket, message) === 'dropped') closed += 1
        frames += 1
      }
    },
    onError: (error) => {
      throw error
    },
  })
  const handlers = {
    open: (socket: number) => void sockets.add(socket),
    message: () => undefined,
    close: (socket: number) => void sockets.delete(socket),
    http: () => undefined,
  }
  const port = await transport.listen({ host: '127.0.0.1', port: 0, frameBytesMax: FRAME_BYTES_MAX }, handlers)
  loop.start()
  return {
    port,
    loop,
    tickEnds,
    sent: () => ({ bytes: frames * message.length, frames }),
    rest: () => ({ closed, clients: sockets.size, inView: 0 }),
    stored: () => ({ commits: 0, commitMs: 0, rows: 0 }),
    spread: () => [],
    pairUp: () => [],
    stop: async () => {
      loop.stop()
      await transport.stop()
    },
  }
}
