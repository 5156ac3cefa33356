/**
 * A world-owned, typed singleton. `hash` gives a number that is equal exactly when the contents are (a running sum of
 * its entries' hashes is cheap); it becomes part of the state hash.
 */
export interface Resource<N extends string = string, T = unknown> {
  readonly name: N
  create(setup: ResourceSetup): T
  /** Declared as a method, so that a resource of any type fits where all are handled alike. */
  hash(value: T): number
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
  options: { create: (setup: ResourceSetup) => T; hash: (value: T) => number },
): Resource<N, T> {
  return Object.freeze({ name, create: options.create, hash: options.hash })
}

export type ResourceValue<R> = R extends Resource<string, infer T> ? T : never
