import { defineEvent } from '../src/ecs/event.js'
import { f32, u8, u16, u32 } from '../src/schema/fields.js'

/** Entities in events are handles (`Entity`), never slots: whoever reads one later finds out whether it still lives. */

/** Damage was done; `amount` is what the victim lost. */
export const Harmed = defineEvent('Harmed', { attacker: u32, victim: u32, amount: u16 })
/** Healing was done; `amount` is what the target gained. */
export const Healed = defineEvent('Healed', { healer: u32, target: u32, amount: u16 })
/** A spell struck; `combat` takes the health. `amount` is after armour. */
export const Struck = defineEvent('Struck', { attacker: u32, victim: u32, amount: u16 })
/** Health reached 0. `killer` is 0 when nobody did it. */
export const Killed = defineEvent('Killed', { killer: u32, victim: u32 })
/** A character gained items, by whatever way. */
export const ItemGained = defineEvent('ItemGained', { character: u32, item: u16, count: u16 })
/** A character lost items, by whatever way. */
export const ItemLost = defineEvent('ItemLost', { character: u32, item: u16, count: u16 })
/** A character spoke to an NPC; `npc` is the NPC's id in the content. */
export const Talked = defineEvent('Talked', { character: u32, npc: u16 })
/** Experience is to be credited. */
export const ExperienceEarned = defineEvent('ExperienceEarned', { character: u32, amount: f32 })
export const LevelGained = defineEvent('LevelGained', { character: u32, level: u8 })
