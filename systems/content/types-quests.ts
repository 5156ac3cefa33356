import type { ItemStack } from './types-items.js'

export interface Point {
  readonly x: number
  readonly z: number
}

/** A disc on the ground. */
export interface Place extends Point {
  readonly radiusM: number
}

interface Counted {
  /** 1 where once is enough. */
  readonly count: number
  /** Where it can be met; computed, never written by hand but for an exploration. */
  readonly where: readonly Place[]
}

/** What a quest asks for. `creatures` and `objects` of a collection are computed: whoever drops or holds the item. */
export type Objective =
  | (Counted & { readonly kind: 'kill'; readonly creatures: readonly number[] })
  | (Counted & {
      readonly kind: 'collect'
      readonly item: number
      readonly creatures: readonly number[]
      readonly objects: readonly number[]
    })
  | (Counted & { readonly kind: 'talk'; readonly npc: number })
  /** To have stood within one of the places. */
  | (Counted & { readonly kind: 'explore' })
  /** To bring `count` of an item to an NPC, who takes them when spoken to. */
  | (Counted & { readonly kind: 'deliver'; readonly item: number; readonly npc: number; readonly source: Source })
  /** To use an item `count` times on creatures of these kinds, or on an NPC. */
  | (Counted & {
      readonly kind: 'useItem'
      readonly item: number
      readonly creatures: readonly number[]
      readonly npc: number
      readonly source: Source
    })

/** Where an item comes from that the quest itself does not give; all lists are empty when it gives enough. Computed. */
export interface Source {
  readonly creatures: readonly number[]
  readonly objects: readonly number[]
  readonly where: readonly Place[]
}

export interface Reward {
  readonly experience: number
  readonly gold: number
  readonly items: readonly ItemStack[]
  /** The character takes one of these; empty = nothing to choose. */
  readonly choices: readonly ItemStack[]
}

export interface QuestKind {
  readonly id: number
  readonly key: string
  readonly name: string
  readonly text: string
  readonly level: number
  readonly levelMin: number
  readonly giver: number
  readonly ender: number
  /** Quest ids that must be done before; none of them is repeatable. */
  readonly requires: readonly number[]
  /** Ids of the classes that it is for; empty = all. */
  readonly classes: readonly number[]
  /** Of the quests of one group, a character may do one only; '' for none. */
  readonly exclusive: string
  /** The ids of the others of its group. Computed. */
  readonly excludes: readonly number[]
  readonly repeatable: boolean
  /** Has a time limit or something to explore, so that it is looked after some times a second. Computed. */
  readonly watched: boolean
  /** 0 = takes as long as it takes; else it fails when its objectives are not met so long after it was taken. */
  readonly timeLimitMs: number
  /** Given with the quest; what is left of it is taken back when the quest ends, handed in or abandoned. */
  readonly given: readonly ItemStack[]
  readonly objectives: readonly Objective[]
  readonly reward: Reward
}

/** Something that stands in the world to be clicked: a chest, a plant. */
export interface ObjectKind {
  readonly id: number
  readonly key: string
  readonly name: string
  readonly item: number
  readonly count: number
  /** Opens only for those who collect for this quest; 0 = for everybody. */
  readonly quest: number
  /** After a click it is gone for so long. */
  readonly respawnMs: number
  readonly places: readonly (Place & { readonly count: number })[]
}
