import { defineComponent } from '../src/ecs/component.js'
import { each, f32, u8, u32 } from '../src/schema/fields.js'
import { asIs } from '../src/schema/wire-forms.js'

/**
 * `target`: whom it attacks, 0 for nobody; `shown`: whom watchers were last told that it attacks. `swingTick`: the next tick at
 * which its weapon is ready. `harmTick`: when it last harmed or was harmed. `told`: 1 after it was told that a swing cannot land.
 */
export const Combat = defineComponent(
  'Combat',
  { target: u32, shown: u32, swingTick: u32, harmTick: u32, told: u8 },
  { replicate: { target: asIs(32) } },
)

export const THREATS_MAX = 8

/** Whom a creature hates, and how much; empty places have entity 0. The least hated gives way when the list is full. */
export const Threat = defineComponent('Threat', { entity: each(u32, THREATS_MAX), amount: each(f32, THREATS_MAX) })
