import { Bag } from '../../components/bag.js'
import { Casting } from '../../components/spells.js'
import { flag } from '../../components/status.js'
import { result } from '../../protocol/result-codes.js'
import { SpellLanded } from '../../protocol/spell.js'
import type { Slot } from '../../src/ecs/entities.js'
import { clamp } from '../../src/ecs/maths.js'
import { powerOf } from '../aura-rules.js'
import { afterArmour, amountAt } from '../combat-rules.js'
import type { SpellEffect, SpellKind } from '../content/types.js'
import { dispelTypes, schools } from '../content/words.js'
import { AuraGiven, blow, Dispelled, Healed, ItemGained, Provoked, Struck, Summoned } from '../events.js'
import { gainItem } from '../holdings-rules.js'
import { NO_COMMAND } from '../ledger.js'
import { ZONE_EDGE_M } from '../movement-rules.js'
import { isHostile, isSpoken, pointAhead } from '../spell-rules.js'
import { teleport } from '../teleport.js'
import { stop } from './stop.js'
import { isCreature, type SpellWorld, ticks } from './world.js'

const POINTS_MAX = 0xffff
/** Draws of one effect: two for each target that an area can have. */
const DRAWS_PER_EFFECT = 32
const EFFECTS_PER_SPELL = 4

/** One effect on one target, as `apply` needs it. */
export interface Blow {
  readonly by: Slot
  readonly on: Slot
  readonly spell: SpellKind
  readonly effect: SpellEffect
  /** The effect's place in the spell, and the target's among those it befalls. */
  readonly index: number
  readonly nth: number
  /** Whether everybody is shown what it did by a message of its own. */
  readonly isShown: boolean
}

/** The amount with everything that the caster adds, before what the target does to it. */
function roll(world: SpellWorld, { by, spell, effect, index, nth }: Blow): { readonly raw: number; readonly isCrit: boolean } {
  const { status, stats, content } = world
  const draw = (spell.id * EFFECTS_PER_SPELL + index) * DRAWS_PER_EFFECT + nth * 2
  const { amountMin, amountMax, amountPerLevel, powerFactor } = effect
  const power = powerOf(spell.school, stats.attackPower[by], stats.spellPower[by])
  const own = amountAt(amountMin, amountMax, amountPerLevel, status.level[by], world.random(by, draw)) + powerFactor * power
  const isCrit = world.random(by, draw + 1) < stats.critChance[by]
  return { raw: isCrit ? own * content.rates.combat.critFactor : own, isCrit }
}

function showLanded(world: SpellWorld, hit: Blow, amount: number, outcome: 'hit' | 'crit' | 'heal' | 'critHeal'): void {
  if (!hit.isShown) return
  const { entityOf } = world
  world.show(hit.on, SpellLanded, { caster: entityOf(hit.by), spell: hit.spell.id, target: entityOf(hit.on), amount, outcome })
}

/** `combat` takes the health: damage has one place. Armour is against every school, since there are no resistances. */
function damage(world: SpellWorld, hit: Blow): number {
  const { status, stats, content, entityOf } = world
  const { by, on, spell } = hit
  const { raw, isCrit } = roll(world, hit)
  const factors = stats.damageDoneFactor[by] * stats.damageTakenFactor[on]
  const reduced = afterArmour(raw * factors, stats.armour[on], status.level[by], content.rates.combat.armourK)
  const amount = clamp(Math.floor(reduced + 0.5), 1, POINTS_MAX)
  world.emit(Struck, { attacker: entityOf(by), victim: entityOf(on), amount, spell: spell.id, how: isCrit ? blow.crit : 0 })
  showLanded(world, hit, amount, isCrit ? 'crit' : 'hit')
  return amount
}

/** Whoever helps somebody in combat is in it too. */
function joinCombat(world: SpellWorld, by: Slot, on: Slot): void {
  if ((world.status.flags[on] & flag.inCombat) === 0) return
  world.combatant.harmTick[by] = world.tick
  world.status.flags[by] |= flag.inCombat
}

function heal(world: SpellWorld, hit: Blow): number {
  const { vitals, stats, entityOf } = world
  const { by, on } = hit
  const { raw, isCrit } = roll(world, hit)
  const whole = Math.floor(raw * stats.healingTakenFactor[on] + 0.5)
  const amount = clamp(whole, 0, Math.max(0, vitals.healthMax[on] - vitals.health[on]))
  vitals.health[on] += amount
  joinCombat(world, by, on)
  world.emit(Healed, { healer: entityOf(by), target: entityOf(on), amount })
  showLanded(world, hit, amount, isCrit ? 'critHeal' : 'heal')
  return amount
}

/** What does no damage angers all the same, as a blow of 0 does. */
function affront(world: SpellWorld, { by, on, spell }: Blow): void {
  world.emit(Struck, { attacker: world.entityOf(by), victim: world.entityOf(on), amount: 0, spell: spell.id, how: 0 })
}

/** Breaks a cast of words off and closes its school. Who casts none loses nothing. */
function interrupt(world: SpellWorld, { on, effect }: Blow): void {
  const { casting, content } = world
  const spell = world.has(on, Casting) ? content.spells[casting.spell[on]] : undefined
  if (spell === undefined || !isSpoken(spell.school)) return
  stop(world, on, result.interrupted)
  casting.lockedSchool[on] = schools.indexOf(spell.school)
  casting.lockedTick[on] = world.tick + ticks(world, effect.durationMs)
}

function jump(world: SpellWorld, { on, effect }: Blow): void {
  const { position, motion, content } = world
  const edgeM = content.zone.sizeM - ZONE_EDGE_M
  const to = pointAhead(position.x[on], position.z[on], motion.heading[on], effect.distanceM, edgeM)
  teleport(world, on, to.x, to.z)
}

function make(world: SpellWorld, { on, effect }: Blow): void {
  const { item, count } = effect
  if (!world.has(on, Bag) || !gainItem(world, on, item, count, 'conjured', NO_COMMAND)) return
  world.emit(ItemGained, { character: world.entityOf(on), item, count })
}

/** Carries out one effect; the damage or healing that it did. */
export function apply(world: SpellWorld, hit: Blow): number {
  const { by, on, spell, effect } = hit
  const { content, vitals, stats, entityOf } = world
  const isHostileBlow = on !== by && isHostile(effect, spell, content.auras)
  switch (effect.kind) {
    case 'damage':
      return damage(world, hit)
    case 'heal':
      return heal(world, hit)
    case 'energise':
      vitals.power[on] = clamp(vitals.power[on] + Math.floor(roll(world, hit).raw + 0.5), 0, vitals.powerMax[on])
      return 0
    case 'aura':
      world.emit(AuraGiven, { target: entityOf(on), caster: entityOf(by), aura: effect.aura })
      if (isHostileBlow) affront(world, hit)
      else joinCombat(world, by, on)
      return 0
    case 'threat':
    case 'taunt': {
      const amount = roll(world, hit).raw * stats.threatFactor[by]
      world.emit(Provoked, { creature: entityOf(on), by: entityOf(by), amount, taunts: effect.kind === 'taunt' ? 1 : 0 })
      return 0
    }
    case 'interrupt':
      interrupt(world, hit)
      affront(world, hit)
      return 0
    case 'dispel': {
      const harmful = isCreature(world, by) === isCreature(world, on) ? 1 : 0
      const dispel = dispelTypes.indexOf(effect.dispel)
      world.emit(Dispelled, { target: entityOf(on), dispel, harmful, count: effect.count })
      if (isHostileBlow) affront(world, hit)
      return 0
    }
    case 'teleport':
      jump(world, hit)
      return 0
    case 'createItem':
      make(world, hit)
      return 0
    case 'summon': {
      const untilTick = world.tick + ticks(world, effect.durationMs)
      const { creature, count } = effect
      world.emit(Summoned, { by: entityOf(by), target: on === by ? 0 : entityOf(on), creature, count, untilTick })
      return 0
    }
    default:
      return 0
  }
}
