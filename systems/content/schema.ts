/**
 * The shape of the content files, as zod schemas. Times are in milliseconds (…Ms), distances in metres (…M), speeds in
 * metres a second (…Mps), fractions and chances in 0..1, gold in its smallest coin. Every object is strict: an unknown
 * field is a fault, since a misspelt one would silently do nothing. What one entry says of another is judged in checks.ts.
 */
import { z } from 'zod'
import { STOCK_LINES_MAX } from '../../protocol/vendor.js'
import {
  amount,
  coordinateM,
  distanceM,
  fraction,
  id,
  key,
  level,
  name,
  place,
  point,
  real,
  speedMps,
  timeMs,
  u32,
  whole,
} from './schema-basics.js'
import { itemSchema, type RawItem, stockSchema, weaponSchema } from './schema-items.js'
import { objectSchema, QUEST_ID_MAX, questSchema, type RawObject, type RawQuest } from './schema-quests.js'
import { type RawRotation, rotationSchema } from './schema-rotations.js'
import { auraSchema, creatureSpellSchema, type RawAura, type RawSpell, spellSchema } from './schema-spells.js'
import { services } from './words.js'

/** Entries a file may have; a longer file is refused. */
export const ENTRIES_MAX = 4_096
export const CLASS_ID_MAX = 4
/** Creatures one area may hold, refused beyond. */
export const AREA_CREATURES_MAX = 1_000
export const LOOT_ENTRIES_MAX = 6
export const CREATURE_SPELLS_MAX = 4
/** A bag and a quest log are columns of this many places; content may only grant fewer. */
export const BAG_SLOTS_MAX = 24
export const QUEST_LOG_MAX = 25

export const zoneSchema = z.strictObject({
  id,
  name,
  sizeM: real(100, 100_000),
  town: place,
  starts: z.array(place).min(1).max(64),
  graveyards: z.array(point).min(1).max(64),
  bands: z
    .array(z.strictObject({ key, name, levelMin: level, levelMax: level }))
    .min(1)
    .max(16),
})

export const ratesSchema = z.strictObject({
  respawnMinMs: timeMs,
  respawnMaxMs: timeMs,
  corpseEmptyMs: timeMs,
  corpseFullMs: timeMs,
  combatLeaveMs: timeMs,
  globalCooldownMs: timeMs,
  swingRetryMs: whole(1, 60_000),
  swingArcDegrees: real(1, 360),
  walkSpeedMps: speedMps,
  runSpeedMps: speedMps,
  ghostSpeedMps: speedMps,
  leashM: distanceM,
  interactRangeM: distanceM,
  sayRangeM: distanceM,
  tradeRangeM: distanceM,
  tradeIdleMs: timeMs,
  reclaimRangeM: distanceM,
  reclaimDelayMs: z.array(timeMs).min(1).max(8),
  reclaimRepeatMs: timeMs,
  reclaimHealthFraction: fraction,
  healerHealthFraction: fraction,
  levelMax: whole(1, 60),
  logSize: whole(1, QUEST_LOG_MAX),
  bagSlots: whole(1, BAG_SLOTS_MAX),
  goldMax: u32,
  regeneration: z.strictObject({
    healthPerSecondFraction: fraction,
    manaPerSecondFraction: fraction,
    energyPerSecond: real(0, 1_000),
    rageDecayPerSecond: real(0, 1_000),
    rageGainPerSwing: real(0, 1_000),
  }),
  combat: z.strictObject({
    missChance: fraction,
    dodgeChance: fraction,
    critChance: fraction,
    critFactor: real(1, 10),
    armourK: real(1, 100_000),
  }),
  durability: z.strictObject({
    deathFraction: fraction,
    healerFraction: fraction,
    killChance: fraction,
    repairFraction: real(0, 10),
  }),
})

const classSchema = z.strictObject({
  id: whole(1, CLASS_ID_MAX),
  key,
  name,
  power: z.enum(['rage', 'mana', 'energy']),
  healthBase: whole(1, 60_000),
  healthPerLevel: amount,
  powerBase: whole(1, 60_000),
  powerPerLevel: amount,
  armourBase: amount,
  armourPerLevel: amount,
  weapon: weaponSchema,
  spells: z
    .array(z.strictObject({ spell: key, level }))
    .min(1)
    .max(10),
})

const lootSchema = z.strictObject({
  item: key,
  chance: fraction,
  countMin: whole(1, 65_535),
  countMax: whole(1, 65_535),
  quest: key.optional(),
})

const creatureSchema = z.strictObject({
  id,
  key,
  name,
  levelMin: level,
  levelMax: level,
  healthBase: whole(1, 60_000),
  healthPerLevel: amount,
  damageMin: amount,
  damageMax: amount,
  damagePerLevel: amount,
  swingMs: whole(100, 60_000),
  reachM: distanceM,
  armourBase: amount,
  armourPerLevel: amount,
  aggroRadiusM: distanceM,
  wanderRadiusM: distanceM,
  speedMps,
  experienceFactor: real(0, 100),
  goldMin: u32,
  goldMax: u32,
  goldPerLevel: real(0, 1_000_000),
  loot: z.array(lootSchema).max(LOOT_ENTRIES_MAX),
  spells: z.array(creatureSpellSchema).max(CREATURE_SPELLS_MAX).default([]),
})

const npcSchema = z.strictObject({
  id,
  key,
  name,
  title: name,
  x: coordinateM,
  z: coordinateM,
  headingDegrees: real(0, 360),
  services: z.array(z.enum(services)).max(services.length),
  stock: z.array(stockSchema).max(STOCK_LINES_MAX).default([]),
})

const spawnSchema = z.strictObject({
  key,
  creature: key,
  count: whole(1, AREA_CREATURES_MAX),
  x: coordinateM,
  z: coordinateM,
  radiusM: real(1, 10_000),
  respawnMs: timeMs.optional(),
  pack: whole(1, 8).default(1),
})

/** Each content file's name and shape; there are no others. */
export const fileSchemas = {
  'zone.json': zoneSchema,
  'rates.json': ratesSchema,
  'classes.json': z.array(classSchema).min(1).max(CLASS_ID_MAX),
  'spells.json': z.array(spellSchema).max(ENTRIES_MAX),
  'auras.json': z.array(auraSchema).max(ENTRIES_MAX),
  'items.json': z.array(itemSchema).max(ENTRIES_MAX),
  'creatures.json': z.array(creatureSchema).max(ENTRIES_MAX),
  'npcs.json': z.array(npcSchema).max(ENTRIES_MAX),
  'spawns.json': z.array(spawnSchema).max(ENTRIES_MAX),
  'quests.json': z.array(questSchema).max(QUEST_ID_MAX),
  'objects.json': z.array(objectSchema).max(ENTRIES_MAX),
  'rotations.json': z.array(rotationSchema).max(ENTRIES_MAX),
} as const

export type FileName = keyof typeof fileSchemas
export type RawCreature = z.infer<typeof creatureSchema>
export type RawSpawn = z.infer<typeof spawnSchema>

/** The files as read: well shaped, references still keys. */
export interface RawContent {
  readonly zone: z.infer<typeof zoneSchema>
  readonly rates: z.infer<typeof ratesSchema>
  readonly classes: readonly z.infer<typeof classSchema>[]
  readonly spells: readonly RawSpell[]
  readonly auras: readonly RawAura[]
  readonly items: readonly RawItem[]
  readonly creatures: readonly RawCreature[]
  readonly npcs: readonly z.infer<typeof npcSchema>[]
  readonly spawns: readonly RawSpawn[]
  readonly quests: readonly RawQuest[]
  readonly objects: readonly RawObject[]
  readonly rotations: readonly RawRotation[]
}
