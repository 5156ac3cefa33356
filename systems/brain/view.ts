import type { BotMind } from '../../components/bot-mind.js'
import type { Entity } from '../../src/ecs/entities.js'
import type { OpcodePayload, ToServer } from '../../src/protocol/opcode.js'
import type { TradeSeen } from './trade-seen.js'

/** Somebody that the bot can see, as replication shows it. Valid until the next look. */
export interface Seen {
  readonly entity: Entity
  /** One of `kindType`, and the id of its class, creature kind or NPC. */
  readonly type: number
  readonly look: number
  readonly level: number
  readonly x: number
  readonly z: number
  readonly health: number
  readonly healthMax: number
  readonly flags: number
  readonly tap: Entity
  readonly target: Entity
}

/** A brain's memory: one row of `BotMind`. */
export type Mind = { -readonly [K in keyof (typeof BotMind)['fields']]: number }

/** How long what was looked up is good for, in ms; 0: until the next tick; below 0: nothing is kept, not even within a decision. */
export interface CacheTimes {
  readonly abilitiesMs: number
  readonly targetsMs: number
}

/**
 * What a bot may know: its own columns, and who stands in the cells that a client in its place would watch. The world
 * fills it from columns; outside, the SDK does. Positions are metres, times are ticks.
 */
export interface BotView {
  readonly tick: number
  readonly tickHz: number
  readonly caches: CacheTimes
  readonly mind: Mind
  readonly entity: Entity
  readonly classId: number
  readonly level: number
  readonly experience: number
  readonly gold: number
  readonly x: number
  readonly z: number
  readonly health: number
  readonly healthMax: number
  readonly power: number
  readonly powerMax: number
  readonly flags: number
  /** Whom its weapon attacks. */
  readonly target: Entity
  readonly isMoving: boolean
  /** Whom it follows, 0 for nobody. */
  readonly following: Entity
  readonly globalTick: number
  readonly corpseX: number
  readonly corpseZ: number
  readonly reclaimTick: number
  readonly recentDeaths: number
  /** The opcode id and code of the last refusal since the last decision; 0 for none. */
  readonly refusedOpcode: number
  readonly refusedCode: number

  spellAt(index: number): number
  spellReadyTick(index: number): number
  questAt(index: number): number
  questState(index: number): number
  questHave(index: number, objective: number): number
  isQuestDone(quest: number): boolean
  bagItem(bagSlot: number): number
  bagCount(bagSlot: number): number
  bagDurability(bagSlot: number): number
  /** What is worn, by its place in `equipSlots`; 0 for nothing. */
  wornItem(equipSlot: number): number
  wornDurability(equipSlot: number): number
  /** From when on a category of cooldowns is open, by its place in the content's list. */
  categoryTick(category: number): number
  /** When a timed quest fails; 0 for one that takes as long as it takes. */
  questUntil(index: number): number

  readonly trade: TradeSeen

  /** The corpse that is open, 0 for none, and what lies in it. */
  readonly openCorpse: Entity
  readonly lootRevision: number
  readonly lootGold: number
  lootItem(index: number): number

  /** Who caused the latest event of a kind (`mindEvent`) since a tick; 0 for nobody. */
  latestEvent(kind: number, sinceTick: number): Entity
  /** Looks at one entity; undefined when it is gone or out of sight. */
  see(entity: Entity): Seen | undefined
  /** The nearest living creature of these kinds (none: any) and levels within `rangeM` that nobody else has a claim on. */
  findPrey(kinds: readonly number[], levelMin: number, levelMax: number, rangeM: number, avoid: Entity): Entity
  /** The nearest living creature that attacks this bot. */
  findAttacker(rangeM: number): Entity
  /** How many living creatures within range attack this bot. */
  countAttackers(rangeM: number): number
  /** The nearest corpse that this bot has the right to and that holds something. */
  findSpoils(rangeM: number): Entity
  /** The nearest object of these kinds. */
  findObject(kinds: readonly number[], rangeM: number, avoid: Entity): Entity
  /** Whether an aura lies on somebody in sight. */
  hasAura(entity: Entity, aura: number): boolean
  /** The nearest living bot of these classes and levels within `rangeM` that is not in combat. */
  findCharacter(classes: readonly number[], levelMin: number, levelMax: number, rangeM: number, avoid: Entity): Entity
  /** The nearest who looks for one of these items within `rangeM`, and could trade: a living character that neither fights nor attacks. */
  findSeeker(items: readonly number[], rangeM: number, avoid: Entity): Entity
  /** The NPC of that id, when it is in sight. */
  findNpc(npc: number): Entity
}

/** One intent that a decision asks for; `act` checks its payload against its opcode. */
export interface Act {
  readonly opcode: ToServer
  readonly payload: Readonly<Record<string, unknown>>
}

export function act<O extends ToServer>(opcode: O, payload: OpcodePayload<O>): Act {
  return { opcode, payload: payload as Readonly<Record<string, unknown>> }
}

export type Acts = readonly Act[]
export const NOTHING: Acts = Object.freeze([])

/** Draw number `draw` of this bot in this tick, uniform in [0, 1). */
export type Draw = (draw: number) => number

export const seconds = (view: BotView, s: number): number => s * view.tickHz
