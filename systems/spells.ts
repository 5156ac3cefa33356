import { Combat } from '../components/combat.js'
import { Kind, kindType } from '../components/kind.js'
import { Motion, Place, Position } from '../components/motion.js'
import { Casting, SPELLS_MAX, Spellbook } from '../components/spells.js'
import { flag, Status } from '../components/status.js'
import { Vitals } from '../components/vitals.js'
import { result } from '../protocol/result-codes.js'
import { SpellCancel, SpellCast, SpellFailed, SpellFinished, SpellStarted, SpellStopped } from '../protocol/spell.js'
import type { Entity, Slot } from '../src/ecs/entities.js'
import { distance } from '../src/ecs/maths.js'
import { type ContextOf, defineSystem } from '../src/ecs/system.js'
import { afterArmour, amountAt, BODY_M, isFacing } from './combat-rules.js'
import { ContentResource } from './content/resource.js'
import type { SpellKind } from './content/types.js'
import { CountersResource } from './counters.js'
import { Harmed, Healed, Struck } from './events.js'
import { castCode, FACING_DEGREES, PUSHBACK_MS, PUSHBACKS_MAX, QUEUE_MS } from './spell-rules.js'
import { armourAt } from './stat-rules.js'

const deadOrGhost = flag.dead | flag.ghost

const needs = {
  name: 'spells',
  reads: { position: Position, place: Place, motion: Motion, kind: Kind },
  writes: { casting: Casting, book: Spellbook, vitals: Vitals, status: Status, combatant: Combat },
  resources: { content: ContentResource, counters: CountersResource },
  queries: { casters: [Casting, Spellbook, Vitals] },
  intents: [SpellCast, SpellCancel],
  events: { harmed: Harmed },
  emits: [Struck, Healed],
  tells: [SpellFailed],
  shows: [SpellStarted, SpellFinished, SpellStopped],
} as const
type SpellWorld = ContextOf<typeof needs>

const ticks = (world: SpellWorld, ms: number): number => Math.floor((ms * world.tickHz) / 1000 + 0.5)
const isCreature = (world: SpellWorld, slot: Slot): boolean => world.kind.type[slot] === kindType.creature

/** The index of a spell in the book, or −1. */
function bookIndex(world: SpellWorld, slot: Slot, spell: number): number {
  for (let i = 0; i < SPELLS_MAX; i += 1) if (world.book.spell[slot * SPELLS_MAX + i] === spell) return i
  return -1
}

/** The tick from which the spell is off its own cooldown and the global one. */
function readyTick(world: SpellWorld, slot: Slot, spell: number): number {
  const at = bookIndex(world, slot, spell)
  return at < 0 ? 0 : Math.max(world.book.readyTick[slot * SPELLS_MAX + at], world.book.globalTick[slot])
}

/** Nobody named means oneself, where the spell allows it. */
function targetOf(world: SpellWorld, slot: Slot, spell: SpellKind | undefined, named: Entity): Slot {
  return spell?.target === 'self' || (spell?.target === 'friend' && named === 0) ? slot : world.slotOf(named)
}

/** Every check but cooldowns; made when a cast begins and again when it ends. */
function check(world: SpellWorld, slot: Slot, spellId: number, named: Entity): number {
  const { status, position, place, motion, vitals } = world
  const spell = world.content.spells[spellId]
  const target = targetOf(world, slot, spell, named)
  const flags = target === 0 ? 0 : status.flags[target]
  const dx = target === 0 ? 0 : position.x[target] - position.x[slot]
  const dz = target === 0 ? 0 : position.z[target] - position.z[slot]
  const hostile = isCreature(world, slot) !== isCreature(world, target)
  const sameZone = place.zone[slot] === place.zone[target] && place.instance[slot] === place.instance[target]
  return castCode({
    spell,
    actorDead: (status.flags[slot] & deadOrGhost) !== 0,
    known: bookIndex(world, slot, spellId) >= 0,
    power: vitals.power[slot],
    moving: motion.moved[slot] === 1,
    target,
    targetDead: (flags & deadOrGhost) !== 0,
    targetImmune: (flags & flag.evading) !== 0,
    targetFits: target !== 0 && world.has(target, Combat) && hostile === (spell?.target === 'enemy'),
    distanceM: sameZone ? distance(0, 0, dx, dz) - BODY_M : Number.POSITIVE_INFINITY,
    facing: isFacing(motion.heading[slot], dx, dz, FACING_DEGREES),
  })
}

/** Casts at once, or waits for readiness that is near. */
function request(world: SpellWorld, slot: Slot, spell: number, target: Entity): number {
  const { casting, tick } = world
  const isCasting = casting.spell[slot] !== 0
  const busyUntil = Math.max(isCasting ? casting.doneTick[slot] : 0, readyTick(world, slot, spell))
  if (busyUntil <= tick && !isCasting) return begin(world, slot, spell, target)
  if (busyUntil - tick > ticks(world, QUEUE_MS)) return isCasting ? result.busy : result.notReady
  const code = check(world, slot, spell, target)
  if (code !== result.ok) return code
  casting.queuedSpell[slot] = spell
  casting.queuedTarget[slot] = target
  casting.queuedTick[slot] = busyUntil
  return result.ok
}

function takeQueued(world: SpellWorld, slot: Slot): void {
  const { casting, tick } = world
  const spell = casting.queuedSpell[slot]
  if (tick < Math.max(casting.queuedTick[slot], readyTick(world, slot, spell))) return
  casting.queuedSpell[slot] = 0
  const code = begin(world, slot, spell, casting.queuedTarget[slot])
  if (code !== result.ok) world.tell(slot, SpellFailed, { spell, code })
}

/** The global cooldown starts with the cast; the cost is paid at its end. */
function begin(world: SpellWorld, slot: Slot, spellId: number, target: Entity): number {
  const { casting, status, book, content, counters, tick } = world
  const code = check(world, slot, spellId, target)
  const spell = content.spells[spellId]
  if (code !== result.ok || spell === undefined) return code
  book.set(slot, 'globalTick', tick + ticks(world, content.rates.globalCooldownMs))
  counters.add('casts', 1)
  if (spell.castMs === 0) {
    finish(world, slot, spell, target)
    return code
  }
  casting.spell[slot] = spellId
  casting.target[slot] = target
  casting.doneTick[slot] = tick + ticks(world, spell.castMs)
  casting.pushbacks[slot] = 0
  status.flags[slot] |= flag.casting
  world.show(slot, SpellStarted, { caster: world.entityOf(slot), spell: spellId, target, castMs: spell.castMs })
  return code
}

function breakOff(world: SpellWorld, slot: Slot, code: number): void {
  const { casting, status } = world
  const spell = casting.spell[slot]
  casting.spell[slot] = 0
  casting.queuedSpell[slot] = 0
  status.flags[slot] &= ~flag.casting
  world.tell(slot, SpellFailed, { spell, code })
  world.show(slot, SpellStopped, { caster: world.entityOf(slot), spell })
}

/** One tick of a cast under way: broken by death and movement, finished when its time has come. */
function goOn(world: SpellWorld, slot: Slot): void {
  const { casting, status, motion } = world
  if ((status.flags[slot] & deadOrGhost) !== 0) return breakOff(world, slot, result.dead)
  if (motion.moved[slot] === 1) return breakOff(world, slot, result.interrupted)
  if (world.tick < casting.doneTick[slot]) return
  const spellId = casting.spell[slot]
  const spell = world.content.spells[spellId]
  const code = check(world, slot, spellId, casting.target[slot])
  if (code !== result.ok || spell === undefined) return breakOff(world, slot, code)
  casting.spell[slot] = 0
  status.flags[slot] &= ~flag.casting
  finish(world, slot, spell, casting.target[slot])
}

/** Pays, starts the cooldown, takes effect. */
function finish(world: SpellWorld, slot: Slot, spell: SpellKind, named: Entity): void {
  const { vitals, book, status, content, entityOf } = world
  const target = targetOf(world, slot, spell, named)
  vitals.power[slot] -= spell.cost
  book.setAt(slot, 'readyTick', bookIndex(world, slot, spell.id), world.tick + ticks(world, spell.cooldownMs))
  const { critChance, critFactor } = content.rates.combat
  const level = status.level[slot]
  const [effect] = spell.effects
  const raw = amountAt(effect.amountMin, effect.amountMax, effect.amountPerLevel, level, world.random(slot, 0))
  const rolled = world.random(slot, 1) < critChance ? raw * critFactor : raw
  const amount = effect.kind === 'heal' ? heal(world, slot, target, rolled) : strike(world, slot, target, spell, rolled)
  world.show(slot, SpellFinished, { caster: entityOf(slot), spell: spell.id, target: entityOf(target), amount })
}

function heal(world: SpellWorld, slot: Slot, target: Slot, rolled: number): number {
  const { vitals, status, combatant, entityOf } = world
  const amount = Math.min(Math.floor(rolled + 0.5), vitals.healthMax[target] - vitals.health[target])
  vitals.health[target] += amount
  if ((status.flags[target] & flag.inCombat) !== 0) {
    combatant.harmTick[slot] = world.tick
    status.flags[slot] |= flag.inCombat
  }
  world.emit(Healed, { healer: entityOf(slot), target: entityOf(target), amount })
  return amount
}

/** `combat` takes the health: damage has one place. */
function strike(world: SpellWorld, slot: Slot, target: Slot, spell: SpellKind, rolled: number): number {
  const { status, kind, content, entityOf } = world
  const armour = armourAt(content, isCreature(world, target), kind.look[target], status.level[target])
  const reduced = afterArmour(rolled, armour, status.level[slot], content.rates.combat.armourK)
  const amount = Math.max(1, Math.floor(reduced + 0.5))
  world.emit(Struck, { attacker: entityOf(slot), victim: entityOf(target), amount, spell: spell.id, how: 0 })
  return amount
}

/** A blow that lands sets the victim's cast back. */
function pushBack(world: SpellWorld, slot: Slot): void {
  const { casting } = world
  if (slot === 0 || !world.has(slot, Casting) || casting.spell[slot] === 0 || casting.pushbacks[slot] >= PUSHBACKS_MAX) return
  casting.pushbacks[slot] += 1
  casting.doneTick[slot] += ticks(world, PUSHBACK_MS)
}

/** Casts: checks, the one that waits, cast time with pushback, effects. */
export const spells = defineSystem({
  ...needs,
  run(world) {
    const { casting, casters } = world
    // These blows fell in the last tick: they set back what was cast then, not what begins now.
    for (const { victim, amount } of world.harmed) if (amount > 0) pushBack(world, world.slotOf(victim))
    for (const intent of world.intents) {
      const slot = intent.actor
      if (intent.name === 'spell.cast') {
        world.answer(intent, request(world, slot, intent.payload.spell, intent.payload.target))
      } else {
        casting.queuedSpell[slot] = 0
        if (casting.spell[slot] !== 0) breakOff(world, slot, result.interrupted)
        world.answer(intent, result.ok)
      }
    }
    for (let i = 0; i < casters.length; i += 1) {
      const slot = casters[i]
      if (casting.spell[slot] !== 0) goOn(world, slot)
      if (casting.queuedSpell[slot] !== 0 && casting.spell[slot] === 0) takeQueued(world, slot)
    }
  },
})
