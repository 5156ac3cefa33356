import { AURAS_MAX } from '../../components/auras.js'
import { BAG_SLOTS } from '../../components/bag.js'
import { EQUIP_SLOTS } from '../../components/equipment.js'
import { kindType } from '../../components/kind.js'
import { LOOT_ITEMS_MAX } from '../../components/loot.js'
import { moveMode } from '../../components/motion.js'
import { OBJECTIVES_MAX, QUESTS_MAX } from '../../components/quest-log.js'
import { CATEGORIES_MAX, SPELLS_MAX } from '../../components/spells.js'
import { flag } from '../../components/status.js'
import type { Entity, Slot } from '../../src/ecs/entities.js'
import { distanceSquared } from '../../src/ecs/maths.js'
import { NEAR_CELLS } from '../../src/net/interest.js'
import { layer } from '../../src/space/grid.js'
import { defaultCaches } from './caches.js'
import type { TradeSeen } from './trade-seen.js'
import type { BotView, Mind, Seen } from './view.js'
import { SeenSlot } from './world-seen.js'
import type { WorldViewSources } from './world-sources.js'
import { WorldTrade } from './world-trade.js'

/** A bot weighs at most this many creatures at once. */
const CANDIDATES_MAX = 64
const near = new Int32Array(1_024)
const gone = flag.dead | flag.ghost | flag.evading
/** A bot that could trade has of these only its own flag. */
const busy = flag.dead | flag.ghost | flag.inCombat | flag.bot
/** Nobody trades like that. */
const unwilling = flag.dead | flag.ghost | flag.inCombat

/** The view of one in-world bot at a time: set `slot`, `tick` and `mind.slot`, then decide. */
export class WorldView implements BotView {
  slot: Slot = 0
  tick = 0
  private readonly seen: SeenSlot
  readonly trade: TradeSeen
  constructor(
    private readonly from: WorldViewSources,
    readonly mind: Mind,
    readonly caches = defaultCaches,
  ) {
    this.seen = new SeenSlot(from)
    this.trade = new WorldTrade(from, this)
  }
  get tickHz(): number {
    return this.from.tickHz
  }
  get entity(): Entity {
    return this.from.entityOf(this.slot)
  }
  get classId(): number {
    return this.from.kind.look[this.slot]
  }
  get level(): number {
    return this.from.status.level[this.slot]
  }
  get experience(): number {
    return this.from.progress.experience[this.slot]
  }
  get gold(): number {
    return this.from.purse.gold[this.slot]
  }
  get x(): number {
    return this.from.position.x[this.slot]
  }
  get z(): number {
    return this.from.position.z[this.slot]
  }
  get health(): number {
    return this.from.vitals.health[this.slot]
  }
  get healthMax(): number {
    return this.from.vitals.healthMax[this.slot]
  }
  get power(): number {
    return this.from.vitals.power[this.slot]
  }
  get powerMax(): number {
    return this.from.vitals.powerMax[this.slot]
  }
  get flags(): number {
    return this.from.status.flags[this.slot]
  }
  get target(): Entity {
    return this.from.combatant.target[this.slot]
  }
  get isMoving(): boolean {
    return this.from.motion.mode[this.slot] !== moveMode.stand
  }
  get following(): Entity {
    return this.from.motion.mode[this.slot] === moveMode.follow ? this.from.motion.follow[this.slot] : 0
  }
  get globalTick(): number {
    return this.from.book.globalTick[this.slot]
  }
  get corpseX(): number {
    return this.from.death.corpseX[this.slot]
  }
  get corpseZ(): number {
    return this.from.death.corpseZ[this.slot]
  }
  get reclaimTick(): number {
    return this.from.death.reclaimTick[this.slot]
  }
  get recentDeaths(): number {
    return this.from.death.recent[this.slot]
  }
  get refusedOpcode(): number {
    return this.from.outcomes.opcode[this.slot]
  }
  get refusedCode(): number {
    return this.from.outcomes.code[this.slot]
  }
  spellAt(index: number): number {
    return this.from.book.spell[this.slot * SPELLS_MAX + index]
  }
  spellReadyTick(index: number): number {
    return this.from.book.readyTick[this.slot * SPELLS_MAX + index]
  }
  questAt(index: number): number {
    return this.from.log.quest[this.slot * QUESTS_MAX + index]
  }
  questState(index: number): number {
    return this.from.log.state[this.slot * QUESTS_MAX + index]
  }
  questHave(index: number, objective: number): number {
    return this.from.log.have[(this.slot * QUESTS_MAX + index) * OBJECTIVES_MAX + objective]
  }
  isQuestDone(quest: number): boolean {
    return (this.from.done.bits[this.slot * 32 + (quest >>> 3)] & (1 << (quest & 7))) !== 0
  }
  bagItem(bagSlot: number): number {
    return this.from.bag.item[this.slot * BAG_SLOTS + bagSlot]
  }
  bagCount(bagSlot: number): number {
    return this.from.bag.count[this.slot * BAG_SLOTS + bagSlot]
  }
  bagDurability(bagSlot: number): number {
    return this.from.bag.durability[this.slot * BAG_SLOTS + bagSlot]
  }
  wornItem(equipSlot: number): number {
    return this.from.equipment.item[this.slot * EQUIP_SLOTS + equipSlot]
  }
  wornDurability(equipSlot: number): number {
    return this.from.equipment.durability[this.slot * EQUIP_SLOTS + equipSlot]
  }
  categoryTick(category: number): number {
    return this.from.book.categoryTick[this.slot * CATEGORIES_MAX + category]
  }
  questUntil(index: number): number {
    return this.from.log.untilTick[this.slot * QUESTS_MAX + index]
  }
  get openCorpse(): Entity {
    return this.from.looting.corpse[this.slot]
  }
  private get corpseSlot(): Slot {
    return this.from.slotOf(this.openCorpse)
  }
  get lootRevision(): number {
    return this.from.loot.revision[this.corpseSlot]
  }
  get lootGold(): number {
    return this.from.loot.gold[this.corpseSlot]
  }
  lootItem(index: number): number {
    return this.from.loot.item[this.corpseSlot * LOOT_ITEMS_MAX + index]
  }

  /** Within the square of cells that a client standing here would watch. */
  private inSight(other: Slot): boolean {
    const { place, position, grid } = this.from
    const { slot } = this
    if (place.zone[other] !== place.zone[slot] || place.instance[other] !== place.instance[slot]) return false
    const dx = grid.column(position.x[other]) - grid.column(position.x[slot])
    const dz = grid.column(position.z[other]) - grid.column(position.z[slot])
    return dx <= NEAR_CELLS && dx >= -NEAR_CELLS && dz <= NEAR_CELLS && dz >= -NEAR_CELLS
  }

  latestEvent(kind: number, sinceTick: number): Entity {
    return this.from.events.latest(this.slot, kind, sinceTick)
  }

  see(entity: Entity): Seen | undefined {
    const other = this.from.slotOf(entity)
    if (other === 0 || !this.inSight(other)) return undefined
    this.seen.slot = other
    return this.seen
  }

  /** The creatures and NPCs around, into `near`. */
  private gather(rangeM: number): number {
    const { grid, place } = this.from
    return grid.near(layer.others, place.zone[this.slot], place.instance[this.slot], this.x, this.z, rangeM, near)
  }

  findPrey(kinds: readonly number[], levelMin: number, levelMax: number, rangeM: number, avoid: Entity): Entity {
    const { kind, status, position, combatant } = this.from
    const { entity: me, x, z } = this
    const isAny = kinds.length === 0
    const { x: xs, z: zs } = position
    const count = this.gather(rangeM)
    let best = 0
    let bestSquared = rangeM * rangeM
    let weighed = 0
    for (let i = 0; i < count && weighed < CANDIDATES_MAX; i += 1) {
      const other = near[i]
      // Where it stands first: most are farther away than the best, and need no other column.
      const squared = distanceSquared(x, z, xs[other], zs[other])
      if (squared >= bestSquared) continue
      if (kind.type[other] !== kindType.creature || !(isAny || kinds.includes(kind.look[other]))) continue
      const level = status.level[other]
      if (level < levelMin || level > levelMax || (status.flags[other] & gone) !== 0) continue
      const tap = status.tap[other]
      const target = combatant.target[other]
      if ((tap !== 0 && tap !== me) || (target !== 0 && target !== me)) continue
      weighed += 1
      if (this.from.entityOf(other) === avoid) continue
      best = other
      bestSquared = squared
    }
    return best === 0 ? 0 : this.from.entityOf(best)
  }

  findAttacker(rangeM: number): Entity {
    const { kind, status, position, combatant } = this.from
    const me = this.entity
    const count = this.gather(rangeM)
    let best = 0
    let bestSquared = rangeM * rangeM
    for (let i = 0; i < count; i += 1) {
      const other = near[i]
      if (combatant.target[other] !== me || kind.type[other] !== kindType.creature || (status.flags[other] & gone) !== 0) continue
      const squared = distanceSquared(this.x, this.z, position.x[other], position.z[other])
      if (squared >= bestSquared) continue
      best = other
      bestSquared = squared
    }
    return best === 0 ? 0 : this.from.entityOf(best)
  }

  countAttackers(rangeM: number): number {
    const { kind, status, position, combatant } = this.from
    const me = this.entity
    const gathered = this.gather(rangeM)
    let count = 0
    for (let i = 0; i < gathered; i += 1) {
      const other = near[i]
      if (combatant.target[other] !== me || kind.type[other] !== kindType.creature || (status.flags[other] & gone) !== 0) continue
      if (distanceSquared(this.x, this.z, position.x[other], position.z[other]) <= rangeM * rangeM) count += 1
    }
    return count
  }

  findSpoils(rangeM: number): Entity {
    const { status, position } = this.from
    const me = this.entity
    const count = this.gather(rangeM)
    let best = 0
    let bestSquared = rangeM * rangeM
    for (let i = 0; i < count; i += 1) {
      const other = near[i]
      if (status.tap[other] !== me || (status.flags[other] & flag.lootable) === 0) continue
      const squared = distanceSquared(this.x, this.z, position.x[other], position.z[other])
      if (squared >= bestSquared) continue
      best = other
      bestSquared = squared
    }
    return best === 0 ? 0 : this.from.entityOf(best)
  }

  findObject(kinds: readonly number[], rangeM: number, avoid: Entity): Entity {
    const { kind, position } = this.from
    const count = this.gather(rangeM)
    let best = 0
    let bestSquared = rangeM * rangeM
    for (let i = 0; i < count; i += 1) {
      const other = near[i]
      if (kind.type[other] !== kindType.object || !kinds.includes(kind.look[other])) continue
      const squared = distanceSquared(this.x, this.z, position.x[other], position.z[other])
      if (squared >= bestSquared || this.from.entityOf(other) === avoid) continue
      best = other
      bestSquared = squared
    }
    return best === 0 ? 0 : this.from.entityOf(best)
  }

  findCharacter(classes: readonly number[], levelMin: number, levelMax: number, rangeM: number, avoid: Entity): Entity {
    const { kind, status, position, grid, place } = this.from
    const { slot, x, z } = this
    const count = grid.near(layer.characters, place.zone[slot], place.instance[slot], x, z, rangeM, near)
    let best = 0
    let bestSquared = rangeM * rangeM
    let weighed = 0
    for (let i = 0; i < count && weighed < CANDIDATES_MAX; i += 1) {
      const other = near[i]
      if (other === slot || (status.flags[other] & busy) !== flag.bot || !classes.includes(kind.look[other])) continue
      if (status.level[other] < levelMin || status.level[other] > levelMax) continue
      weighed += 1
      const squared = distanceSquared(x, z, position.x[other], position.z[other])
      if (squared >= bestSquared || this.from.entityOf(other) === avoid) continue
      best = other
      bestSquared = squared
    }
    return best === 0 ? 0 : this.from.entityOf(best)
  }

  findSeeker(items: readonly number[], rangeM: number, avoid: Entity): Entity {
    const { status, position, combatant, grid, place, trade } = this.from
    const { slot, x, z, tick } = this
    const count = grid.near(layer.characters, place.zone[slot], place.instance[slot], x, z, rangeM, near)
    let best = 0
    let bestSquared = rangeM * rangeM
    for (let i = 0; i < count; i += 1) {
      const other = near[i]
      if (
        tick >= trade.soughtUntil[other] ||
        other === slot ||
        combatant.target[other] !== 0 ||
        (status.flags[other] & unwilling) !== 0
      )
        continue
      if (!items.includes(trade.soughtItem[other])) continue
      const squared = distanceSquared(x, z, position.x[other], position.z[other])
      if (squared >= bestSquared || this.from.entityOf(other) === avoid) continue
      best = other
      bestSquared = squared
    }
    return best === 0 ? 0 : this.from.entityOf(best)
  }

  hasAura(entity: Entity, aura: number): boolean {
    const other = this.from.slotOf(entity)
    if (other === 0) return false
    const { auras } = this.from
    for (let i = other * AURAS_MAX; i < (other + 1) * AURAS_MAX; i += 1) if (auras.aura[i] === aura) return true
    return false
  }

  findNpc(npc: number): Entity {
    const { spawns, place } = this.from
    const entity = spawns.npcs[place.instance[this.slot]]?.[npc] ?? 0
    const slot = this.from.slotOf(entity)
    return slot !== 0 && this.inSight(slot) ? entity : 0
  }
}
