/** From the keys of a file's entries to their ids. The checks have made sure that every reference exists. */
export type Ids = ReadonlyMap<string, number>

export interface AllIds {
  readonly classes: Ids
  readonly spells: Ids
  readonly auras: Ids
  readonly items: Ids
  readonly creatures: Ids
  readonly npcs: Ids
  readonly quests: Ids
}

export function idsOf(entries: readonly { readonly id: number; readonly key: string }[]): Ids {
  return new Map(entries.map((entry) => [entry.key, entry.id]))
}

/** The id behind a key that may be left out; 0 for none. */
export const idOrNone = (ids: Ids, key: string | undefined): number => (key === undefined ? 0 : ids.get(key)!)

/** A table by id, with undefined where no entry has that id. */
export function byId<T extends { readonly id: number }>(entries: readonly T[]): readonly (T | undefined)[] {
  let last = 0
  for (const { id } of entries) if (id > last) last = id
  const table = new Array<T | undefined>(last + 1).fill(undefined)
  for (const entry of entries) table[entry.id] = entry
  return table
}
