import { AURAS_MAX, Auras, CONTROL_GROUPS, Diminishing } from '../components/auras.js'
import { Kind } from '../components/kind.js'
import { Stats } from '../components/stats.js'
import { flag, Status } from '../components/status.js'
import { Vitals } from '../components/vitals.js'
import { result } from '../protocol/result-codes.js'
import { SpellAuraFaded, SpellAuraGained, SpellAuraWorked, SpellCancelAura } from '../protocol/spell.js'
import type { Entity, Slot } from '../src/ecs/entities.js'
import { clamp } from '../src/ecs/maths.js'
import { type ContextOf, defineSystem } from '../src/ecs/system.js'
import {
  absorbOf,
  auraAmount,
  DIMINISH_MS,
  diminishedPart,
  endsFirst,
  periodicOf,
  placeToRenew,
  powerOf,
  removePlace,
  setPlace,
  shapesStats,
} from './aura-rules.js'
import { ContentResource } from './content/resource.js'
import type { AuraKind } from './content/types.js'
import { controls, dispelTypes } from './content/words.js'
import { AuraGiven, blow, Dispelled, Harmed, Healed, Killed, StatsChanged, Struck } from './events.js'

const POINTS_MAX = 0xffff
const deadOrGhost = flag.dead | flag.ghost

const needs = {
  name: 'auras',
  reads: { kind: Kind, status: Status, stats: Stats },
  writes: { auras: Auras, diminishing: Diminishing, vitals: Vitals },
  resources: { content: ContentResource },
  queries: { bearers: [Auras] },
  intents: [SpellCancelAura],
  events: { given: AuraGiven, dispelled: Dispelled, harmed: Harmed, killed: Killed },
  emits: [Struck, Healed, StatsChanged],
  shows: [SpellAuraGained, SpellAuraFaded, SpellAuraWorked],
} as const
type AurasWorld = ContextOf<typeof needs>

const ticks = (world: AurasWorld, ms: number): number => Math.floor((ms * world.tickHz) / 1000 + 0.5)
const kindAt = (world: AurasWorld, slot: Slot, place: number): AuraKind | undefined =>
  world.content.auras[world.auras.aura[slot * AURAS_MAX + place]]

function fade(world: AurasWorld, slot: Slot, place: number): void {
  const kind = kindAt(world, slot, place)
  const target = world.entityOf(slot)
  const aura = world.auras.aura[slot * AURAS_MAX + place]
  removePlace(world.auras, slot, place)
  world.show(slot, SpellAuraFaded, { target, aura })
  if (kind !== undefined && shapesStats(kind)) world.emit(StatsChanged, { entity: target })
}

/** Fades those that `ends` says, the newest first, up to `most` of them; how many. */
function fadeAll(world: AurasWorld, slot: Slot, ends: (kind: AuraKind | undefined) => boolean, most = AURAS_MAX): number {
  let count = 0
  for (let place = world.auras.count[slot] - 1; place >= 0 && count < most; place -= 1) {
    if (!ends(kindAt(world, slot, place))) continue
    fade(world, slot, place)
    count += 1
  }
  return count
}

/** The time of a control after what befell its bearer of late, in ticks; 0 when it is immune. Counts this one too. */
function diminish(world: AurasWorld, slot: Slot, kind: AuraKind, durationTicks: number): number {
  const { diminishing, tick } = world
  const at = slot * CONTROL_GROUPS + controls.indexOf(kind.control) - 1
  const times = tick < diminishing.untilTick[at] ? diminishing.count[at] : 0
  const part = diminishedPart(times)
  if (part === 0) return 0
  diminishing.count[at] = times + 1
  diminishing.untilTick[at] = tick + ticks(world, DIMINISH_MS)
  return Math.max(1, Math.floor(durationTicks * part))
}

/** Lays an aura on somebody, stacks or renews it. Nothing happens to the dead, to those who evade it, and to those immune to it. */
function give(world: AurasWorld, target: Entity, caster: Entity, kind: AuraKind): void {
  const { auras, status, stats, tick } = world
  const slot = world.slotOf(target)
  const by = world.slotOf(caster)
  if (slot === 0 || by === 0 || !world.has(slot, Auras) || (status.flags[slot] & deadOrGhost) !== 0) return
  if (kind.harmful && (status.flags[slot] & flag.evading) !== 0) return
  let durationTicks = ticks(world, kind.durationMs)
  if (kind.control !== 'none') {
    durationTicks = diminish(world, slot, kind, durationTicks)
    if (durationTicks === 0) return
  }
  const renewed = placeToRenew(auras, slot, kind, caster)
  if (renewed < 0 && auras.count[slot] === AURAS_MAX) fade(world, slot, endsFirst(auras, slot))
  const place = renewed < 0 ? auras.count[slot] : renewed
  const at = slot * AURAS_MAX + place
  const stacks = renewed < 0 ? 1 : Math.min(auras.stacks[at] + 1, kind.stacksMax)
  const periodic = periodicOf(kind)
  const effect = periodic ?? absorbOf(kind)
  const level = status.level[by]
  const power = powerOf(kind.school, stats.attackPower[by], stats.spellPower[by])
  const nextTick = renewed < 0 ? tick + ticks(world, periodic?.everyMs ?? 0) : auras.nextTick[at]
  setPlace(auras, slot, place, {
    aura: kind.id,
    caster,
    untilTick: kind.durationMs === 0 ? 0 : tick + durationTicks,
    // A renewed one keeps its beat: casting it often loses nothing of its work.
    nextTick: periodic === undefined ? 0 : nextTick,
    stacks,
    amount: effect === undefined ? 0 : auraAmount(effect, level, power),
    level,
  })
  const durationMs = Math.floor((durationTicks * 1000) / world.tickHz)
  world.show(slot, SpellAuraGained, { target, caster, aura: kind.id, stacks, durationMs })
  if (shapesStats(kind)) world.emit(StatsChanged, { entity: target })
}

/** One period's work. Damage passes armour by: it is done from within. That of somebody who has left the world does nothing. */
function work(world: AurasWorld, slot: Slot, place: number, kind: AuraKind): void {
  const { auras, vitals, stats, entityOf } = world
  const at = slot * AURAS_MAX + place
  const total = auras.amount[at] * auras.stacks[at]
  const caster = auras.caster[at]
  const by = world.slotOf(caster)
  const target = entityOf(slot)
  const effect = periodicOf(kind)?.kind
  let amount = 0
  if (effect === 'damage') {
    if (by === 0) return
    const factors = stats.damageDoneFactor[by] * stats.damageTakenFactor[slot]
    amount = clamp(Math.floor(total * factors + 0.5), 1, POINTS_MAX)
    world.emit(Struck, { attacker: caster, victim: target, amount, spell: 0, how: blow.periodic })
  } else if (effect === 'heal') {
    const missing = vitals.healthMax[slot] - vitals.health[slot]
    amount = Math.min(missing, Math.floor(total * stats.healingTakenFactor[slot] + 0.5))
    if (vitals.health[slot] === 0 || amount <= 0) return
    vitals.health[slot] += amount
    world.emit(Healed, { healer: caster, target, amount })
  } else if (effect === 'energise') {
    amount = clamp(Math.floor(total + 0.5), 0, vitals.powerMax[slot] - vitals.power[slot])
    if (amount === 0) return
    vitals.power[slot] += amount
  }
  world.show(slot, SpellAuraWorked, { target, aura: kind.id, amount })
}

/** What time does: periods, ends, and shields that are used up. Newest first, since what fades moves those after it. */
function pass(world: AurasWorld, slot: Slot): void {
  const { auras, tick, content } = world
  for (let place = auras.count[slot] - 1; place >= 0; place -= 1) {
    const at = slot * AURAS_MAX + place
    const kind = content.auras[auras.aura[at]]
    const nextTick = auras.nextTick[at]
    if (kind !== undefined && nextTick !== 0 && tick >= nextTick) {
      work(world, slot, place, kind)
      auras.setAt(slot, 'nextTick', place, nextTick + Math.max(1, ticks(world, periodicOf(kind)?.everyMs ?? 0)))
    }
    const isOver = auras.untilTick[at] !== 0 && tick >= auras.untilTick[at]
    const isUsedUp = auras.amount[at] <= 0 && kind !== undefined && absorbOf(kind) !== undefined
    if (isOver || isUsedUp || kind === undefined) fade(world, slot, place)
  }
}

/** Puts off an own one: a stance, a blessing; nobody talks himself out of a curse. */
function cancel(world: AurasWorld, slot: Slot, aura: number): number {
  if (!world.has(slot, Auras)) return result.noSuchTarget
  const count = fadeAll(world, slot, (kind) => kind?.id === aura && !kind.harmful)
  return count > 0 ? result.ok : result.noSuchTarget
}

/** What lies on somebody for a while: given, renewed, at work, broken, taken away, over. */
export const auras = defineSystem({
  ...needs,
  run(world) {
    const { auras: laid, bearers, content, slotOf } = world
    for (const { victim } of world.killed) {
      const slot = slotOf(victim)
      if (slot !== 0 && laid.count[slot] > 0) fadeAll(world, slot, () => true)
    }
    // These blows fell in the last tick, before anything that this tick lays on.
    for (const { victim, amount } of world.harmed) {
      const slot = slotOf(victim)
      if (amount > 0 && slot !== 0 && laid.count[slot] > 0) fadeAll(world, slot, (kind) => kind?.breaksOnDamage === true)
    }
    for (const intent of world.intents) world.answer(intent, cancel(world, intent.actor, intent.payload.aura))
    for (const { target, dispel, harmful, count } of world.dispelled) {
      const slot = slotOf(target)
      const type = dispelTypes[dispel]
      if (slot === 0) continue
      fadeAll(world, slot, (kind) => kind?.dispel === type && kind.harmful === (harmful === 1), count)
    }
    for (const { target, caster, aura } of world.given) {
      const kind = content.auras[aura]
      if (kind !== undefined) give(world, target, caster, kind)
    }
    const { count: counts } = laid
    for (let i = 0; i < bearers.length; i += 1) if (counts[bearers[i]] > 0) pass(world, bearers[i])
  },
})
