import type { ProtocolJson } from '../../src/protocol/reference-json.js'
import type { FarEnd } from '../ports/transport-harness.js'
import { openWs, readHttp } from '../ports/ws-client.js'

export interface JsonMessage {
  readonly tick: number
  readonly name: string
  readonly fields: readonly unknown[]
}

/** A client that speaks and hears text frames of JSON alone, and knows of the game what `/protocol.json` says. */
export interface JsonSocket {
  readonly end: FarEnd
  readonly protocol: ProtocolJson
  /** Bytes of the frames so far, each way. */
  readonly counts: { sent: number; received: number; frames: number }
  request(name: string, ...fields: unknown[]): number
  sendText(text: string): void
  /** The messages of the next frame. */
  frame(): Promise<readonly JsonMessage[]>
  /** Reads frames up to the first one with a message for which `found` holds, and gives that message. */
  until(found: (message: JsonMessage) => boolean): Promise<JsonMessage>
  /** The name of the result of that request. */
  resultOf(seq: number): Promise<string | undefined>
}

export async function connectJson(port: number): Promise<JsonSocket> {
  const protocol = JSON.parse((await readHttp(port, '/protocol.json')).body) as ProtocolJson
  const names = new Map(protocol.opcodes.map(({ id, name }) => [id, name]))
  const { end, ws } = await openWs(port, ['myriad.v1.json'])
  if (ws.protocol !== 'myriad.v1.json') throw new Error(`the server chose ${ws.protocol}`)
  const counts = { sent: 0, received: 0, frames: 0 }
  let seq = 0
  const sendText = (text: string) => {
    counts.sent += Buffer.byteLength(text)
    end.send(text)
  }
  const frame = async () => {
    const text = await end.nextText()
    counts.received += Buffer.byteLength(text)
    counts.frames += 1
    const [tick, ...messages] = JSON.parse(text) as [number, ...[number, ...unknown[]][]]
    return messages.map(([id, ...fields]) => ({ tick, name: names.get(id) ?? `unknown ${id}`, fields }))
  }
  const until = async (found: (message: JsonMessage) => boolean) => {
    for (;;) {
      const message = (await frame()).find(found)
      if (message !== undefined) return message
    }
  }
  return {
    end,
    protocol,
    counts,
    sendText,
    frame,
    until,
    request(name, ...fields) {
      seq += 1
      const opcode = protocol.opcodes.find((one) => one.name === name)
      sendText(JSON.stringify([opcode?.id, seq, ...fields]))
      return seq
    },
    async resultOf(wanted) {
      const { fields } = await until(({ name, fields: [answered] }) => name === 'session.result' && answered === wanted)
      return protocol.resultCodes.find(({ code }) => code === fields[1])?.name
    },
  }
}

/** Says hello as a guest and enters as a new character of that name; gives the fields of `session.entered`. */
export async function enterJson(client: JsonSocket, name: string): Promise<JsonMessage> {
  client.request('session.hello', `guest:${name}`, '', client.protocol.protocolHash)
  await client.until((message) => message.name === 'session.welcome')
  client.request('session.createCharacter', name, 1)
  const { fields } = await client.until((message) => message.name === 'session.characters')
  const [[characterId]] = fields[0] as [[number]]
  client.request('session.enter', characterId)
  return await client.until((message) => message.name === 'session.entered')
}
