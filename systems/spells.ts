import { BAG_SLOTS } from '../components/bag.js'
import { Casting, Spellbook } from '../components/spells.js'
import { flag } from '../components/status.js'
import { result } from '../protocol/result-codes.js'
import { SpellFailed, SpellFinished, SpellStarted, SpellStopped } from '../protocol/spell.js'
import type { Entity, Slot } from '../src/ecs/entities.js'
import { defineSystem } from '../src/ecs/system.js'
import type { SpellKind } from './content/types.js'
import { blow, ItemUsed } from './events.js'
import { actCode } from './interaction-rules.js'
import { castTimeMs, isSpoken, needsStand, PUSHBACK_MS, PUSHBACKS_MAX, QUEUE_MS } from './spell-rules.js'
import { bookIndex, check, readyTick } from './spells/check.js'
import { arrive, pulse, release } from './spells/landing.js'
import { clearCast, dropQueued, stop } from './spells/stop.js'
import { type Aim, type SpellWorld, spellNeeds, targetOf, ticks } from './spells/world.js'

/** What is under way, as it was asked for. */
function aimUnderWay({ casting }: SpellWorld, slot: Slot, spell: SpellKind): Aim {
  return { spell, named: casting.target[slot], x: casting.x[slot], z: casting.z[slot], item: casting.item[slot] }
}

/**
 * Casts at once, or waits for readiness that is near. Whoever still moves waits one tick too: he may have asked to stop in this very
 * tick, and movement comes after spells; if he has not, the cast fails then as `moving`.
 */
function request(world: SpellWorld, slot: Slot, aim: Aim): number {
  const { casting, motion, tick } = world
  const isCasting = casting.spell[slot] !== 0
  const standTick = needsStand(aim.spell) && motion.moved[slot] === 1 ? tick + 1 : 0
  const dueTick = Math.max(isCasting ? casting.doneTick[slot] : 0, readyTick(world, slot, aim.spell), standTick)
  if (dueTick <= tick && !isCasting) return begin(world, slot, aim)
  if (dueTick - tick > ticks(world, QUEUE_MS)) return isCasting ? result.busy : result.notReady
  const code = check(world, slot, aim, 'asked')
  if (code === result.ok) enqueue(world, slot, aim, dueTick)
  return code
}

/** One waits at a time: a second takes the place of the first, whose caster is told. */
function enqueue(world: SpellWorld, slot: Slot, aim: Aim, dueTick: number): void {
  const { casting } = world
  dropQueued(world, slot, result.interrupted)
  casting.queuedSpell[slot] = aim.spell.id
  casting.queuedTarget[slot] = aim.named
  casting.queuedX[slot] = aim.x
  casting.queuedZ[slot] = aim.z
  casting.queuedTick[slot] = dueTick
}

function takeQueued(world: SpellWorld, slot: Slot): void {
  const { casting, content, tick } = world
  const spell = content.spells[casting.queuedSpell[slot]]
  if (spell === undefined || tick < Math.max(casting.queuedTick[slot], readyTick(world, slot, spell))) return
  casting.queuedSpell[slot] = 0
  const aim = { spell, named: casting.queuedTarget[slot], x: casting.queuedX[slot], z: casting.queuedZ[slot], item: 0 }
  const code = begin(world, slot, aim)
  if (code !== result.ok) world.tell(slot, SpellFailed, { spell: spell.id, code })
}

/** The global cooldown starts with the cast; the cost is paid at its end. */
function begin(world: SpellWorld, slot: Slot, aim: Aim): number {
  const { casting, status, stats, book, content, tick } = world
  const { spell } = aim
  const code = check(world, slot, aim, 'begun')
  if (code !== result.ok) return code
  if (!spell.offGlobal && world.has(slot, Spellbook)) {
    book.set(slot, 'globalTick', tick + ticks(world, content.rates.globalCooldownMs))
  }
  world.counters.add('casts', 1)
  if (spell.castMs === 0) {
    finish(world, slot, aim)
    return code
  }
  const castMs = castTimeMs(spell, stats.hasteFactor[slot])
  take(world, slot, aim, tick + Math.max(1, ticks(world, castMs)))
  casting.channelling[slot] = 0
  status.flags[slot] |= flag.casting
  showStart(world, slot, aim, castMs, false)
  return code
}

function take(world: SpellWorld, slot: Slot, aim: Aim, doneTick: number): void {
  const { casting } = world
  casting.spell[slot] = aim.spell.id
  casting.target[slot] = aim.named
  casting.x[slot] = aim.x
  casting.z[slot] = aim.z
  casting.item[slot] = aim.item
  casting.doneTick[slot] = doneTick
  casting.pushbacks[slot] = 0
}

function showStart(world: SpellWorld, slot: Slot, { spell, named }: Aim, ms: number, channel: boolean): void {
  const castMs = Math.min(0xffff, Math.floor(ms + 0.5))
  world.show(slot, SpellStarted, { caster: world.entityOf(slot), spell: spell.id, target: named, castMs, channel })
}

/** Pays and starts the cooldowns; then it takes effect, its missile flies, or its channel begins. */
function finish(world: SpellWorld, slot: Slot, aim: Aim): void {
  const { casting, status, tick, entityOf } = world
  const { spell } = aim
  const target = targetOf(world, slot, aim)
  pay(world, slot, spell)
  if (aim.item > 0) tellUse(world, slot, aim, target)
  if (spell.channelMs > 0) {
    take(world, slot, { ...aim, item: 0 }, tick + ticks(world, spell.channelMs))
    casting.channelling[slot] = 1
    casting.nextTick[slot] = tick + ticks(world, spell.everyMs)
    status.flags[slot] |= flag.casting
    showStart(world, slot, aim, spell.channelMs, true)
    return
  }
  const amount = release(world, slot, aim)
  const seen = target === 0 ? 0 : entityOf(target)
  world.show(slot, SpellFinished, { caster: entityOf(slot), spell: spell.id, target: seen, amount: Math.min(amount, 0xffff) })
}

function pay(world: SpellWorld, slot: Slot, spell: SpellKind): void {
  const { vitals, casting, book, tick } = world
  if (!world.has(slot, Spellbook)) return
  vitals.power[slot] -= spell.cost
  if (spell.cost > 0) casting.spentTick[slot] = tick
  const at = bookIndex(world, slot, spell.id)
  if (at >= 0) book.setAt(slot, 'readyTick', at, tick + ticks(world, spell.cooldownMs))
  if (spell.category >= 0) book.setAt(slot, 'categoryTick', spell.category, tick + ticks(world, spell.categoryMs))
}

function tellUse({ bag, emit, entityOf }: SpellWorld, slot: Slot, aim: Aim, target: Slot): void {
  const bagSlot = aim.item - 1
  const item = bag.item[slot * BAG_SLOTS + bagSlot]
  emit(ItemUsed, { character: entityOf(slot), bagSlot, item, target: target === 0 ? 0 : entityOf(target) })
}

/** Why what is under way can no longer go on, whatever it aims at; ok when it can. */
function brokenBy(world: SpellWorld, slot: Slot, spell: SpellKind | undefined): number {
  const flags = world.status.flags[slot]
  const code = actCode(flags)
  if (code !== result.ok) return code
  if (spell === undefined) return result.noSuchTarget
  if ((flags & flag.silenced) !== 0 && isSpoken(spell.school)) return result.silenced
  return world.motion.moved[slot] === 1 ? result.interrupted : result.ok
}

/** One tick of what is under way: broken by death, control and movement; done when its time has come. */
function goOn(world: SpellWorld, slot: Slot): void {
  const { casting, content, tick } = world
  const spell = content.spells[casting.spell[slot]]
  const broken = brokenBy(world, slot, spell)
  if (broken !== result.ok || spell === undefined) return stop(world, slot, broken)
  if (casting.channelling[slot] === 1) return goOnChannelling(world, slot, spell)
  if (tick < casting.doneTick[slot]) return
  const aim = aimUnderWay(world, slot, spell)
  const code = check(world, slot, aim, 'begun')
  if (code !== result.ok) return stop(world, slot, code)
  clearCast(world, slot)
  finish(world, slot, aim)
}

function goOnChannelling(world: SpellWorld, slot: Slot, spell: SpellKind): void {
  const { casting, tick, entityOf } = world
  if (tick >= casting.nextTick[slot]) {
    const aim = aimUnderWay(world, slot, spell)
    const code = check(world, slot, aim, 'channelled')
    if (code !== result.ok) return stop(world, slot, code)
    pulse(world, slot, aim)
    casting.nextTick[slot] += Math.max(1, ticks(world, spell.everyMs))
  }
  if (tick < casting.doneTick[slot]) return
  clearCast(world, slot)
  world.show(slot, SpellStopped, { caster: entityOf(slot), spell: spell.id })
}

/** A blow that lands sets the victim's cast back, and shortens its channel. */
function pushBack(world: SpellWorld, slot: Slot): void {
  const { casting } = world
  if (slot === 0 || !world.has(slot, Casting) || casting.spell[slot] === 0 || casting.pushbacks[slot] >= PUSHBACKS_MAX) return
  const byTicks = ticks(world, PUSHBACK_MS)
  casting.pushbacks[slot] += 1
  if (casting.channelling[slot] === 1) casting.doneTick[slot] = Math.max(world.tick, casting.doneTick[slot] - byTicks)
  else casting.doneTick[slot] += byTicks
}

/** The use of an item: begun like a cast, with its slot locked while it lasts. It does not queue. */
function useItem(world: SpellWorld, slot: Slot, bagSlot: number, spellId: number, target: Entity): void {
  const { casting, content, position, tick } = world
  const spell = content.spells[spellId]
  if (slot === 0 || spell === undefined) return
  const aim = { spell, named: target, x: position.x[slot], z: position.z[slot], item: bagSlot + 1 }
  let code: number = result.busy
  if (casting.spell[slot] === 0) code = readyTick(world, slot, spell) > tick ? result.notReady : begin(world, slot, aim)
  if (code !== result.ok) world.tell(slot, SpellFailed, { spell: spellId, code })
}

function handle(world: SpellWorld, intent: SpellWorld['intents'][number]): number {
  const { casting, content } = world
  const slot = intent.actor
  if (intent.name === 'spell.cast') {
    const { spell, target, x, z } = intent.payload
    const kind = content.spells[spell]
    return kind === undefined ? result.noSuchTarget : request(world, slot, { spell: kind, named: target, x, z, item: 0 })
  }
  dropQueued(world, slot, result.interrupted)
  if (casting.spell[slot] !== 0) stop(world, slot, result.interrupted)
  return result.ok
}

/** Casts: checks, the one that waits, cast time with pushback, channels, missiles, effects. */
export const spells = defineSystem({
  ...spellNeeds,
  run(world) {
    const { casting, casters, flights, tick, slotOf } = world
    // These blows fell in the last tick: they set back what was cast then, not what begins now.
    for (const { victim, amount, how } of world.harmed) {
      if (amount > 0 && (how & blow.periodic) === 0) pushBack(world, slotOf(victim))
    }
    for (const flight of flights.arrived(tick)) arrive(world, flight)
    for (const intent of world.intents) world.answer(intent, handle(world, intent))
    for (const { character, bagSlot, spell, target } of world.uses) useItem(world, slotOf(character), bagSlot, spell, target)
    const { spell, queuedSpell } = casting
    for (let i = 0; i < casters.length; i += 1) {
      const slot = casters[i]
      if (spell[slot] !== 0) goOn(world, slot)
      if (queuedSpell[slot] !== 0 && spell[slot] === 0) takeQueued(world, slot)
    }
  },
})
