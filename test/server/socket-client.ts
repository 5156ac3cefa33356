import { decodeMessage, encode } from '../../src/protocol/codec.js'
import type { OpcodePayload, ToServer } from '../../src/protocol/opcode.js'
import type { FarEnd } from '../ports/transport-harness.js'
import { openWs } from '../ports/ws-client.js'
import { tinyProtocol } from './tiny-game.js'

/** A player on a real socket, as a test drives it. */
export interface SocketClient {
  readonly end: FarEnd
  request<O extends ToServer>(opcode: O, payload: OpcodePayload<O>): number
  /** The payload of the next message of that name; what comes before it is skipped. */
  until(name: string): Promise<Record<string, unknown>>
  /** The name of the result of that request. */
  resultOf(seq: number): Promise<string>
}

export async function connectSocket(port: number): Promise<SocketClient> {
  const { end } = await openWs(port, ['myriad.v1.msgpack'])
  const waiting: { name: string; payload: Record<string, unknown> }[] = []
  let seq = 0
  const next = async () => {
    while (waiting.length === 0) {
      for (const message of decodeMessage(await end.next()).slice(1) as unknown[][]) {
        const compiled = tinyProtocol.byId.get(message[0] as number)!
        waiting.push({ name: compiled.opcode.name, payload: compiled.readLenient(message, 1)! })
      }
    }
    return waiting.shift()!
  }
  const until = async (name: string) => {
    let message = await next()
    while (message.name !== name) message = await next()
    return message.payload
  }
  return {
    end,
    until,
    request(opcode, payload) {
      seq += 1
      end.send(encode(tinyProtocol.byId.get(opcode.id)!.write(payload as Record<string, unknown>, [opcode.id, seq])))
      return seq
    },
    async resultOf(wanted) {
      let result = await until('session.result')
      while (result.seq !== wanted) result = await until('session.result')
      return tinyProtocol.resultCodes.list[result.code as number].name
    },
  }
}
