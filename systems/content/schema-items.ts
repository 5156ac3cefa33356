import { z } from 'zod'
import { amount, distanceM, id, key, level, name, real, timeMs, u32, whole } from './schema-basics.js'
import { equipSlots, itemKinds, qualities, stats } from './words.js'

export const weaponSchema = z.strictObject({
  damageMin: amount,
  damageMax: amount,
  damagePerLevel: amount.default(0),
  swingMs: whole(100, 60_000),
  reachM: distanceM,
})

export const itemSchema = z.strictObject({
  id,
  key,
  name,
  kind: z.enum(itemKinds),
  quality: z.enum(qualities),
  stackMax: whole(1, 65_535),
  sellPrice: u32,
  buyPrice: u32.default(0),
  itemLevel: whole(0, 255).default(0),
  levelMin: level.default(1),
  slot: z.enum(equipSlots).optional(),
  classes: z.array(key).max(4).default([]),
  /** How the item level's budget is shared among the stats; parts of 1. */
  mix: z.partialRecord(z.enum(stats), real(0, 1)).default({}),
  durabilityMax: whole(0, 1_000).default(0),
  weapon: weaponSchema.optional(),
  use: z
    .strictObject({
      spell: key,
      consumed: z.boolean().default(true),
      outOfCombat: z.boolean().default(false),
      onceAFight: z.boolean().default(false),
    })
    .optional(),
})

export const stockSchema = z.strictObject({ item: key, countMax: whole(0, 255).default(0), refillMs: timeMs.default(0) })
export type RawItem = z.infer<typeof itemSchema>
