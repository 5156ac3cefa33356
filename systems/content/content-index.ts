import type { Problems, Spot } from './problems.js'
import type { RawContent, RawCreature } from './schema.js'
import type { RawQuest } from './schema-quests.js'

/** The entries by key, for the checks. Of two entries with one key the first is kept; the second is a problem of its own. */
export interface ContentIndex {
  readonly spells: ReadonlyMap<string, RawContent['spells'][number]>
  readonly auras: ReadonlyMap<string, RawContent['auras'][number]>
  readonly items: ReadonlyMap<string, RawContent['items'][number]>
  readonly creatures: ReadonlyMap<string, RawCreature>
  readonly npcs: ReadonlyMap<string, RawContent['npcs'][number]>
  readonly quests: ReadonlyMap<string, RawQuest>
}

function byKey<T extends { readonly key: string }>(entries: readonly T[]): ReadonlyMap<string, T> {
  const index = new Map<string, T>()
  for (const entry of entries) if (!index.has(entry.key)) index.set(entry.key, entry)
  return index
}

export function indexContent(raw: RawContent): ContentIndex {
  return {
    spells: byKey(raw.spells),
    auras: byKey(raw.auras),
    items: byKey(raw.items),
    creatures: byKey(raw.creatures),
    npcs: byKey(raw.npcs),
    quests: byKey(raw.quests),
  }
}

/** The entry that `key` names, or undefined after adding a problem. */
export function checkReference<T>(
  table: ReadonlyMap<string, T>,
  tableFile: string,
  spot: Spot,
  key: string,
  problems: Problems,
): T | undefined {
  const entry = table.get(key)
  if (entry === undefined) problems.add(spot, key, `names no entry of ${tableFile}`, 'correct the key or add the entry')
  return entry
}
