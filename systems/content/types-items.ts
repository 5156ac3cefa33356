import type { EquipSlot, ItemCategory, Quality, Stat } from './words.js'

export interface Weapon {
  readonly damageMin: number
  readonly damageMax: number
  readonly damagePerLevel: number
  readonly swingMs: number
  readonly reachM: number
}

export interface ItemUse {
  /** The spell that using it casts; its cooldowns and categories are the spell's own. */
  readonly spell: number
  /** True when each use takes one of the stack. */
  readonly consumed: boolean
  /** True for what can only be used out of combat. */
  readonly outOfCombat: boolean
  /** Used in combat, the cooldown of its spell's category begins when the combat ends, so that it can be used once a fight. */
  readonly onceAFight: boolean
}

export interface ItemKind {
  readonly id: number
  readonly key: string
  readonly name: string
  readonly kind: ItemCategory
  readonly quality: Quality
  readonly stackMax: number
  readonly sellPrice: number
  /** What vendors ask for one; 0 where nobody sells it. Always above `sellPrice`. */
  readonly buyPrice: number
  /** What its stats are made for; 0 for what is not worn. */
  readonly itemLevel: number
  /** Below this level nobody may wear or use it. */
  readonly levelMin: number
  /** Where it is worn; undefined for what is not. What is worn is unique: it has a uid and does not stack. */
  readonly slot: EquipSlot | undefined
  /** Ids of the classes that may wear it; empty = all. */
  readonly classes: readonly number[]
  /** What wearing it adds; computed from item level, quality, slot and the file's `mix`. */
  readonly stats: Readonly<Record<Stat, number>>
  /** 0 for what does not wear out. */
  readonly durabilityMax: number
  readonly weapon: Weapon | undefined
  readonly use: ItemUse | undefined
}

export interface ItemStack {
  readonly item: number
  readonly count: number
}

/** One line of a vendor's stock. */
export interface StockEntry {
  readonly item: number
  /** How many there are at most; 0 = as many as are asked for. */
  readonly countMax: number
  /** One more comes each so often, up to `countMax`. */
  readonly refillMs: number
}
