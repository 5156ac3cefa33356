import type { Client } from '../client/index.js'
import type { Component } from '../ecs/component.js'
import type { Slot } from '../ecs/entities.js'
import type { Pipeline } from '../ecs/pipeline.js'
import type { World } from '../ecs/world.js'
import type { SpaceComponents } from '../net/net.js'
import type { PackedMovements, ValuePlaces } from '../ports/ledger.js'
import type { Protocol } from '../protocol/protocol.js'

/** What of the configuration is part of the world, and so of every recording. */
export interface WorldSettings {
  readonly seed: number
  readonly tickHz: number
  /** The fleet's first target. */
  readonly bots: number
  readonly creatures: number
  readonly clientsMax: number
  readonly graceS: number
  /** Rings of cells beyond the near ones that clients see at a lower rate; 0 unless given. */
  readonly outerRing?: number
  /** Ticks between two updates of what changes in such a cell, 2 to 100. */
  readonly outerEvery?: number
  /** Levels of new bots and their weights, as in `1:40,2-5:30`, or `spread`: all levels; level 1 unless given. */
  readonly botLevels?: string
  /** Classes of new bots and their weights, as in `guardian:2,mender`; '' or left out: each in turn. */
  readonly botClasses?: string
  readonly botPlaces?: 'auto' | 'starts' | 'grounds'
  /** Bots that may appear in a second of world time. */
  readonly botArrivalsPerS?: number
  /** Decisions of bots in one tick; 0 or left out: as many as are due. */
  readonly decisionsPerTick?: number
  /** Whether bots keep what they looked up; on unless given. */
  readonly botCaches?: 'on' | 'off'
  /** How long a bot keeps what it can cast, and who attacks it; 100 and 500 unless given. */
  readonly abilityCacheMs?: number
  readonly targetCacheMs?: number
  /** Copies of the game's zone, side by side as instances 0, 1 …: creatures and bots are spread over them, NPCs stand in each; 1 unless given. */
  readonly zoneCopies?: number
}

export interface GameContent {
  /** Where the shipped JSON files lie. */
  readonly directory: string
  /** Checks and freezes them; throws `MyriadError` `BAD_CONTENT`. */
  parse(files: Readonly<Record<string, unknown>>): unknown
}

/** Value in a game: what moves, where it lies, and how much may lie in one place. */
export interface GameValue {
  /** What moved in the tick that has just ended. */
  movedIn(world: World): PackedMovements
  /** Where it lies in what is saved of a character. */
  readonly places: ValuePlaces
  /** By the content: most coins of a character, and most pieces in one place; undefined for an item that the content does not know. */
  limits(content: unknown): { readonly goldMax: number; stackMax(item: number): number | undefined }
}

/** A game: declarations in, a world out. `game.ts` is the standard one. */
export interface GameModule {
  readonly name: string
  readonly components: readonly Component[]
  readonly protocol: Protocol
  readonly pipeline: Pipeline
  readonly content?: GameContent
  /** Games with places: which components hold them, and the cell's side (half the view radius). */
  readonly space?: SpaceComponents & { readonly cellSizeM: number }
  /** Games without characters: the components of the entity that every session gets. */
  readonly avatar?: readonly Component[]
  /** Entities the world must hold for these settings. */
  capacity(settings: WorldSettings, content: unknown): number
  /** Characters may choose classes 1 to this; 0 in games without characters. */
  readonly classMax?: number
  /** The level a character list shows. */
  levelOf?(world: World, slot: Slot): number
  /** Games with value that can be made, lost and traded: every movement is written into the store's ledger. */
  readonly value?: GameValue
  /** Plays one connected character by the same brain as in-world bots; returns what stops it. */
  runRemoteBrain?(client: Client, content: unknown, seed: number): () => void
  /** Counted for `simulate` and the status line. */
  report?(world: World): GameReport
}

/** What a game knows of its own state, for people. */
export interface GameReport {
  /** Whole numbers that only rise. */
  readonly counters: Readonly<Record<string, number>>
  /** Bots by tier. */
  readonly botsByTier: Readonly<Record<string, number>>
  readonly bots: number
  /** Part of the bots that is in combat now, 0 to 1. */
  readonly inCombatShare: number
  readonly stuckBots: number
  readonly idleBots: number
  /** Part of the bots that has gained experience, 0 to 1. */
  readonly experiencedShare: number
  /** Whatever else the game measures of its bots, by name: shares 0 to 1, rates, seconds, numbers. */
  readonly measures?: Readonly<Record<string, number>>
  /** By class. */
  readonly levels?: Readonly<Record<string, Level>>
}

export interface Level {
  readonly median: number
  readonly mean: number
}

/** Names the parts of a game; the same object, checked by the compiler. */
export function defineGame<G extends GameModule>(game: G): Readonly<G> {
  return Object.freeze(game)
}
