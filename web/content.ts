/**
 * The server's content files, as far as the page shows them. The server has checked them before it serves them. References
 * between entries are keys; what travels on the wire are ids.
 */

export interface Named {
  readonly id: number
  readonly key: string
  readonly name: string
}
interface Point {
  readonly x: number
  readonly z: number
}
interface Disc extends Point {
  readonly radiusM: number
}
export interface ClassEntry extends Named {
  readonly power: 'rage' | 'mana' | 'energy'
}
export interface SpellEntry extends Named {
  readonly castMs: number
  readonly channelMs: number
  readonly cooldownMs: number
  readonly cost: number
  readonly rangeM: number
  /** Casting it does not make the others wait. */
  readonly offGlobal: boolean
  readonly target: 'enemy' | 'friend' | 'self' | 'point'
}
export interface AuraEntry extends Named {
  readonly harmful?: boolean
}
export interface ItemEntry extends Named {
  readonly kind: string
  readonly quality: 'poor' | 'common' | 'uncommon' | 'rare'
  readonly sellPrice: number
  readonly levelMin?: number
  /** Keys of the classes that may have it; everybody where there are none. */
  readonly classes?: readonly string[]
  /** Where it is worn, as systems/content/words.ts names it. */
  readonly slot?: string
  readonly durabilityMax?: number
  readonly use?: { readonly spell: string }
}
export interface CreatureEntry extends Named {
  /** 0: never attacks first. */
  readonly aggroRadiusM: number
  readonly loot: readonly { readonly item: string }[]
}
export interface NpcEntry extends Named, Point {
  readonly title: string
  readonly services: readonly string[]
}
export type ObjectiveEntry =
  | { readonly kind: 'kill'; readonly creatures: readonly string[]; readonly count: number }
  | { readonly kind: 'collect'; readonly item: string; readonly count: number }
  | { readonly kind: 'talk'; readonly npc: string }
  | { readonly kind: 'explore'; readonly where: readonly Disc[] }
  | { readonly kind: 'deliver'; readonly item: string; readonly npc: string; readonly count: number }
  | {
      readonly kind: 'useItem'
      readonly item: string
      readonly creatures?: readonly string[]
      readonly npc?: string
      readonly count: number
    }
export interface StackEntry {
  readonly item: string
  readonly count: number
}
export interface QuestEntry extends Named {
  readonly text: string
  readonly level: number
  readonly levelMin: number
  readonly giver: string
  readonly ender: string
  readonly requires?: readonly string[]
  readonly classes?: readonly string[]
  readonly exclusive?: string
  readonly repeatable?: boolean
  readonly objectives: readonly ObjectiveEntry[]
  readonly reward: {
    readonly experience: number
    readonly gold: number
    readonly items?: readonly StackEntry[]
    readonly choices?: readonly StackEntry[]
  }
}
export interface SpawnEntry extends Disc {
  readonly creature: string
}
export interface ZoneFile {
  readonly name: string
  readonly sizeM: number
  readonly town: Disc
  readonly graveyards: readonly Point[]
}
export interface RatesFile {
  readonly interactRangeM: number
  readonly reclaimRangeM: number
  readonly globalCooldownMs: number
  readonly bagSlots: number
  readonly durability: { readonly repairFraction: number }
}
export interface ContentFiles {
  readonly 'zone.json'?: ZoneFile
  readonly 'rates.json'?: RatesFile
  readonly 'classes.json'?: readonly ClassEntry[]
  readonly 'spells.json'?: readonly (Partial<SpellEntry> & Named & Pick<SpellEntry, 'target'>)[]
  readonly 'auras.json'?: readonly AuraEntry[]
  readonly 'items.json'?: readonly ItemEntry[]
  readonly 'creatures.json'?: readonly CreatureEntry[]
  readonly 'npcs.json'?: readonly NpcEntry[]
  readonly 'quests.json'?: readonly QuestEntry[]
  readonly 'spawns.json'?: readonly SpawnEntry[]
  readonly 'objects.json'?: readonly Named[]
}

/** Entries of one file by id and by key. */
export class Table<T extends Named> {
  private readonly byId = new Map<number, T>()
  private readonly byKey = new Map<string, T>()

  constructor(
    readonly list: readonly T[],
    private readonly what: string,
  ) {
    for (const entry of list) {
      this.byId.set(entry.id, entry)
      this.byKey.set(entry.key, entry)
    }
  }

  get(id: number): T | undefined {
    return this.byId.get(id)
  }
  key(key: string): T | undefined {
    return this.byKey.get(key)
  }
  /** Its name, or what it is and its number where the content is not known. */
  name(id: number): string {
    return this.byId.get(id)?.name ?? `${this.what} ${id}`
  }
  nameOfKey(key: string): string {
    return this.byKey.get(key)?.name ?? key
  }
}

/** What the page assumes where the content could not be loaded. */
const RATES_DEFAULT: RatesFile = {
  interactRangeM: 5.5,
  reclaimRangeM: 39,
  globalCooldownMs: 1_500,
  bagSlots: 24,
  durability: { repairFraction: 0.5 },
}
/** Files leave out what is nothing. */
const SPELL_DEFAULT = { castMs: 0, channelMs: 0, cooldownMs: 0, cost: 0, rangeM: 0, offGlobal: false }
const CLASSES_DEFAULT: readonly ClassEntry[] = [1, 2, 3, 4].map((id) => ({
  id,
  key: `class-${id}`,
  name: `Class ${id}`,
  power: 'mana',
}))

export class Content {
  readonly zone: ZoneFile | undefined
  readonly rates: RatesFile
  readonly classes: Table<ClassEntry>
  readonly spells: Table<SpellEntry>
  readonly auras: Table<AuraEntry>
  readonly items: Table<ItemEntry>
  readonly creatures: Table<CreatureEntry>
  readonly npcs: Table<NpcEntry>
  readonly quests: Table<QuestEntry>
  readonly spawns: readonly SpawnEntry[]
  readonly objects: Table<Named>

  constructor(files: ContentFiles) {
    this.zone = files['zone.json']
    this.rates = files['rates.json'] ?? RATES_DEFAULT
    this.classes = new Table(files['classes.json'] ?? CLASSES_DEFAULT, 'Class')
    const spells = (files['spells.json'] ?? []).map((spell) => ({ ...SPELL_DEFAULT, ...spell }))
    this.spells = new Table(spells, 'Spell')
    this.auras = new Table(files['auras.json'] ?? [], 'Aura')
    this.items = new Table(files['items.json'] ?? [], 'Item')
    this.creatures = new Table(files['creatures.json'] ?? [], 'Creature')
    this.npcs = new Table(files['npcs.json'] ?? [], 'Person')
    this.quests = new Table(files['quests.json'] ?? [], 'Quest')
    this.spawns = files['spawns.json'] ?? []
    this.objects = new Table(files['objects.json'] ?? [], 'Object')
  }

  /** A class by its number, key or name, as an address of the page may give it. */
  classFrom(text: string): ClassEntry | undefined {
    const wanted = text.toLowerCase()
    return this.classes.list.find((c) => c.key === wanted || c.name.toLowerCase() === wanted || String(c.id) === wanted)
  }

  stackText({ item, count }: StackEntry): string {
    const name = this.items.nameOfKey(item)
    return count === 1 ? name : `${count} × ${name}`
  }

  objectiveText(objective: ObjectiveEntry): string {
    const creatures = (keys: readonly string[]): string => keys.map((key) => this.creatures.nameOfKey(key)).join(', ')
    switch (objective.kind) {
      case 'talk':
        return `Speak to ${this.npcs.nameOfKey(objective.npc)}`
      case 'collect':
        return this.items.nameOfKey(objective.item)
      case 'explore':
        return `Go to ${objective.where.map(({ x, z }) => `${Math.round(x)}, ${Math.round(z)}`).join(' or ')}`
      case 'deliver':
        return `${this.items.nameOfKey(objective.item)} for ${this.npcs.nameOfKey(objective.npc)}`
      case 'useItem': {
        const target = objective.npc === undefined ? creatures(objective.creatures ?? []) : this.npcs.nameOfKey(objective.npc)
        return `${this.items.nameOfKey(objective.item)} on ${target}`
      }
      case 'kill':
        return creatures(objective.creatures)
    }
  }

  /** The kinds of creature that an objective is met at. */
  creaturesFor(objective: ObjectiveEntry): readonly string[] {
    if (objective.kind === 'kill' || objective.kind === 'useItem') return objective.creatures ?? []
    if (objective.kind !== 'collect') return []
    return this.creatures.list.filter(({ loot }) => loot.some(({ item }) => item === objective.item)).map(({ key }) => key)
  }
}

export const objectiveCount = (objective: ObjectiveEntry): number => ('count' in objective ? objective.count : 1)

export interface Loaded {
  readonly content: Content
  /** Of the server that this page came from; '' accepts any. */
  readonly protocolHash: string
  /** Why there are no names; undefined when there are. */
  readonly problem?: string
}

async function json(path: string): Promise<unknown> {
  const response = await fetch(path)
  if (!response.ok) throw new Error(`${path} answered ${response.status}`)
  return response.json()
}

/** Asks the server for its content. Never rejects: the page works without names as well. */
export async function loadContent(): Promise<Loaded> {
  let protocolHash = ''
  try {
    const about = (await json('/about.json')) as { readonly contentHash?: string; readonly protocolHash?: string }
    protocolHash = about.protocolHash ?? ''
    const files = (await json(`/content/${about.contentHash ?? ''}.json`)) as ContentFiles
    return { content: new Content(files), protocolHash }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { content: new Content({}), protocolHash, problem: `Names are missing (${why}): things are shown by number.` }
  }
}
