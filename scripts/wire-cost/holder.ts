import {
  SessionAck,
  SessionCharacters,
  SessionCreateCharacter,
  SessionEnter,
  SessionHello,
  SessionResult,
} from '../../src/net/opcodes.js'
import { decodeMessage, encode } from '../../src/protocol/codec.js'
import { NetLink } from './net-link.js'

/** Clients that are under way into the server at once. */
const WAVE = 25
/** Of ticks: a client in the world says once a second how far it has read. */
const ACK_TICKS = 20

/** What the server's process asks of the one that holds the sockets. */
export interface HoldOrder {
  readonly port: number
  readonly first: number
  readonly count: number
  readonly isInWorld: boolean
}

/** A client that says hello, enters if it is told to, and does nothing more. Resolves when it is there. */
async function settle(port: number, name: string, isInWorld: boolean): Promise<void> {
  let seq = 0
  let ackedTick = 0
  let arrived: (() => void) | undefined
  const ask = (opcode: number, ...fields: readonly unknown[]): void => {
    seq += 1
    link.send(encode([opcode, seq, ...fields]))
  }
  const answered = (code: number): void => {
    if (code !== 0) throw new Error(`request ${seq} of ${name} was refused with code ${code}`)
    if (isInWorld && seq === 1) ask(SessionCreateCharacter.id, name, 1)
    else if (!isInWorld || seq === 3) {
      arrived?.()
      arrived = undefined
    }
  }
  const receive = (bytes: Uint8Array): void => {
    const [tick, ...messages] = decodeMessage(bytes) as [number, ...(readonly unknown[])[]]
    for (const [opcode, ...fields] of messages) {
      if (opcode === SessionCharacters.id) ask(SessionEnter.id, (fields[0] as readonly (readonly number[])[])[0][0])
      if (opcode === SessionResult.id && arrived !== undefined && fields[0] === seq) answered(fields[1] as number)
    }
    if (arrived !== undefined || !isInWorld || tick - ackedTick < ACK_TICKS) return
    ackedTick = tick
    ask(SessionAck.id, tick)
  }
  const link = await NetLink.open(port, receive, (code) => {
    throw new Error(`the server closed the socket of ${name} with code ${code}`)
  })
  const there = new Promise<void>((resolve) => {
    arrived = resolve
  })
  ask(SessionHello.id, `guest:${name}`, '', '')
  await there
}

/** Holds what it is told to hold until its parent kills it; answers each order when all its clients are there. */
export function hold(): void {
  process.on('message', async (order: HoldOrder) => {
    const { port, first, count, isInWorld } = order
    for (let at = first; at < first + count; at += WAVE) {
      const wave = Array.from({ length: Math.min(WAVE, first + count - at) }, (_, i) => `Idler${at + i}`)
      await Promise.all(wave.map((name) => settle(port, name, isInWorld)))
    }
    process.send?.('held')
  })
}
