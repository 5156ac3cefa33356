/**
 * A world-owned, typed singleton. `hash` gives a number that is equal exactly when the contents are (a running sum of
 * its entries' hashes is cheap); it becomes part of the state hash.
 */
export interface Resource<N extends string = string, T = unknown> {
  readonly name: N
  create(setup: ResourceSetup): T
  /** Declared as a method, so that a resource of any type fits where all are handled alike. */
  hash(value: T): number
  /** What of it lasts, if anything. */
  readonly lasting?: Lasting<T>
}

/** Lists of numbers by name. Saved whenever the resource's hash has changed, with all else of that tick. */
export type SavedNumbers = Readonly<Record<string, readonly number[]>>

export interface Lasting<T = unknown> {
  save(value: T): SavedNumbers
  /** Before the first tick's systems run. What was saved may be of an older version: lists may be missing or of another length. */
  restore(value: T, saved: SavedNumbers): void
}

export interface ResourceSetup {
  /** Entities the world can hold. */
  readonly capacity: number
  readonly seed: number
  readonly tickHz: number
  /** The game's content, as `game.content.parse` returned it. */
  readonly content: unknown
  /** Settings of the configuration that are part of the world (`creatures`, `graceS` …); recorded in every header. */
  readonly settings: Readonly<Record<string, number>>
  /** Those of them that are texts (`botLevels` …). */
  readonly texts?: Readonly<Record<string, string>>
}

export function defineResource<const N extends string, T>(
  name: N,
  options: { create: (setup: ResourceSetup) => T; hash: (value: T) => number; lasting?: Lasting<T> },
): Resource<N, T> {
  const { create, hash, lasting } = options
  return Object.freeze(lasting === undefined ? { name, create, hash } : { name, create, hash, lasting })
}

export type ResourceValue<R> = R extends Resource<string, infer T> ? T : never
