/**
 * The frozen tables that systems and bots read. References are ids; a table `things` is indexed by id, with undefined
 * where no entry has that id, and `thingList` has the entries alone, in file order. Times are in milliseconds, distances
 * in metres, speeds in metres a second, gold in its smallest coin, chances and fractions in 0..1. An amount at level L is
 * base + perLevel · (L − 1), or a roll in [min, max] + perLevel · (L − 1).
 */
import type { ItemKind, StockEntry, Weapon } from './types-items.js'
import type { ObjectKind, Place, Point, QuestKind } from './types-quests.js'
import type { Rotation } from './types-rotations.js'
import type { AuraKind, SpellKind } from './types-spells.js'
import type { Service } from './words.js'

export type { ItemKind, ItemStack, ItemUse, StockEntry, Weapon } from './types-items.js'
export type { Objective, ObjectKind, Place, Point, QuestKind, Reward, Source } from './types-quests.js'
export type { Rotation, RotationEntry, RotationWhen } from './types-rotations.js'
export type { AuraEffect, AuraKind, SpellArea, SpellEffect, SpellKind } from './types-spells.js'
export type { Service } from './words.js'

export interface Zone {
  readonly id: number
  readonly name: string
  /** The zone is the square 0 ≤ x, z < sizeM. */
  readonly sizeM: number
  readonly town: Place
  /** Where characters of level 1 appear. */
  readonly starts: readonly Place[]
  readonly graveyards: readonly Point[]
  /** The zone's parts by level; together they cover every level once. */
  readonly bands: readonly { readonly key: string; readonly name: string; readonly levelMin: number; readonly levelMax: number }[]
}

export interface Rates {
  /** A spawn without a time of its own comes back after a time in [respawnMinMs, respawnMaxMs], fixed for the spawn. */
  readonly respawnMinMs: number
  readonly respawnMaxMs: number
  readonly corpseEmptyMs: number
  readonly corpseFullMs: number
  readonly combatLeaveMs: number
  readonly globalCooldownMs: number
  readonly swingRetryMs: number
  readonly swingArcDegrees: number
  readonly walkSpeedMps: number
  readonly runSpeedMps: number
  readonly ghostSpeedMps: number
  readonly leashM: number
  readonly interactRangeM: number
  readonly sayRangeM: number
  readonly tradeRangeM: number
  /** A trade in which nothing changes for so long is over. */
  readonly tradeIdleMs: number
  readonly reclaimRangeM: number
  /** By the number of deaths within `reclaimRepeatMs` of each other: the first, the second, and so on; the last is for all more. */
  readonly reclaimDelayMs: readonly number[]
  readonly reclaimRepeatMs: number
  readonly reclaimHealthFraction: number
  readonly healerHealthFraction: number
  readonly levelMax: number
  /** Quests a character may have at once. */
  readonly logSize: number
  readonly bagSlots: number
  readonly goldMax: number
  readonly regeneration: {
    /** Of the maximum, out of combat. */
    readonly healthPerSecondFraction: number
    readonly manaPerSecondFraction: number
    readonly energyPerSecond: number
    readonly rageDecayPerSecond: number
    readonly rageGainPerSwing: number
  }
  readonly combat: {
    readonly missChance: number
    readonly dodgeChance: number
    readonly critChance: number
    readonly critFactor: number
    /** Damage is reduced by armour / (armour + armourK · the attacker's level). */
    readonly armourK: number
  }
  readonly durability: {
    /** Of the full durability: what a death takes from each thing worn. */
    readonly deathFraction: number
    /** The same for a revival by a spirit healer. */
    readonly healerFraction: number
    /** How often a kill takes 1 from the weapon that is worn. */
    readonly killChance: number
    /** Making something worn out whole costs this part of what it sells for. */
    readonly repairFraction: number
  }
}

export type Power = 'rage' | 'mana' | 'energy'

export interface ClassKind {
  readonly id: number
  readonly key: string
  readonly name: string
  readonly power: Power
  readonly healthBase: number
  readonly healthPerLevel: number
  readonly powerBase: number
  readonly powerPerLevel: number
  readonly armourBase: number
  readonly armourPerLevel: number
  readonly weapon: Weapon
  /** Spell ids and the level at which each is known, by rising level. */
  readonly spells: readonly { readonly spell: number; readonly level: number }[]
}

export interface LootEntry {
  readonly item: number
  readonly chance: number
  readonly countMin: number
  readonly countMax: number
  /** Drops only for those who have this quest; 0 = for everybody. */
  readonly quest: number
}

export interface CreatureKind {
  readonly id: number
  readonly key: string
  readonly name: string
  readonly levelMin: number
  readonly levelMax: number
  readonly healthBase: number
  readonly healthPerLevel: number
  readonly damageMin: number
  readonly damageMax: number
  readonly damagePerLevel: number
  readonly swingMs: number
  readonly reachM: number
  readonly armourBase: number
  readonly armourPerLevel: number
  /** 0 = never attacks first. */
  readonly aggroRadiusM: number
  readonly wanderRadiusM: number
  /** When it chases; it wanders at rates.walkSpeedMps. */
  readonly speedMps: number
  readonly experienceFactor: number
  readonly goldMin: number
  readonly goldMax: number
  readonly goldPerLevel: number
  readonly loot: readonly LootEntry[]
  /** What it casts at whom it fights, as often as `everyMs` and the spell's own cooldown allow; from its level on. */
  readonly spells: readonly { readonly spell: number; readonly everyMs: number; readonly level: number }[]
}

export interface NpcKind extends Point {
  readonly id: number
  readonly key: string
  readonly name: string
  readonly title: string
  readonly headingDegrees: number
  /** The same as `headingDegrees`, 65,536 to the turn, 0 along +x. */
  readonly heading: number
  readonly services: readonly Service[]
  /** What it sells. */
  readonly stock: readonly StockEntry[]
}

/** A compact spawn area: `count` creatures of one kind, expanded into points by placement.ts. */
export interface SpawnArea extends Place {
  readonly key: string
  readonly creature: number
  readonly count: number
  readonly respawnMinMs: number
  readonly respawnMaxMs: number
  /** Its points come in packs of so many that stand together and help each other; 1 = alone. */
  readonly pack: number
}

/** A spawn area as a bot sees it. */
export interface HuntingArea extends Place {
  readonly areaIndex: number
  readonly creature: number
  readonly levelMin: number
  readonly levelMax: number
  readonly count: number
}

export interface Content {
  readonly zone: Zone
  readonly rates: Rates
  readonly classes: readonly (ClassKind | undefined)[]
  readonly classList: readonly ClassKind[]
  readonly spells: readonly (SpellKind | undefined)[]
  readonly spellList: readonly SpellKind[]
  readonly auras: readonly (AuraKind | undefined)[]
  readonly auraList: readonly AuraKind[]
  /** The names of cooldown categories; spells refer to their places. */
  readonly categories: readonly string[]
  /** The longest time that a spell closes each of them for. */
  readonly categoryMs: readonly number[]
  readonly items: readonly (ItemKind | undefined)[]
  readonly itemList: readonly ItemKind[]
  readonly creatures: readonly (CreatureKind | undefined)[]
  readonly creatureList: readonly CreatureKind[]
  readonly npcs: readonly (NpcKind | undefined)[]
  readonly npcList: readonly NpcKind[]
  readonly quests: readonly (QuestKind | undefined)[]
  readonly questList: readonly QuestKind[]
  readonly objects: readonly (ObjectKind | undefined)[]
  readonly objectList: readonly ObjectKind[]
  /** By class id; the first of a class is what a bot does alone. */
  readonly rotations: readonly (readonly Rotation[])[]
  /** By area index. */
  readonly spawns: readonly SpawnArea[]
  /** By area index. */
  readonly huntingAreas: readonly HuntingArea[]
  /** Experience from level L to L + 1 at index L; Infinity at 0 and at levelMax. A typed array cannot be frozen: only its type is. */
  readonly experienceToNext: Readonly<Float64Array>
  /** By npc id; an empty list for an npc without quests. */
  readonly questsByGiver: readonly (readonly QuestKind[])[]
  readonly questsByEnder: readonly (readonly QuestKind[])[]
  readonly npcsByService: Readonly<Record<Service, readonly NpcKind[]>>
}
