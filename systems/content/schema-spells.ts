import { z } from 'zod'
import { amount, distanceM, id, key, level, name, real, speedMps, timeMs, u16, u32, whole } from './schema-basics.js'
import { areaShapes, auraEffectKinds, controls, dispelTypes, effectKinds, factors, schools, stats } from './words.js'

export const SPELL_EFFECTS_MAX = 4
export const AURA_EFFECTS_MAX = 4
/** Targets that one area spell may have, refused beyond. */
export const AREA_TARGETS_MAX = 16

const effectSchema = z.strictObject({
  kind: z.enum(effectKinds),
  to: z.enum(['target', 'caster']).default('target'),
  amountMin: amount.default(0),
  amountMax: amount.default(0),
  amountPerLevel: amount.default(0),
  powerFactor: real(0, 100).default(0),
  aura: key.optional(),
  dispel: z.enum(dispelTypes).default('none'),
  count: whole(0, 255).default(1),
  item: key.optional(),
  creature: key.optional(),
  durationMs: timeMs.default(0),
  distanceM: distanceM.default(0),
})

const areaSchema = z.strictObject({
  shape: z.enum(areaShapes),
  around: z.enum(['caster', 'target']).default('target'),
  radiusM: real(0.5, 100),
  degrees: real(1, 360).default(360),
  targetsMax: whole(1, AREA_TARGETS_MAX),
})

export const spellSchema = z.strictObject({
  id,
  key,
  name,
  school: z.enum(schools).default('physical'),
  castMs: timeMs.default(0),
  channelMs: timeMs.default(0),
  everyMs: timeMs.default(0),
  cooldownMs: timeMs.default(0),
  category: key.optional(),
  categoryMs: timeMs.default(0),
  offGlobal: z.boolean().default(false),
  cost: u16.default(0),
  rangeM: distanceM.default(0),
  target: z.enum(['enemy', 'friend', 'self', 'point']),
  projectileMps: speedMps.default(0),
  area: areaSchema.optional(),
  effects: z.array(effectSchema).min(1).max(SPELL_EFFECTS_MAX),
})

const auraEffectSchema = z.strictObject({
  kind: z.enum(auraEffectKinds),
  stat: z.enum(stats).default('might'),
  of: z.enum(factors).default('speed'),
  factor: real(0, 10).default(1),
  amount: real(-60_000, 60_000).default(0),
  amountPerLevel: real(-60_000, 60_000).default(0),
  powerFactor: real(0, 100).default(0),
  everyMs: timeMs.default(0),
})

export const auraSchema = z.strictObject({
  id,
  key,
  name,
  school: z.enum(schools).default('physical'),
  durationMs: u32.default(0),
  stacksMax: whole(1, 100).default(1),
  dispel: z.enum(dispelTypes).default('none'),
  harmful: z.boolean().default(false),
  breaksOnDamage: z.boolean().default(false),
  control: z.enum(controls).default('none'),
  effects: z.array(auraEffectSchema).max(AURA_EFFECTS_MAX).default([]),
})

/** Spells that creatures cast, each as often as its cooldown and `everyMs` allow. */
export const creatureSpellSchema = z.strictObject({ spell: key, everyMs: timeMs, level: level.default(1) })
export type RawSpell = z.infer<typeof spellSchema>
export type RawAura = z.infer<typeof auraSchema>
