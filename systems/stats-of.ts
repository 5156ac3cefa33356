import { AURAS_MAX, type Auras } from '../components/auras.js'
import { type CreatureMind, creatureState } from '../components/creature.js'
import { EQUIP_SLOTS, type Equipment } from '../components/equipment.js'
import { type Kind, kindType } from '../components/kind.js'
import type { Motion } from '../components/motion.js'
import type { Stats } from '../components/stats.js'
import { flag, type Status } from '../components/status.js'
import type { Vitals } from '../components/vitals.js'
import type { Readable, Writable } from '../src/ecs/columns.js'
import type { Slot } from '../src/ecs/entities.js'
import type { AuraKind, Content } from './content/types.js'
import { type Control, factors, stats as statNames } from './content/words.js'
import { EVADE_SPEED_FACTOR } from './creature-rules.js'
import { lends } from './item-rules.js'
import {
  ATTACK_POWER_PER_MIGHT,
  armourOf,
  boundedHaste,
  boundedSpeed,
  CRIT_GAIN_MAX,
  chanceOfFinesse,
  creatureHealthMax,
  DODGE_GAIN_MAX,
  healthMax,
  healthWith,
  powerMax,
  powerWith,
  SPELL_POWER_PER_WITS,
  stacked,
  statOfAura,
} from './stat-rules.js'

/** A system that declares these under these names can hand its context to `refreshStats`. */
export interface StatsSources {
  readonly kind: Readable<typeof Kind>
  readonly auras: Readable<typeof Auras>
  /** Read of characters alone. */
  readonly equipment: Readable<typeof Equipment>
  /** Read of creatures alone; who spawns them needs none, since they are born calm. */
  readonly creatureMind?: Readable<typeof CreatureMind>
  readonly status: Writable<typeof Status>
  readonly vitals: Writable<typeof Vitals>
  readonly motion: Writable<typeof Motion>
  readonly stats: Writable<typeof Stats>
  readonly content: Content
}

/** The same for `refreshPace`. */
export interface PaceSources {
  readonly kind: Readable<typeof Kind>
  readonly creatureMind?: Readable<typeof CreatureMind>
  readonly status: Readable<typeof Status>
  readonly motion: Writable<typeof Motion>
  readonly stats: Readable<typeof Stats>
  readonly content: Content
}

/** Scratch: the six stats and the factors of one entity, in the order of words.ts, filled and read within one call. */
const sums = new Float64Array(statNames.length)
/** Scratch: the same for what auras multiply. */
const products = new Float64Array(factors.length)

const [MIGHT, FINESSE, WITS, STAMINA, SPIRIT, ARMOUR] = statNames.map((_, i) => i)
const [SPEED, HASTE, DAMAGE_DONE, DAMAGE_TAKEN, HEALING_TAKEN, THREAT] = factors.map((_, i) => i)

const controlFlags: Readonly<Record<Control, number>> = {
  none: 0,
  stun: flag.stunned,
  root: flag.rooted,
  silence: flag.silenced,
  fear: flag.feared,
}
const allControls = flag.stunned | flag.rooted | flag.silenced | flag.feared

function addEquipment({ equipment, content }: StatsSources, slot: Slot): void {
  for (let i = slot * EQUIP_SLOTS; i < (slot + 1) * EQUIP_SLOTS; i += 1) {
    if (equipment.item[i] === 0) continue
    const item = content.items[equipment.item[i]]
    if (item === undefined || !lends(item, equipment.durability[i])) continue
    for (let s = 0; s < statNames.length; s += 1) sums[s] += item.stats[statNames[s]]
  }
}

function addAura(kind: AuraKind, level: number, stacks: number): void {
  for (let i = 0; i < kind.effects.length; i += 1) {
    const effect = kind.effects[i]
    if (effect.kind === 'stat')
      sums[statNames.indexOf(effect.stat)] += statOfAura(effect.amount, effect.amountPerLevel, level, stacks)
    else if (effect.kind === 'factor') products[factors.indexOf(effect.of)] *= stacked(effect.factor, stacks)
  }
}

/** Fills `sums` and `products`; the bits of what keeps it from acting. */
function gather(world: StatsSources, slot: Slot): number {
  const { auras, content } = world
  sums.fill(0)
  products.fill(1)
  if (world.kind.type[slot] === kindType.character) addEquipment(world, slot)
  let bits = 0
  const start = slot * AURAS_MAX
  for (let i = start; i < start + auras.count[slot]; i += 1) {
    const kind = content.auras[auras.aura[i]]
    if (kind === undefined) continue
    bits |= controlFlags[kind.control]
    addAura(kind, auras.level[i], auras.stacks[i])
  }
  return bits
}

/** How fast it would move if nothing slowed it, in metres a second. */
function paceMps({ kind, content, status, creatureMind }: PaceSources, slot: Slot): number {
  const { rates } = content
  if (kind.type[slot] === kindType.creature) {
    const state = creatureMind?.state[slot] ?? creatureState.idle
    const speedMps = content.creatures[kind.look[slot]]?.speedMps
    if (state === creatureState.idle || speedMps === undefined) return rates.walkSpeedMps
    return state === creatureState.evade ? speedMps * EVADE_SPEED_FACTOR : speedMps
  }
  return (status.flags[slot] & flag.ghost) !== 0 ? rates.ghostSpeedMps : rates.runSpeedMps
}

/** Writes `Motion.speedMps` alone: a creature's goes by what it is doing, which changes far more often than the rest. */
export function refreshPace(world: PaceSources, slot: Slot): void {
  const isHeld = (world.status.flags[slot] & (flag.stunned | flag.rooted)) !== 0
  world.motion.speedMps[slot] = isHeld ? 0 : paceMps(world, slot) * world.stats.speedFactor[slot]
}

/**
 * Writes what level, equipment and auras make of a character or creature: all of `Stats`, the maxima of `Vitals` (the current points are
 * cut to them, never raised), `Motion.speedMps` (0 while stunned or rooted) and the control bits of `Status.flags`. Call it after
 * spawning; later, emit `StatsChanged`.
 */
export function refreshStats(world: StatsSources, slot: Slot): void {
  const { content, kind, status, vitals, stats } = world
  const bits = gather(world, slot)
  const level = status.level[slot]
  const creature = kind.type[slot] === kindType.creature ? content.creatures[kind.look[slot]] : undefined
  const classKind = kind.type[slot] === kindType.character ? content.classes[kind.look[slot]] : undefined
  const born = creature ?? classKind
  if (born === undefined) return
  const { critChance, dodgeChance } = content.rates.combat
  stats.set(slot, 'armour', Math.max(0, armourOf(born, level) + sums[ARMOUR]))
  stats.set(slot, 'attackPower', sums[MIGHT] * ATTACK_POWER_PER_MIGHT)
  stats.set(slot, 'spellPower', sums[WITS] * SPELL_POWER_PER_WITS)
  stats.set(slot, 'spirit', sums[SPIRIT])
  stats.set(slot, 'critChance', critChance + chanceOfFinesse(sums[FINESSE], level, CRIT_GAIN_MAX))
  stats.set(slot, 'dodgeChance', dodgeChance + chanceOfFinesse(sums[FINESSE], level, DODGE_GAIN_MAX))
  stats.set(slot, 'speedFactor', boundedSpeed(products[SPEED]))
  stats.set(slot, 'hasteFactor', boundedHaste(products[HASTE]))
  stats.set(slot, 'damageDoneFactor', products[DAMAGE_DONE])
  stats.set(slot, 'damageTakenFactor', products[DAMAGE_TAKEN])
  stats.set(slot, 'healingTakenFactor', products[HEALING_TAKEN])
  stats.set(slot, 'threatFactor', products[THREAT])
  const health = creature === undefined ? healthMax(classKind!, level) : creatureHealthMax(creature, level)
  vitals.healthMax[slot] = healthWith(health, sums[STAMINA])
  if (vitals.health[slot] > vitals.healthMax[slot]) vitals.health[slot] = vitals.healthMax[slot]
  if (classKind !== undefined) {
    vitals.powerMax[slot] = powerWith(powerMax(classKind, level), sums[WITS], classKind.power === 'mana')
    if (vitals.power[slot] > vitals.powerMax[slot]) vitals.power[slot] = vitals.powerMax[slot]
  }
  status.flags[slot] = (status.flags[slot] & ~allControls) | bits
  refreshPace(world, slot)
}
