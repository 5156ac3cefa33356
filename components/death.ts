import { defineComponent } from '../src/ecs/component.js'
import { f32, u8, u16, u32 } from '../src/schema/fields.js'

/**
 * Where a character died and when it may reclaim its corpse, all 0 in life; when it died last, and how often of late,
 * which it remembers. `offeredTick`: when somebody offered to bring it back to life, 0 when nobody has; with `offeredHealth` of its health.
 */
export const Death = defineComponent(
  'Death',
  {
    corpseX: f32,
    corpseZ: f32,
    corpseZone: u16,
    reclaimTick: u32,
    diedTick: u32,
    recent: u8,
    offeredTick: u32,
    offeredHealth: f32,
  },
  { replicate: 'owner', persist: 'tick' },
)
