import { Vitals } from '../../components/vitals.js'
import { DeathRelease } from '../../protocol/death.js'
import { LootOpen } from '../../protocol/loot.js'
import { SpellCast } from '../../protocol/spell.js'
import {
  FRAME_BYTES_MAX,
  SessionCreateCharacter,
  SessionEnter,
  SessionHello,
  SessionListCharacters,
  SessionLogout,
} from '../../src/net/opcodes.js'
import { encode } from '../../src/protocol/codec.js'
import { type Protocol, serverBound } from '../../src/protocol/protocol.js'
import { JSON_SUBPROTOCOL, SUBPROTOCOL } from '../../src/protocol/subprotocol.js'
import type { Dice } from './dice.js'
import { honestMessage, hostileFrame, type Maker, type Way, ways } from './frames.js'
import { hostileJson, jsonOf } from './json.js'
import { Peer } from './peer.js'
import type { Stage } from './stage.js'
import { corpseFor, kill, placeAt, teach } from './stage-hand.js'
import type { Aims } from './values.js'

/** What a session is when the frames come. */
export const goals = ['anonymous', 'account', 'inWorld', 'dead', 'ghost', 'looting', 'casting', 'leaving'] as const
export type Goal = (typeof goals)[number]

const ANSWER_TICKS_MAX = 12
const LIFE_TICKS_MAX = 160
/** A heal of two seconds, taught to whoever is to be found in the middle of a cast. */
const SLOW_SPELL = 5
/** The hostile ones gather here, in view of the control group. */
const GATHERING = Object.freeze({ x: 1000, z: 1000, spreadM: 15 })

/** What an actor needs of the run. */
export interface Surroundings {
  readonly stage: Stage
  readonly protocol: Protocol
  /** Hands the frame to the transport; false when the run has no frame left. */
  send(peer: Peer, frame: Uint8Array | string, way: string): boolean
  /** Names to aim at, renewed now and then. */
  aims(): Aims
  /** The character was put elsewhere by the run, not by its own frames. */
  placed(slot: number): void
  /** An honest frame of that request was sent in that state. */
  toured(goal: Goal, opcode: string): void
  /** Its socket stays open, though nobody will use it again. */
  abandon(peer: Peer): void
}

/** Waits one tick. */
type Script = Generator<undefined, void>

/** One hostile client after another: each climbs to a state, sends what it should not, and goes in its own way. */
export class Actor {
  peer: Peer | undefined
  private script: Script | undefined
  private lives = 0

  constructor(
    private readonly surroundings: Surroundings,
    private readonly dice: Dice,
    private readonly index: number,
    private readonly actors: number,
  ) {}

  tick(): void {
    this.script ??= this.life()
    if (this.script.next().done === true) this.script = undefined
  }

  /** Sends what it sends, and is done when the socket is. */
  private *life(): Script {
    const { stage, protocol, abandon } = this.surroundings
    const peer = new Peer(stage.transport, protocol, this.dice.chance(15) ? JSON_SUBPROTOCOL : SUBPROTOCOL)
    this.peer = peer
    // The first lives of the run try every state there is.
    const isFirst = this.lives === 0
    this.lives += 1
    const goal = isFirst ? goals[this.index % goals.length] : this.dice.pick(goals)
    yield* this.climb(peer, goal)
    if (peer.isOpen) yield* this.harass(peer, goal, isFirst)
    if (!peer.isOpen) return
    if (this.dice.chance(15)) abandon(peer)
    else if (this.dice.chance(20)) this.send(peer, encode([SessionLogout.id, peer.nextSeq()]), 'logout')
    else peer.close()
  }

  /** A peer that speaks JSON sends the same as text. */
  private send(peer: Peer, bytes: Uint8Array, way: string): void {
    if (peer.isOpen) this.surroundings.send(peer, peer.isText ? jsonOf(bytes) : bytes, way)
  }

  private maker(peer: Peer, account: number): Maker {
    const { protocol, aims } = this.surroundings
    const name = `Fz${account}x${this.dice.below(12)}`
    return {
      dice: this.dice,
      protocol,
      aims: { ...aims(), token: `guest:fz${account}`, name },
      nextSeq: () => peer.nextSeq(),
      get seq() {
        return peer.seq
      },
    }
  }

  /** Asks and waits for the answer. Now and then it breaks off just then, or sends something wrong meanwhile. */
  private *ask(peer: Peer, message: readonly unknown[]): Script {
    this.send(peer, encode([message[0], peer.nextSeq(), ...message.slice(1)]), 'climb')
    const seq = peer.seq
    if (this.dice.chance(3)) peer.close()
    for (let waited = 0; waited < ANSWER_TICKS_MAX && peer.isOpen && !peer.answered.has(seq); waited += 1) {
      if (this.dice.chance(12)) this.send(peer, hostileFrame(this.maker(peer, this.index), 'mutated').bytes, 'meanwhile')
      yield
    }
  }

  private *climb(peer: Peer, goal: Goal): Script {
    if (goal === 'anonymous') return
    const account = this.dice.chance(15) ? this.dice.below(this.actors) : this.index
    yield* this.ask(peer, [SessionHello.id, `guest:fz${account}`, '', ''])
    if (goal === 'account') return
    yield* this.ask(peer, [SessionListCharacters.id])
    if (peer.characters.length === 0)
      yield* this.ask(peer, [SessionCreateCharacter.id, `Fz${account}x${this.dice.below(12)}`, this.dice.between(1, 4)])
    if (peer.characters.length === 0) return
    yield* this.ask(peer, [SessionEnter.id, this.dice.pick(peer.characters)])
    const slot = this.slotOf(peer)
    if (slot === 0) return
    const { stage, placed } = this.surroundings
    const { x, z, spreadM } = GATHERING
    placeAt(stage, slot, x + this.dice.between(-spreadM, spreadM), z + this.dice.between(-spreadM, spreadM))
    placed(slot)
    yield* this.become(peer, goal)
  }

  private slotOf(peer: Peer): number {
    return peer.entity === 0 ? 0 : this.surroundings.stage.slotOf(peer.entity)
  }

  /** From the world's middle to a special state in it. */
  private *become(peer: Peer, goal: Goal): Script {
    const { stage } = this.surroundings
    const slot = this.slotOf(peer)
    if (goal === 'dead' || goal === 'ghost') {
      kill(stage, slot)
      yield
      if (goal === 'ghost') yield* this.ask(peer, [DeathRelease.id])
    } else if (goal === 'looting') {
      const corpse = corpseFor(stage, slot)
      yield
      yield* this.ask(peer, [LootOpen.id, corpse])
    } else if (goal === 'casting') {
      teach(stage, slot, SLOW_SPELL)
      this.cast(peer)
    }
  }

  private cast(peer: Peer): void {
    const { stage } = this.surroundings
    const slot = this.slotOf(peer)
    if (slot === 0) return
    stage.world.columns(Vitals).power[slot] = 100
    this.send(peer, encode([SpellCast.id, peer.nextSeq(), SLOW_SPELL, 0, 0, 0]), 'climb')
  }

  private *harass(peer: Peer, goal: Goal, isFirst: boolean): Script {
    const { dice } = this
    const favourite = dice.pick(Object.keys(ways) as Way[])
    const ticks = dice.between(10, LIFE_TICKS_MAX)
    const maker = this.maker(peer, this.index)
    if (isFirst || dice.chance(25)) yield* this.tour(peer, goal, maker)
    if (dice.chance(8)) peer.stopReading()
    for (let tick = 0; tick < ticks && peer.isOpen; tick += 1) {
      if (goal === 'casting' && tick % 30 === 29) this.cast(peer)
      if (goal === 'leaving' && tick === 5) return this.leave(peer, maker)
      if (dice.below(1_000) < 4) this.flood(peer, maker)
      for (let frames = dice.pick([0, 1, 2, 3, 5]); frames > 0; frames -= 1) {
        const { way, bytes } = hostileFrame(maker, favourite)
        if (peer.isText && dice.chance(30)) this.surroundings.send(peer, hostileJson(maker, bytes), `${goal}.json`)
        else this.send(peer, bytes, `${goal}.${way}`)
      }
      yield
    }
  }

  /** Every request there is, once, honestly; the logout last. */
  private *tour(peer: Peer, goal: Goal, maker: Maker): Script {
    const opcodes = [...serverBound(maker.protocol)].sort((a, b) => Number(a === SessionLogout) - Number(b === SessionLogout))
    for (const [i, opcode] of opcodes.entries()) {
      if (!peer.isOpen) return
      this.send(peer, encode(honestMessage(maker, opcode)), 'tour')
      this.surroundings.toured(goal, opcode.name)
      if (i % 2 === 1) yield
    }
  }

  /** More frames, or more bytes, than a socket may send; or one that is longer than any may be. */
  private flood(peer: Peer, maker: Maker): void {
    const kind = this.dice.below(3)
    const bytes = kind === 0 ? encode(honestMessage(maker)) : this.dice.bytes(kind === 1 ? 12_000 : FRAME_BYTES_MAX + 1)
    for (let i = kind === 2 ? 1 : 80; i > 0 && peer.isOpen; i -= 1) this.send(peer, bytes, 'flood')
  }

  /** Logs out, and goes on talking: before the socket closes, in the same frame, and in the same tick. */
  private leave(peer: Peer, maker: Maker): void {
    const logout = [SessionLogout.id, peer.nextSeq()]
    if (this.dice.chance(50)) {
      this.send(
        peer,
        encode([honestMessage(maker), logout, honestMessage(maker), [SessionHello.id, peer.nextSeq(), '', '', '']]),
        'leave',
      )
    } else this.send(peer, encode(logout), 'leave')
    for (let i = 0; i < 4; i += 1) this.send(peer, hostileFrame(maker, 'honest').bytes, 'leave')
  }
}
