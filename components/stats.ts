import { defineComponent } from '../src/ecs/component.js'
import { f32 } from '../src/schema/fields.js'

/**
 * What level, equipment and auras make of an entity; computed by the `stats` system, which nobody else does by hand. Attack and spell power
 * are points, chances in 0..1, factors 1 where nothing changes them. `spirit` speeds regeneration.
 */
export const Stats = defineComponent(
  'Stats',
  {
    armour: f32,
    attackPower: f32,
    spellPower: f32,
    spirit: f32,
    critChance: f32,
    dodgeChance: f32,
    speedFactor: f32,
    hasteFactor: f32,
    damageDoneFactor: f32,
    damageTakenFactor: f32,
    healingTakenFactor: f32,
    threatFactor: f32,
  },
  { replicate: 'owner' },
)
