import { asIs, defineComponent, identity, u8, u32 } from 'myriad'

/**
 * What makes an entity a campfire. `keeper`: the entity that lit it; `logs`: how many are left, the burning one among
 * them; `nextTick`: when the burning one is ash.
 */
export const Campfire = defineComponent(
  'Campfire',
  { keeper: u32, logs: u8, nextTick: u32 },
  // Everybody in view gets these two. The keeper never changes, so it travels once; nextTick stays on the server.
  { replicate: { keeper: identity(32), logs: asIs(8) } },
)
