import { runChecks } from './checks.js'
import { type AllIds, byId, idsOf } from './ids.js'
import { Problems } from './problems.js'
import { readFiles } from './read.js'
import { resolveItem } from './resolve-items.js'
import { placesByCreature, resolveObject, resolveQuest } from './resolve-quests.js'
import { resolveRotation, rotationsByClass } from './resolve-rotations.js'
import { categoriesOf, resolveSpell } from './resolve-spells.js'
import type { RawContent, RawCreature } from './schema.js'
import type { Content, CreatureKind, HuntingArea, NpcKind, QuestKind, Service, SpawnArea } from './types.js'
import { services } from './words.js'

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
  const spells = raw.spells.map(({ spell, ...rest }) => ({ ...rest, spell: ids.spells.get(spell)! }))
  return { ...raw, loot, spells }
}

function resolveAreas(raw: RawContent, ids: AllIds): readonly SpawnArea[] {
  return raw.spawns.map(({ respawnMs, creature, ...rest }) => ({
    ...rest,
    creature: ids.creatures.get(creature)!,
    respawnMinMs: respawnMs ?? raw.rates.respawnMinMs,
    respawnMaxMs: respawnMs ?? raw.rates.respawnMaxMs,
  }))
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
  const lists: Record<Service, NpcKind[]> = { quests: [], spiritHealer: [], vendor: [], repair: [] }
  for (const service of services) lists[service] = npcs.filter((npc) => npc.services.includes(service))
  return lists
}

function npcsOf(raw: RawContent, ids: AllIds): readonly NpcKind[] {
  return raw.npcs.map(({ stock, ...npc }) => ({
    ...npc,
    heading: Math.floor((npc.headingDegrees * 65_536) / 360 + 0.5) & 0xffff,
    stock: stock.map(({ item, ...rest }) => ({ ...rest, item: ids.items.get(item)! })),
  }))
}

function buildTables(raw: RawContent): Content {
  const ids: AllIds = {
    classes: idsOf(raw.classes),
    spells: idsOf(raw.spells),
    auras: idsOf(raw.auras),
    items: idsOf(raw.items),
    creatures: idsOf(raw.creatures),
    npcs: idsOf(raw.npcs),
    quests: idsOf(raw.quests),
  }
  const classList = raw.classes.map((kind) => {
    const spells = kind.spells.map(({ spell, level }) => ({ spell: ids.spells.get(spell)!, level }))
    return { ...kind, spells: spells.sort((a, b) => a.level - b.level) }
  })
  const categories = categoriesOf(raw.spells)
  const spellList = raw.spells.map((spell) => resolveSpell(spell, ids, categories))
  const itemList = raw.items.map((item) => resolveItem(item, ids))
  const creatureList = raw.creatures.map((creature) => resolveCreature(creature, ids))
  const creatures = byId(creatureList)
  const npcList = npcsOf(raw, ids)
  const npcs = byId(npcList)
  const spawns = resolveAreas(raw, ids)
  const { interactRangeM } = raw.rates
  const { creatures: kinds, objects, items, quests } = raw
  const places = placesByCreature(spawns)
  const whereabouts = { ids, places, creatures: kinds, npcs, objects, items, quests, interactRangeM }
  const questList = quests.map((quest) => resolveQuest(quest, whereabouts))
  const objectList = objects.map((object) => resolveObject(object, ids))
  return {
    zone: raw.zone,
    rates: raw.rates,
    classes: byId(classList),
    classList,
    spells: byId(spellList),
    spellList,
    auras: byId(raw.auras),
    auraList: raw.auras,
    categories,
    categoryMs: categories.map((_, i) => Math.max(...spellList.map((s) => (s.category === i ? s.categoryMs : 0)))),
    items: byId(itemList),
    itemList,
    creatures,
    creatureList,
    npcs,
    npcList,
    quests: byId(questList),
    questList,
    objects: byId(objectList),
    objectList,
    rotations: rotationsByClass(raw.rotations.map((rotation) => resolveRotation(rotation, ids, classList))),
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
