import { defineComponent } from '../src/ecs/component.js'
import { f32, u16 } from '../src/schema/fields.js'
import { asIs } from '../src/schema/wire-forms.js'

/** Points. `healthPart` and `powerPart` carry the fractions of a point that regeneration has earned. */
export const Vitals = defineComponent(
  'Vitals',
  { health: u16, healthMax: u16, power: u16, powerMax: u16, healthPart: f32, powerPart: f32 },
  { replicate: { health: asIs(16), healthMax: asIs(16), power: asIs(16), powerMax: asIs(16) }, persist: 'lazy' },
)
