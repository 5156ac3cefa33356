import { flag } from '../../components/status.js'
import { SpellFailed, SpellStopped } from '../../protocol/spell.js'
import type { Slot } from '../../src/ecs/entities.js'
import type { SpellWorld } from './world.js'

/** The cast or channel under way is over, however that came about: nothing is locked, nothing waits behind it. */
export function clearCast(world: SpellWorld, slot: Slot): void {
  const { casting, status } = world
  casting.spell[slot] = 0
  casting.channelling[slot] = 0
  casting.item[slot] = 0
  status.flags[slot] &= ~flag.casting
}

/** What waits in the queue will not be cast; its caster, to whom it was promised, learns why. */
export function dropQueued(world: SpellWorld, slot: Slot, code: number): void {
  const { casting } = world
  const spell = casting.queuedSpell[slot]
  if (spell === 0) return
  casting.queuedSpell[slot] = 0
  world.tell(slot, SpellFailed, { spell, code })
}

/** Breaks it off, and what waits in the queue with it; its caster learns why. */
export function stop(world: SpellWorld, slot: Slot, code: number): void {
  const spell = world.casting.spell[slot]
  clearCast(world, slot)
  world.tell(slot, SpellFailed, { spell, code })
  dropQueued(world, slot, code)
  world.show(slot, SpellStopped, { caster: world.entityOf(slot), spell })
}
