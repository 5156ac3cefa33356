import { defineEvent } from '../src/ecs/event.js'
import { f32, u8, u16, u32 } from '../src/schema/fields.js'

/** Entities in events are handles (`Entity`), never slots: whoever reads one later finds out whether it still lives. */

/** Bits of `how` in `Struck` and `Harmed`. */
export const blow = Object.freeze({ crit: 1, periodic: 2 })

/** Damage was done; `amount` is what the victim lost, `how` the bits of `blow`. */
export const Harmed = defineEvent('Harmed', { attacker: u32, victim: u32, amount: u16, how: u8 })
/** Healing was done; `amount` is what the target gained. */
export const Healed = defineEvent('Healed', { healer: u32, target: u32, amount: u16 })
/** A spell or an aura struck; `combat` takes the health. `amount` is after armour, before what absorbs. */
export const Struck = defineEvent('Struck', { attacker: u32, victim: u32, amount: u16, spell: u16, how: u8 })
/** A creature is to hate `by` so much more; with `taunts` 1 at least as much as whom it hates most, and to turn to him at once. */
export const Provoked = defineEvent('Provoked', { creature: u32, by: u32, amount: f32, taunts: u8 })
/** A spell lays an aura on `target`; `auras` judges what becomes of it. */
export const AuraGiven = defineEvent('AuraGiven', { target: u32, caster: u32, aura: u16 })
/** A spell takes up to `count` auras off `target`: the harmful ones (`harmful` 1) or the helpful of that place in `dispelTypes`. */
export const Dispelled = defineEvent('Dispelled', { target: u32, dispel: u8, harmful: u8, count: u8 })
/** A creature calls `count` others of a kind to its side, against `target`; they go at `untilTick`. */
export const Summoned = defineEvent('Summoned', { by: u32, target: u32, creature: u16, count: u8, untilTick: u32 })
/** Level, equipment or auras of an entity have changed: its stats are to be computed anew. */
export const StatsChanged = defineEvent('StatsChanged', { entity: u32 })
/** A character wants to use the item in that bag slot: the use follows the path of `spell`, with the slot locked until it is over. */
export const ItemCast = defineEvent('ItemCast', { character: u32, bagSlot: u8, item: u16, spell: u16, target: u32 })
/** The use of that bag slot's item took effect on `target`; its charge is still to be taken. */
export const ItemUsed = defineEvent('ItemUsed', { character: u32, bagSlot: u8, item: u16, target: u32 })
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
/** A trade of that character with `partner` is over; with `done` 1 what was offered has changed hands. Told for both sides. */
export const TradeEnded = defineEvent('TradeEnded', { character: u32, partner: u32, done: u8 })
export const LevelGained = defineEvent('LevelGained', { character: u32, level: u8 })
