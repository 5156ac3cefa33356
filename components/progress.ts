import { defineComponent } from '../src/ecs/component.js'
import { u8, u32 } from '../src/schema/fields.js'

/** `experience` counts from the last level on. */
export const Progress = defineComponent(
  'Progress',
  { class: u8, level: u8, experience: u32 },
  { replicate: 'owner', persist: 'tick' },
)
