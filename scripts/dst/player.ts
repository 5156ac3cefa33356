import { protocol } from '../../protocol/index.js'
import { TradeCancel, TradeChanged, TradeClosed, TradeOpened } from '../../protocol/trade.js'
import {
  SessionAck,
  SessionEnter,
  SessionEntered,
  SessionHello,
  SessionLogout,
  SessionResult,
  SessionWelcome,
} from '../../src/net/opcodes.js'
import { decodeMessage, encode } from '../../src/protocol/codec.js'
import type { OpcodePayload, ToServer } from '../../src/protocol/opcode.js'
import type { Dice } from '../fuzz/dice.js'
import { keyOf, type Sent, sideText, type TradeView } from './command.js'
import type { Line } from './line.js'
import { accountOf } from './stage.js'

/** Requests that wait for their answer at once. */
export const OUTSTANDING_MAX = 6
/** Without an answer for so long it asks again, and after so many times it takes the connection for dead. */
const RETRY_S = 0.75
const RETRIES_MAX = 12
/** From one step on the way into the world to the next; and how long it stays away from a server that is gone, or from its connection. */
const WAY_S_MAX = 2.5
const WAY_TICKS_MIN = 10
const AWAY_S_MAX = 3
const DROPPED_S_MAX = 1
const LONG_DROPPED_S_MAX = 8

interface Outstanding {
  readonly bytes: Uint8Array
  readonly command: Sent
  askedTick: number
  retries: number
}

interface Side {
  readonly gold: number
  readonly accepted: boolean
  readonly things: readonly { readonly item: number; readonly count: number }[]
}

/** Most clients read slowly: the world takes them off their cells, and tells them what is theirs alone. */
const ACK_S = 1
const SLOW_ACK_S = 20
const SLOW_PERCENT = 95

export interface PlayerWorld {
  readonly tickHz: number
  /** A connection to the server that lives, if one does. */
  connect(): { readonly line: Line; readonly life: number } | null
  asked(command: Sent): void
  answered(command: Sent, code: string): void
}

/** A client of one character: comes in, asks, asks again until it is answered, drops, comes back. It knows what it was told. */
export class Player {
  /** Its entity while it believes to be in the world; 0 otherwise. */
  entity = 0
  /** What it was last shown of the trade it believes to be in. */
  trade: TradeView | null = null
  /** Sessions that went on over another connection. */
  resumes = 0
  /** The server's life that it is connected to, or was last. */
  life = 0
  private line: Line | null = null
  private session = 0
  private seq = 0
  private helloSeq = 0
  private enterSeq = 0
  private resumeToken = ''
  private sinceTick = 0
  private restUntilTick = 0
  private ackedTick = 0
  private readonly ackTicks: number
  private readonly outstanding = new Map<number, Outstanding>()
  /** Every request of the session, for the answers that come again. */
  private readonly requests = new Map<number, Sent>()

  constructor(
    readonly characterId: number,
    private readonly world: PlayerWorld,
    private readonly dice: Dice,
  ) {
    this.ackTicks = world.tickHz * (dice.chance(SLOW_PERCENT) ? SLOW_ACK_S : ACK_S)
  }

  get isSettled(): boolean {
    return this.entity !== 0 && this.outstanding.size === 0 && this.trade === null
  }

  get mayAsk(): boolean {
    return this.entity !== 0 && this.outstanding.size < OUTSTANDING_MAX
  }

  /** Its server is gone, and with it the session; what is on its way still comes. */
  lostServer(tick: number): void {
    // What had left the server may still arrive.
    if (this.line !== null && this.dice.chance(50))
      for (const bytes of this.line.receive(Number.POSITIVE_INFINITY)) this.read(bytes, tick)
    this.leaveLine(tick, this.dice.between(1, AWAY_S_MAX * this.world.tickHz))
    this.forget()
  }

  /** It drops the connection, and comes back to its session. */
  drop(tick: number): void {
    this.line?.close()
    this.leaveLine(tick, this.dice.between(1, (this.dice.chance(20) ? LONG_DROPPED_S_MAX : DROPPED_S_MAX) * this.world.tickHz))
  }

  /** It leaves the world, and comes back with a new session. */
  logout(tick: number): void {
    this.write(SessionLogout, {}, tick)
    this.forget()
    this.entity = 0
    this.trade = null
    this.sinceTick = tick
  }

  /** Nothing more is to change hands. */
  endTrade(tick: number): void {
    if (this.trade !== null && this.entity !== 0 && this.outstanding.size === 0) this.ask(TradeCancel, {}, tick)
  }

  step(tick: number): void {
    if (this.line === null) {
      if (tick >= this.restUntilTick) this.connect(tick)
      return
    }
    this.line.deliver(tick)
    for (const bytes of this.line.receive(tick)) this.read(bytes, tick)
    if (this.line === null) return
    if (
      this.line.isClosed ||
      (this.entity === 0 && tick - this.sinceTick > Math.max(WAY_TICKS_MIN, WAY_S_MAX * this.world.tickHz))
    )
      return this.drop(tick)
    if (this.entity === 0) return
    if (tick - this.ackedTick >= this.ackTicks) {
      this.ackedTick = tick
      this.write(SessionAck, { tick: 0xffff_ffff }, tick)
    }
    this.askAgain(tick)
  }

  /** Asks for something that is audited. */
  ask<O extends ToServer>(opcode: O, payload: OpcodePayload<O> & Readonly<Record<string, number>>, tick: number): void {
    const bytes = this.write(opcode, payload, tick)
    const command: Sent = {
      key: keyOf(this.life, this.session, this.seq),
      life: this.life,
      seq: this.seq,
      characterId: this.characterId,
      name: opcode.name,
      durable: opcode.durable,
      payload,
      view: opcode.name === 'trade.accept' ? (this.trade ?? undefined) : undefined,
      answer: undefined,
      rows: [],
      tick: 0,
      isUsed: false,
    }
    this.world.asked(command)
    this.requests.set(this.seq, command)
    this.outstanding.set(this.seq, { bytes, command, askedTick: tick, retries: 0 })
  }

  private askAgain(tick: number): void {
    for (const it of this.outstanding.values()) {
      if (tick - it.askedTick < RETRY_S * this.world.tickHz) continue
      if (it.retries === RETRIES_MAX) {
        this.line?.close()
        this.leaveLine(tick, 10)
        return this.forget()
      }
      it.retries += 1
      it.askedTick = tick
      this.line?.send(it.bytes, tick)
    }
  }

  private connect(tick: number): void {
    const made = this.world.connect()
    if (made === null) return
    this.line = made.line
    if (made.life !== this.life) this.forget()
    this.life = made.life
    this.sinceTick = tick
    this.ackedTick = tick
    this.enterSeq = 0
    this.write(SessionHello, { token: accountOf(this.characterId), resume: this.resumeToken, protocolHash: '' }, tick)
    this.helloSeq = this.seq
  }

  /** Gives the session up: nobody will hear what became of the requests that are not answered. */
  private forget(): void {
    this.outstanding.clear()
    this.requests.clear()
    this.resumeToken = ''
    this.session = 0
  }

  private leaveLine(tick: number, restTicks: number): void {
    this.line = null
    this.entity = 0
    this.trade = null
    this.restUntilTick = tick + restTicks
  }

  private write<O extends ToServer>(opcode: O, payload: OpcodePayload<O>, tick: number): Uint8Array {
    this.seq += 1
    const compiled = protocol.byId.get(opcode.id)!
    const bytes = encode(compiled.write(payload as Readonly<Record<string, unknown>>, [opcode.id, this.seq]))
    this.line?.send(bytes, tick)
    return bytes
  }

  private read(bytes: Uint8Array, tick: number): void {
    const [, ...messages] = decodeMessage(bytes) as [number, ...(readonly unknown[])[]]
    for (const message of messages) {
      const compiled = protocol.byId.get(message[0] as number)
      const told = compiled === undefined ? undefined : readers[compiled.opcode.name]
      const payload = told === undefined ? undefined : compiled?.readLenient(message, 1)
      if (payload !== undefined) told?.(this, payload, tick)
    }
  }

  told(name: string, payload: Readonly<Record<string, unknown>>, tick: number): void {
    if (name === SessionWelcome.name) this.welcomed(payload, tick)
    else if (name === SessionEntered.name) this.entity = this.session === 0 ? 0 : (payload.entity as number)
    else if (name === SessionResult.name) this.result(payload.seq as number, payload.code as number, tick)
    else if (name === TradeClosed.name) this.trade = null
    else if (name === TradeOpened.name) this.trade = { revision: payload.revision as number, ...NOTHING }
    else {
      const [mine, theirs] = [payload.mine as Side, payload.theirs as Side]
      this.trade = {
        revision: payload.revision as number,
        mine: sideText(mine.gold, mine.things),
        theirs: sideText(theirs.gold, theirs.things),
        isMineAccepted: mine.accepted,
        isTheirsAccepted: theirs.accepted,
      }
    }
  }

  /** A new session has seen no seq but the hello's; one that goes on has seen those before it. */
  private welcomed({ lastSeq, resumeToken }: Readonly<Record<string, unknown>>, tick: number): void {
    if (this.enterSeq !== 0) return
    if (lastSeq === this.helloSeq) {
      this.outstanding.clear()
      this.requests.clear()
      this.session = this.line?.socket ?? 0
    } else this.resumes += 1
    this.resumeToken = String(resumeToken)
    this.sinceTick = tick
    this.write(SessionEnter, { characterId: this.characterId }, tick)
    this.enterSeq = this.seq
  }

  private result(seq: number, code: number, tick: number): void {
    const name = protocol.resultCodes.list[code].name
    const command = this.requests.get(seq)
    if (command !== undefined) {
      this.world.answered(command, name)
      if (name !== 'tooFast') this.outstanding.delete(seq)
      if (command.name.startsWith('trade.') && name === 'noSuchTarget') this.trade = null
    } else if (seq === this.enterSeq && this.entity === 0 && name !== 'ok' && name !== 'alreadyDone') {
      this.line?.close()
      this.leaveLine(tick, this.dice.between(1, 2 * this.world.tickHz))
    }
  }
}

const EMPTY = sideText(0, [])
const NOTHING = { mine: EMPTY, theirs: EMPTY, isMineAccepted: false, isTheirsAccepted: false }
type Reader = (player: Player, payload: Readonly<Record<string, unknown>>, tick: number) => void
const heard = [SessionWelcome, SessionEntered, SessionResult, TradeOpened, TradeChanged, TradeClosed]
const readers: Readonly<Record<string, Reader>> = Object.fromEntries(
  heard.map(({ name }) => [name, (player, payload, tick) => player.told(name, payload, tick)] satisfies [string, Reader]),
)
