import { Purse } from '../../components/bag.js'
import { BotMind } from '../../components/bot-mind.js'
import { InputQueue, Motion, Position } from '../../components/motion.js'
import { Progress } from '../../components/progress.js'
import type { Entity, Slot } from '../../src/ecs/entities.js'
import { PresenceResource } from '../../src/net/presence.js'
import type { AnyIntent } from '../../src/protocol/opcode.js'
import { must } from './failure.js'
import type { Peer } from './peer.js'
import { type Stage, TICK_HZ } from './stage.js'

/** Input time that the server lets a client save up, in s (PROTOCOL §2). */
const CREDIT_S = 0.5
/** For f32 rounding of a step, in s of movement. */
const ROUNDING_S = 0.002
/** A request that waits for the store is answered within this many ticks. */
const ANSWER_TICKS_MAX = 20

interface Walker {
  entity: Entity
  x: number
  z: number
  speedMps: number
  teleports: number
  creditS: number
}

interface Accepted {
  readonly tick: number
  readonly name: string
  readonly hasResult: boolean
}

/** What must hold of everybody, at every tick, whatever comes in. */
export class Watch {
  private readonly walkers = new Map<Slot, Walker>()
  /** What bots had; it never gets less in a world without sinks. */
  private readonly wealth = new Map<Entity, { gold: number; level: number }>()
  /** Requests that reached a system, by socket and seq. */
  private readonly accepted = new Map<number, Map<number, Accepted>>()
  private readonly lastSeq = new Map<number, number>()
  private readonly placedByHand = new Set<Slot>()
  private refusals = 0
  /** The first thing that was found amiss in the middle of a tick. */
  private amiss = ''
  resultsSeen = 0
  readonly acceptedByName = new Map<string, number>()

  constructor(private readonly stage: Stage) {
    const { runner } = stage.world
    const deliver = runner.deliver.bind(runner)
    runner.deliver = (intent) => {
      if (intent.session !== 0) this.noteAccepted(intent)
      deliver(intent)
    }
  }

  private noteAccepted({ session, seq, name, opcode }: AnyIntent): void {
    const before = this.lastSeq.get(session) ?? 0
    if (seq <= before) this.amiss ||= `session ${session}: seq ${seq} (${name}) reached its system after seq ${before}`
    this.lastSeq.set(session, seq)
    this.acceptedByName.set(name, (this.acceptedByName.get(name) ?? 0) + 1)
    // A resumed session keeps its number, but is answered over the socket that it has now.
    const socket = this.stage.host.simulation.net.sessionList.roster.find(session)?.socket ?? 0
    let ofSocket = this.accepted.get(socket)
    if (ofSocket === undefined) {
      ofSocket = new Map()
      this.accepted.set(socket, ofSocket)
    }
    ofSocket.set(seq, { tick: this.stage.tick, name, hasResult: opcode.result })
  }

  /** The run itself moved this character. */
  placed(slot: Slot): void {
    this.placedByHand.add(slot)
  }

  /** Call after every tick, with every hostile session that is still open. */
  check(peers: Iterable<Peer>, isThorough: boolean): void {
    must(this.amiss === '', () => this.amiss)
    this.checkSpeeds()
    const open = new Set<number>()
    for (const peer of peers) {
      open.add(peer.socket)
      this.checkAnswers(peer)
    }
    if (!isThorough) return
    for (const socket of this.accepted.keys()) if (!open.has(socket)) this.accepted.delete(socket)
    const { roster } = this.stage.host.simulation.net.sessionList
    for (const session of this.lastSeq.keys()) if (roster.find(session) === undefined) this.lastSeq.delete(session)
    this.checkCharacters()
    this.checkWealth()
    // It finds what is not a number, in any column of anybody.
    this.stage.world.stateHash()
  }

  /** An accepted request has one result; one that was asked again may have more, for it was answered again. */
  private checkAnswers(peer: Peer): void {
    const ofSocket = this.accepted.get(peer.socket)
    if (ofSocket === undefined || peer.mute) return
    for (const [seq, { tick, name, hasResult }] of ofSocket) {
      const asked = peer.asked.get(seq) ?? 0
      const count = peer.answered.get(seq)?.count ?? 0
      const isDue = peer.isOpen && this.stage.tick - tick >= ANSWER_TICKS_MAX
      const what = () => `socket ${peer.socket}: ${name} with seq ${seq}, asked ${asked} times, has ${count} results`
      must(asked > 0, what)
      must(!hasResult || !isDue || count >= 1, what)
      must(count <= Math.max(hasResult ? 1 : 0, asked - (hasResult ? 0 : 1)), what)
      if (!isDue && peer.isOpen) continue
      ofSocket.delete(seq)
      this.resultsSeen += count
    }
  }

  /** Nobody whom a client plays is faster than its legs and its saved input time. */
  private checkSpeeds(): void {
    const { world } = this.stage
    const position = world.columns(Position)
    const { speedMps } = world.columns(Motion)
    const { teleports } = world.columns(InputQueue)
    const { characters } = world.resource(PresenceResource)
    for (const slot of characters.keys()) {
      const entity = world.entityOf(slot)
      const now = { entity, x: position.x[slot], z: position.z[slot], speedMps: speedMps[slot], teleports: teleports[slot] }
      const before = this.walkers.get(slot)
      const isAnew = before === undefined || before.entity !== entity || before.teleports !== now.teleports
      if (isAnew || this.placedByHand.has(slot)) {
        this.walkers.set(slot, { ...now, creditS: CREDIT_S })
        continue
      }
      const distanceM = Math.sqrt((now.x - before.x) ** 2 + (now.z - before.z) ** 2)
      const usedS = distanceM / Math.max(before.speedMps, now.speedMps, 0.1)
      const leftS = Math.min(CREDIT_S, before.creditS + 1 / TICK_HZ) - usedS
      must(leftS >= -ROUNDING_S, () => `entity ${entity} went ${distanceM} m in a tick, ${-leftS} s more than it had time for`)
      this.walkers.set(slot, { ...now, creditS: Math.max(0, leftS) })
    }
    this.placedByHand.clear()
    for (const slot of this.walkers.keys()) if (!characters.has(slot)) this.walkers.delete(slot)
  }

  /** Every character is in the world once, and every body in it is a known character's. */
  private checkCharacters(): void {
    const { world } = this.stage
    const { characters, slotByCharacter } = world.resource(PresenceResource)
    const bodies = world.entities.query([InputQueue]).length
    const ids = new Set([...characters.values()].map(({ characterId }) => characterId))
    const what = () =>
      `${bodies} bodies of ${characters.size} played characters with ${ids.size} ids, ${slotByCharacter.size} known by id`
    must(bodies === characters.size && ids.size === bodies && slotByCharacter.size === bodies, what)
  }

  private checkWealth(): void {
    const { world } = this.stage
    const gold = world.columns(Purse).gold
    const level = world.columns(Progress).level
    const bots = world.entities.query([BotMind])
    for (let i = 0; i < bots.length; i += 1) {
      const slot = bots[i]
      const entity = world.entityOf(slot)
      const had = this.wealth.get(entity) ?? { gold: 0, level: 0 }
      must(gold[slot] >= had.gold, () => `bot ${entity} lost gold: ${had.gold} → ${gold[slot]}`)
      must(level[slot] >= had.level, () => `bot ${entity} lost levels: ${had.level} → ${level[slot]}`)
      this.wealth.set(entity, { gold: gold[slot], level: level[slot] })
    }
    for (const entity of this.wealth.keys()) if (this.stage.slotOf(entity) === 0) this.wealth.delete(entity)
  }

  /** Call when many hostile frames were sent since the last call: they must show in the counters of refusals. */
  checkRefusals(): void {
    const now = this.stage.refusals()
    must(now > this.refusals, () => `hostile frames raised no counter of refusals over ${now}`)
    this.refusals = now
  }
}
