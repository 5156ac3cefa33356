import { defineComponent } from '../src/ecs/component.js'
import { u8, u32 } from '../src/schema/fields.js'

/**
 * How much a character has said of late: `said` times since `windowTick`, the tick of the first of them. Until
 * `mutedTick` it is not heard.
 */
export const ChatFlood = defineComponent('ChatFlood', { windowTick: u32, said: u8, mutedTick: u32 })
