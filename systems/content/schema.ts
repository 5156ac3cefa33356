/**
 * The shape of the content files, as zod schemas. Times are in milliseconds (…Ms), distances in metres (…M), speeds in
 * metres a second (…Mps), fractions and chances in 0..1, gold in its smallest coin. Every object is strict: an unknown
 * field is a fault, since a misspelt one would silently do nothing. What one entry says of another is judged in checks.ts.
 */
import { z } from 'zod'

/** Entries a file may have; a longer file is refused. Quest ids fit a byte, because a quest log is a column of bytes. */
export const ENTRIES_MAX = 4_096
export const QUEST_ID_MAX = 255
export const CLASS_ID_MAX = 4
/** Creatures one area may hold, refused beyond. */
export const AREA_CREATURES_MAX = 1_000
export const LOOT_ENTRIES_MAX = 6
export const OBJECTIVES_MAX = 4
export const REWARD_CHOICES_MAX = 6
export const NAME_CHARACTERS_MAX = 40
export const TEXT_CHARACTERS_MAX = 400
/** A bag and a quest log are columns of this many places; content may only grant fewer. */
export const BAG_SLOTS_MAX = 24
export const QUEST_LOG_MAX = 25

const whole = (min: number, max: number) => z.int().min(min).max(max)
const real = (min: number, max: number) => z.number().min(min).max(max)
const fraction = real(0, 1)
const id = whole(1, 65_535)
const u16 = whole(0, 65_535)
const u32 = whole(0, 4_294_967_295)
const level = whole(1, 255)
const timeMs = whole(0, 86_400_000)
const distanceM = real(0, 10_000)
const coordinateM = real(0, 100_000)
const speedMps = real(0, 100)
const amount = real(0, 60_000)
const name = z.string().min(1).max(NAME_CHARACTERS_MAX)
export const KEY_PATTERN = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
const key = z.string().max(NAME_CHARACTERS_MAX).regex(KEY_PATTERN)

const point = z.strictObject({ x: coordinateM, z: coordinateM })
const place = z.strictObject({ x: coordinateM, z: coordinateM, radiusM: real(1, 10_000) })
const stack = z.strictObject({ item: key, count: whole(1, 65_535) })

export const zoneSchema = z.strictObject({
  id,
  name,
  sizeM: real(100, 100_000),
  town: place,
  starts: z.array(place).min(1).max(64),
  graveyards: z.array(point).min(1).max(64),
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
  weapon: z.strictObject({
    damageMin: amount,
    damageMax: amount,
    damagePerLevel: amount,
    swingMs: whole(100, 60_000),
    reachM: distanceM,
  }),
  spells: z
    .array(z.strictObject({ spell: key, level }))
    .min(1)
    .max(10),
})

const spellSchema = z.strictObject({
  id,
  key,
  name,
  castMs: timeMs,
  cooldownMs: timeMs,
  cost: u16,
  rangeM: distanceM,
  target: z.enum(['enemy', 'friend', 'self']),
  effect: z.enum(['damage', 'heal']),
  amountMin: amount,
  amountMax: amount,
  amountPerLevel: amount,
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
})

export const services = ['quests', 'spiritHealer', 'vendor'] as const

const npcSchema = z.strictObject({
  id,
  key,
  name,
  title: name,
  x: coordinateM,
  z: coordinateM,
  headingDegrees: real(0, 360),
  services: z.array(z.enum(services)).max(services.length),
})

const spawnSchema = z.strictObject({
  key,
  creature: key,
  count: whole(1, AREA_CREATURES_MAX),
  x: coordinateM,
  z: coordinateM,
  radiusM: real(1, 10_000),
  respawnMs: timeMs.optional(),
})

const itemSchema = z.strictObject({
  id,
  key,
  name,
  kind: z.enum(['junk', 'quest', 'material', 'consumable']),
  quality: z.enum(['poor', 'common', 'uncommon', 'rare']),
  stackMax: whole(1, 65_535),
  sellPrice: u32,
})

const objectiveSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('kill'), creatures: z.array(key).min(1).max(8), count: whole(1, 255) }),
  z.strictObject({ kind: z.literal('collect'), item: key, count: whole(1, 255) }),
  z.strictObject({ kind: z.literal('talk'), npc: key }),
])

const questSchema = z.strictObject({
  id: whole(1, QUEST_ID_MAX),
  key,
  name,
  text: z.string().min(1).max(TEXT_CHARACTERS_MAX),
  level,
  levelMin: level,
  giver: key,
  ender: key,
  requires: z.array(key).max(8).default([]),
  repeatable: z.boolean().default(false),
  objectives: z.array(objectiveSchema).min(1).max(OBJECTIVES_MAX),
  reward: z.strictObject({
    experience: u32,
    gold: u32,
    items: z.array(stack).max(REWARD_CHOICES_MAX).default([]),
    choices: z.array(stack).max(REWARD_CHOICES_MAX).default([]),
  }),
})

/** Each content file's name and shape; there are no others. */
export const fileSchemas = {
  'zone.json': zoneSchema,
  'rates.json': ratesSchema,
  'classes.json': z.array(classSchema).min(1).max(CLASS_ID_MAX),
  'spells.json': z.array(spellSchema).max(ENTRIES_MAX),
  'items.json': z.array(itemSchema).max(ENTRIES_MAX),
  'creatures.json': z.array(creatureSchema).max(ENTRIES_MAX),
  'npcs.json': z.array(npcSchema).max(ENTRIES_MAX),
  'spawns.json': z.array(spawnSchema).max(ENTRIES_MAX),
  'quests.json': z.array(questSchema).max(QUEST_ID_MAX),
} as const

export type FileName = keyof typeof fileSchemas
export type RawQuest = z.infer<typeof questSchema>
export type RawCreature = z.infer<typeof creatureSchema>
export type RawSpawn = z.infer<typeof spawnSchema>

/** The files as read: well shaped, references still keys. */
export interface RawContent {
  readonly zone: z.infer<typeof zoneSchema>
  readonly rates: z.infer<typeof ratesSchema>
  readonly classes: readonly z.infer<typeof classSchema>[]
  readonly spells: readonly z.infer<typeof spellSchema>[]
  readonly items: readonly z.infer<typeof itemSchema>[]
  readonly creatures: readonly RawCreature[]
  readonly npcs: readonly z.infer<typeof npcSchema>[]
  readonly spawns: readonly RawSpawn[]
  readonly quests: readonly RawQuest[]
}
