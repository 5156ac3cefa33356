import { defineComponent } from '../src/ecs/component.js'
import { u8, u16, u32 } from '../src/schema/fields.js'
import { asIs } from '../src/schema/wire-forms.js'

/** Bits of `Status.flags`. A ghost is not dead: it walks, and sees, and does nothing else. The last four are what auras do. */
export const flag = Object.freeze({
  dead: 1,
  ghost: 2,
  inCombat: 4,
  evading: 8,
  lootable: 16,
  casting: 32,
  bot: 64,
  stunned: 128,
  rooted: 256,
  silenced: 512,
  feared: 1_024,
})

/** What everybody sees of an entity. `tap`: the entity that has the right to a creature's loot, 0 when nobody has. */
export const Status = defineComponent(
  'Status',
  { flags: u16, level: u8, tap: u32 },
  { replicate: { flags: asIs(16), level: asIs(8), tap: asIs(32) }, persist: 'lazy' },
)
