import { Combat } from '../../components/combat.js'
import { flag } from '../../components/status.js'
import type { Slot } from '../../src/ecs/entities.js'
import { distance } from '../../src/ecs/maths.js'
import type { SpellEffect, SpellKind } from '../content/types.js'
import { flightTicks, isHostile } from '../spell-rules.js'
import { apply } from './effects.js'
import type { Flight } from './flights.js'
import { befallen, gather, newPicked } from './targets.js'
import { type Aim, deadOrGhost, type SpellWorld, targetOf } from './world.js'

/** Scratch: whom the effect under way befalls, filled and read within one call. */
const picked = newPicked()

/** Where a spell takes effect: on somebody (0 for nobody), at a point. */
interface Spot {
  readonly target: Slot
  readonly x: number
  readonly z: number
}

/** Fills `picked` with whom one effect befalls: the living, since a caster may have died while the missile flew. */
function choose(world: SpellWorld, slot: Slot, spell: SpellKind, effect: SpellEffect, spot: Spot): void {
  const { position, status } = world
  const { area } = spell
  picked.count = 0
  if (effect.to === 'target' && area !== undefined) {
    const isOwn = area.around === 'caster' || area.shape === 'cone'
    const x = isOwn ? position.x[slot] : spot.x
    const z = isOwn ? position.z[slot] : spot.z
    gather(world, slot, area, x, z, isHostile(effect, spell, world.content.auras), picked)
    return
  }
  const only = befallen(spell, effect, slot, spot.target)
  if (only === 0 || (status.flags[only] & deadOrGhost) !== 0) return
  picked.slots[0] = only
  picked.count = 1
}

/**
 * Every effect of a spell, one after the other, on everybody it befalls; what it did to `spot.target` in all. `isShown`: each of them
 * is shown by itself, because no `spell.finished` says the amount of the first.
 */
function land(world: SpellWorld, slot: Slot, spell: SpellKind, spot: Spot, isShown: boolean): number {
  let amount = 0
  spell.effects.forEach((effect, index) => {
    choose(world, slot, spell, effect, spot)
    for (let nth = 0; nth < picked.count; nth += 1) {
      const on = picked.slots[nth]
      const isMain = on === spot.target && !isShown
      const done = apply(world, { by: slot, on, spell, effect, index, nth, isShown: !isMain })
      if (isMain) amount += done
    }
  })
  return amount
}

function spotOf(world: SpellWorld, slot: Slot, aim: Aim): Spot {
  const target = targetOf(world, slot, aim)
  if (target === 0) return { target, x: aim.x, z: aim.z }
  return { target, x: world.position.x[target], z: world.position.z[target] }
}

/** Takes effect at once, or sends the missile that will; the amount done to the target by now. */
export function release(world: SpellWorld, slot: Slot, aim: Aim): number {
  const { position, tick, tickHz, entityOf } = world
  const { spell } = aim
  const spot = spotOf(world, slot, aim)
  const distanceM = distance(position.x[slot], position.z[slot], spot.x, spot.z)
  const flyTicks = flightTicks(distanceM, spell.projectileMps, tickHz)
  if (flyTicks > 0) {
    const target = spot.target === 0 ? 0 : entityOf(spot.target)
    const flight = { arriveTick: tick + flyTicks, spell: spell.id, caster: entityOf(slot), target, x: spot.x, z: spot.z }
    if (world.flights.send(flight)) return 0
  }
  return land(world, slot, spell, spot, false)
}

/** One period of a channel. */
export function pulse(world: SpellWorld, slot: Slot, aim: Aim): void {
  land(world, slot, aim.spell, spotOf(world, slot, aim), true)
}

/** A missile arrives: at nobody when its target has gone, has died, or evades it by now, or when its caster has gone. */
export function arrive(world: SpellWorld, flight: Flight): void {
  const { position, status, content } = world
  const spell = content.spells[flight.spell]
  const slot = world.slotOf(flight.caster)
  if (slot === 0 || spell === undefined) return
  if (flight.target === 0) {
    land(world, slot, spell, { target: 0, x: flight.x, z: flight.z }, true)
    return
  }
  const target = world.slotOf(flight.target)
  if (target === 0 || !world.has(target, Combat) || (status.flags[target] & (deadOrGhost | flag.evading)) !== 0) return
  land(world, slot, spell, { target, x: position.x[target], z: position.z[target] }, true)
}
