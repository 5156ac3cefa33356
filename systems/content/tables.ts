import { runChecks } from './checks.js'
import { isSupplier } from './checks-quests.js'
import { Problems } from './problems.js'
import { readFiles } from './read.js'
import { type RawContent, type RawCreature, type RawQuest, services } from './schema.js'
import type {
  Content,
  CreatureKind,
  HuntingArea,
  ItemStack,
  NpcKind,
  Objective,
  Place,
  QuestKind,
  Service,
  SpawnArea,
} from './types.js'

export type {
  ClassKind,
  Content,
  CreatureKind,
  HuntingArea,
  ItemKind,
  ItemStack,
  LootEntry,
  NpcKind,
  Objective,
  Place,
  Point,
  Power,
  QuestKind,
  Rates,
  Reward,
  Service,
  SpawnArea,
  SpellKind,
  Weapon,
  Zone,
} from './types.js'

interface Identified {
  readonly id: number
  readonly key: string
}

/** From the keys of a file's entries to their ids. The checks have made sure that every reference exists. */
type Ids = ReadonlyMap<string, number>

interface AllIds {
  readonly spells: Ids
  readonly items: Ids
  readonly creatures: Ids
  readonly npcs: Ids
  readonly quests: Ids
}

function idsOf(entries: readonly Identified[]): Ids {
  return new Map(entries.map((entry) => [entry.key, entry.id]))
}

function byId<T extends Identified>(entries: readonly T[]): readonly (T | undefined)[] {
  let last = 0
  for (const { id } of entries) if (id > last) last = id
  const table = new Array<T | undefined>(last + 1).fill(undefined)
  for (const entry of entries) table[entry.id] = entry
  return table
}

/** Freezes plain objects and arrays all the way down; typed arrays refuse to be frozen and are left. */
function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const part of Object.values(value)) deepFreeze(part)
  return value
}

function resolveCreature(raw: RawCreature, ids: AllIds): CreatureKind {
  const loot = raw.loot.map(({ item, quest, ...rest }) => ({
    ...rest,
    item: ids.items.get(item)!,
    quest: quest === undefined ? 0 : ids.quests.get(quest)!,
  }))
  return { ...raw, loot }
}

function resolveAreas(raw: RawContent, ids: AllIds): readonly SpawnArea[] {
  return raw.spawns.map(({ respawnMs, creature, ...rest }) => ({
    ...rest,
    creature: ids.creatures.get(creature)!,
    respawnMinMs: respawnMs ?? raw.rates.respawnMinMs,
    respawnMaxMs: respawnMs ?? raw.rates.respawnMaxMs,
  }))
}

/** Where creatures of one kind live, by creature id. */
function placesByCreature(areas: readonly SpawnArea[]): ReadonlyMap<number, readonly Place[]> {
  const places = new Map<number, Place[]>()
  for (const { creature, x, z, radiusM } of areas) {
    const known = places.get(creature)
    if (known) known.push({ x, z, radiusM })
    else places.set(creature, [{ x, z, radiusM }])
  }
  return places
}

/** What the places of objectives are found from. */
interface Whereabouts {
  readonly ids: AllIds
  readonly places: ReadonlyMap<number, readonly Place[]>
  readonly creatures: readonly RawCreature[]
  readonly npcs: readonly (NpcKind | undefined)[]
  readonly interactRangeM: number
}

function resolveObjective(raw: RawQuest['objectives'][number], quest: RawQuest, from: Whereabouts): Objective {
  const living = (creatures: readonly number[]) => creatures.flatMap((creature) => from.places.get(creature) ?? [])
  if (raw.kind === 'kill') {
    const creatures = raw.creatures.map((key) => from.ids.creatures.get(key)!)
    return { kind: 'kill', creatures, count: raw.count, where: living(creatures) }
  }
  if (raw.kind === 'collect') {
    const creatures = from.creatures.filter((kind) => isSupplier(kind, raw.item, quest)).map((kind) => kind.id)
    const item = from.ids.items.get(raw.item)!
    return { kind: 'collect', item, creatures, count: raw.count, where: living(creatures) }
  }
  const npc = from.npcs[from.ids.npcs.get(raw.npc)!]!
  return { kind: 'talk', npc: npc.id, count: 1, where: [{ x: npc.x, z: npc.z, radiusM: from.interactRangeM }] }
}

function resolveQuest(raw: RawQuest, from: Whereabouts): QuestKind {
  const stacks = (list: RawQuest['reward']['items']): ItemStack[] =>
    list.map(({ item, count }) => ({ item: from.ids.items.get(item)!, count }))
  return {
    ...raw,
    giver: from.ids.npcs.get(raw.giver)!,
    ender: from.ids.npcs.get(raw.ender)!,
    requires: raw.requires.map((key) => from.ids.quests.get(key)!),
    objectives: raw.objectives.map((objective) => resolveObjective(objective, raw, from)),
    reward: { ...raw.reward, items: stacks(raw.reward.items), choices: stacks(raw.reward.choices) },
  }
}

/** 8·L·(45 + 5·L)·(1 + L/20), rounded: 45 + 5·L is a kill of one's own level, so this is 8 kills at level 1 and 300 at 19. */
function experienceTable(levelMax: number): Float64Array {
  const table = new Float64Array(levelMax + 1).fill(Number.POSITIVE_INFINITY)
  for (let level = 1; level < levelMax; level++) {
    table[level] = Math.floor(8 * level * (45 + 5 * level) * (1 + level / 20) + 0.5)
  }
  return table
}

function huntingAreasOf(areas: readonly SpawnArea[], creatures: readonly (CreatureKind | undefined)[]): HuntingArea[] {
  return areas.map(({ creature, x, z, radiusM, count }, areaIndex) => {
    const { levelMin, levelMax } = creatures[creature]!
    return { areaIndex, creature, levelMin, levelMax, x, z, radiusM, count }
  })
}

function questsBy(npcs: readonly unknown[], quests: readonly QuestKind[], role: 'giver' | 'ender'): QuestKind[][] {
  const lists: QuestKind[][] = npcs.map(() => [])
  for (const quest of quests) lists[quest[role]]!.push(quest)
  return lists
}

function npcsByServiceOf(npcs: readonly NpcKind[]): Record<Service, NpcKind[]> {
  const lists: Record<Service, NpcKind[]> = { quests: [], spiritHealer: [], vendor: [] }
  for (const service of services) lists[service] = npcs.filter((npc) => npc.services.includes(service))
  return lists
}

function buildTables(raw: RawContent): Content {
  const ids: AllIds = {
    spells: idsOf(raw.spells),
    items: idsOf(raw.items),
    creatures: idsOf(raw.creatures),
    npcs: idsOf(raw.npcs),
    quests: idsOf(raw.quests),
  }
  const classList = raw.classes.map((kind) => {
    const spells = kind.spells.map(({ spell, level }) => ({ spell: ids.spells.get(spell)!, level }))
    return { ...kind, spells: spells.sort((a, b) => a.level - b.level) }
  })
  const creatureList = raw.creatures.map((creature) => resolveCreature(creature, ids))
  const creatures = byId(creatureList)
  const npcList = raw.npcs.map((npc) => ({ ...npc, heading: Math.floor((npc.headingDegrees * 65_536) / 360 + 0.5) & 0xffff }))
  const npcs = byId(npcList)
  const spawns = resolveAreas(raw, ids)
  const interactRangeM = raw.rates.interactRangeM
  const whereabouts = { ids, places: placesByCreature(spawns), creatures: raw.creatures, npcs, interactRangeM }
  const questList = raw.quests.map((quest) => resolveQuest(quest, whereabouts))
  return {
    zone: raw.zone,
    rates: raw.rates,
    classes: byId(classList),
    classList,
    spells: byId(raw.spells),
    spellList: raw.spells,
    items: byId(raw.items),
    itemList: raw.items,
    creatures,
    creatureList,
    npcs,
    npcList,
    quests: byId(questList),
    questList,
    spawns,
    huntingAreas: huntingAreasOf(spawns, creatures),
    experienceToNext: experienceTable(raw.rates.levelMax),
    questsByGiver: questsBy(npcs, questList, 'giver'),
    questsByEnder: questsBy(npcs, questList, 'ender'),
    npcsByService: npcsByServiceOf(npcList),
  }
}

/**
 * Content from its files, keyed by file name ('zone.json' …) and already JSON-parsed, as deep-frozen tables. Throws
 * BAD_CONTENT naming every fault found, a line each: file, entry, field, value, remedy. Files are first judged one by
 * one; only when all are well shaped are they checked against each other, since a broken entry would otherwise be
 * reported a second time by all who refer to it.
 */
export function parseContent(files: Readonly<Record<string, unknown>>): Content {
  const problems = new Problems()
  const raw = readFiles(files, problems)
  if (raw) runChecks(raw, problems)
  problems.throwIfAny()
  return deepFreeze(buildTables(raw!))
}
