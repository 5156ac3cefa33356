import { z } from 'zod'
import { id, key, level, name, place, stack, TEXT_CHARACTERS_MAX, timeMs, u32, whole } from './schema-basics.js'

/** Quest ids fit a byte, because a quest log is a column of bytes. */
export const QUEST_ID_MAX = 255
export const OBJECTIVES_MAX = 4
export const REWARD_CHOICES_MAX = 6
export const CLASS_CONDITIONS_MAX = 4

const objectiveSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('kill'), creatures: z.array(key).min(1).max(8), count: whole(1, 255) }),
  z.strictObject({ kind: z.literal('collect'), item: key, count: whole(1, 255) }),
  z.strictObject({ kind: z.literal('talk'), npc: key }),
  z.strictObject({ kind: z.literal('explore'), where: z.array(place).min(1).max(8) }),
  z.strictObject({ kind: z.literal('deliver'), item: key, count: whole(1, 255), npc: key }),
  z.strictObject({
    kind: z.literal('useItem'),
    item: key,
    creatures: z.array(key).max(8).default([]),
    npc: key.optional(),
    count: whole(1, 255),
  }),
])

export const questSchema = z.strictObject({
  id: whole(1, QUEST_ID_MAX),
  key,
  name,
  text: z.string().min(1).max(TEXT_CHARACTERS_MAX),
  level,
  levelMin: level,
  giver: key,
  ender: key,
  requires: z.array(key).max(8).default([]),
  classes: z.array(key).max(CLASS_CONDITIONS_MAX).default([]),
  exclusive: key.optional(),
  repeatable: z.boolean().default(false),
  timeLimitMs: timeMs.default(0),
  given: z.array(stack).max(4).default([]),
  objectives: z.array(objectiveSchema).min(1).max(OBJECTIVES_MAX),
  reward: z.strictObject({
    experience: u32,
    gold: u32,
    items: z.array(stack).max(REWARD_CHOICES_MAX).default([]),
    choices: z.array(stack).max(REWARD_CHOICES_MAX).default([]),
  }),
})

export const objectSchema = z.strictObject({
  id,
  key,
  name,
  item: key,
  count: whole(1, 255).default(1),
  quest: key.optional(),
  respawnMs: timeMs,
  places: z
    .array(place.extend({ count: whole(1, 100) }))
    .min(1)
    .max(64),
})

export type RawQuest = z.infer<typeof questSchema>
export type RawObject = z.infer<typeof objectSchema>
