import {
  SessionAck,
  SessionCharacters,
  SessionCreateCharacter,
  SessionEnter,
  SessionEntered,
  SessionHello,
  SessionResult,
} from '../../src/net/opcodes.js'
import { decodeMessage, encode } from '../../src/protocol/codec.js'
import { NetLink } from './net-link.js'

/** Clients that are under way into the server at once. */
const WAVE = 25
/** Of ticks: a client in the world says once a second how far it has read. */
const ACK_TICKS = 20

/** The tick of a message: it stands at the same place in every one that the server sends. */
export const tickOf = (bytes: Uint8Array): number => ((bytes[4] << 24) | (bytes[5] << 16) | (bytes[6] << 8) | bytes[7]) >>> 0

/**
 * A client that says hello, enters if it is told to, and says how far it has read. Once it is there it reads no more of a message than
 * its tick, so that a process can hold many of them.
 */
export class Idler {
  /** Whom it plays; 0 while it plays nobody. */
  entity = 0
  /** Told of every message after it is there. */
  onMessage: (bytes: Uint8Array) => void = () => undefined
  private seq = 0
  private ackedTick = 0
  private link: NetLink | undefined
  private arrived: (() => void) | undefined

  private constructor(
    private readonly name: string,
    private readonly isInWorld: boolean,
    private readonly ended: (code: number) => void,
  ) {}

  /** Resolves when it is there. `ended` is told when its connection ends. */
  static async open(port: number, name: string, isInWorld: boolean, ended: (code: number) => void): Promise<Idler> {
    const idler = new Idler(name, isInWorld, ended)
    idler.link = await NetLink.open(
      port,
      (bytes) => idler.receive(bytes),
      (code) => idler.ended(code),
    )
    const there = new Promise<void>((resolve) => {
      idler.arrived = resolve
    })
    idler.ask(SessionHello.id, `guest:${name}`, '', '')
    await there
    return idler
  }

  /** Returns the request's seq. */
  ask(opcode: number, ...fields: readonly unknown[]): number {
    this.seq += 1
    this.link?.send(encode([opcode, this.seq, ...fields]))
    return this.seq
  }

  stopReading(): void {
    this.link?.stopReading()
  }

  private receive(bytes: Uint8Array): void {
    if (this.arrived !== undefined) this.enter(bytes)
    else this.onMessage(bytes)
    const tick = tickOf(bytes)
    if (this.arrived !== undefined || !this.isInWorld || tick - this.ackedTick < ACK_TICKS) return
    this.ackedTick = tick
    this.ask(SessionAck.id, tick)
  }

  private enter(bytes: Uint8Array): void {
    for (const [opcode, ...fields] of decodeMessage(bytes).slice(1) as readonly (readonly unknown[])[]) {
      if (opcode === SessionCharacters.id) this.ask(SessionEnter.id, (fields[0] as readonly (readonly number[])[])[0][0])
      if (opcode === SessionEntered.id) this.entity = fields[0] as number
      if (opcode === SessionResult.id && fields[0] === this.seq) this.answered(fields[1] as number)
    }
  }

  private answered(code: number): void {
    if (code !== 0) throw new Error(`request ${this.seq} of ${this.name} was refused with code ${code}`)
    if (this.isInWorld && this.seq === 1) this.ask(SessionCreateCharacter.id, this.name, 1)
    else if (!this.isInWorld || this.seq === 3) {
      this.arrived?.()
      this.arrived = undefined
    }
  }
}

/** So many of them, some at once. `ended` is told of each whose connection ends. */
export async function idlers(
  port: number,
  first: number,
  count: number,
  isInWorld: boolean,
  ended: (name: string, code: number) => void,
): Promise<readonly Idler[]> {
  const all: Idler[] = []
  for (let at = first; at < first + count; at += WAVE) {
    const wave = Array.from({ length: Math.min(WAVE, first + count - at) }, (_, i) => `Idler${at + i}`)
    all.push(...(await Promise.all(wave.map((name) => Idler.open(port, name, isInWorld, (code) => ended(name, code))))))
  }
  return all
}
