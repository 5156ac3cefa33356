import { defineComponent } from '../src/ecs/component.js'
import { each, f32, u8, u16, u32 } from '../src/schema/fields.js'

/** Auras at once on one entity; a further one takes the place of the one that ends first. */
export const AURAS_MAX = 12

/**
 * What lies on an entity for a while, by place; aura 0 is an empty place. `caster` gave it; it ends at `untilTick` (0: never) and does its
 * periodic work at `nextTick`. `amount`: what is left to absorb, or what each period does to one stack. `level`: the caster's when it was given.
 * The first `count` places are taken, the oldest aura first.
 */
export const Auras = defineComponent(
  'Auras',
  {
    aura: each(u16, AURAS_MAX),
    caster: each(u32, AURAS_MAX),
    untilTick: each(u32, AURAS_MAX),
    nextTick: each(u32, AURAS_MAX),
    stacks: each(u8, AURAS_MAX),
    amount: each(f32, AURAS_MAX),
    level: each(u8, AURAS_MAX),
    count: u8,
  },
  { replicate: 'owner' },
)

export const CONTROL_GROUPS = 4

/** How often each kind of control has befallen an entity of late: stun, root, silence, fear; forgotten at `untilTick`. */
export const Diminishing = defineComponent('Diminishing', {
  count: each(u8, CONTROL_GROUPS),
  untilTick: each(u32, CONTROL_GROUPS),
})
