import { z } from 'zod'
import { distanceM, fraction, id, key, real, whole } from './schema-basics.js'
import { botRoles, rotationTargets } from './words.js'

/** Entries of one rotation: what a bot weighs at most, each time it may cast. */
export const ROTATION_ENTRIES_MAX = 16

const whenSchema = z.strictObject({
  selfHealthBelow: fraction.optional(),
  targetHealthBelow: fraction.optional(),
  targetHealthAbove: fraction.optional(),
  powerAtLeast: fraction.optional(),
  powerBelow: fraction.optional(),
  enemiesAtLeast: whole(1, 16).optional(),
  targetCasting: z.boolean().optional(),
  targetOnMe: z.boolean().optional(),
  selfLacks: key.optional(),
  targetLacks: key.optional(),
  selfHas: key.optional(),
  rangeAtLeastM: distanceM.optional(),
  rangeBelowM: distanceM.optional(),
  moving: z.boolean().optional(),
})

export const rotationSchema = z.strictObject({
  id,
  key,
  class: key,
  role: z.enum(botRoles),
  rangeM: real(0, 60),
  entries: z
    .array(z.strictObject({ spell: key, target: z.enum(rotationTargets), when: whenSchema.prefault({}) }))
    .min(1)
    .max(ROTATION_ENTRIES_MAX),
})
export type RawRotation = z.infer<typeof rotationSchema>
