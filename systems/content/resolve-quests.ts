import { type AllIds, idOrNone } from './ids.js'
import { givenOf, isHolder, isSupplier, neededOf, type RawObjective } from './quest-supply.js'
import type { RawCreature } from './schema.js'
import type { RawItem } from './schema-items.js'
import type { RawObject, RawQuest } from './schema-quests.js'
import type { ItemStack, NpcKind, Objective, ObjectKind, Place, QuestKind, Source, SpawnArea } from './types.js'

/** What the places of objectives are found from. */
export interface Whereabouts {
  readonly ids: AllIds
  /** Where creatures of one kind live, by creature id. */
  readonly places: ReadonlyMap<number, readonly Place[]>
  readonly creatures: readonly RawCreature[]
  readonly npcs: readonly (NpcKind | undefined)[]
  readonly objects: readonly RawObject[]
  readonly items: readonly RawItem[]
  readonly quests: readonly RawQuest[]
  readonly interactRangeM: number
}

/** Where creatures of one kind live, by creature id. */
export function placesByCreature(areas: readonly SpawnArea[]): ReadonlyMap<number, readonly Place[]> {
  const places = new Map<number, Place[]>()
  for (const { creature, x, z, radiusM } of areas) {
    const known = places.get(creature)
    if (known) known.push({ x, z, radiusM })
    else places.set(creature, [{ x, z, radiusM }])
  }
  return places
}

export function resolveObject(raw: RawObject, ids: AllIds): ObjectKind {
  return { ...raw, item: ids.items.get(raw.item)!, quest: idOrNone(ids.quests, raw.quest) }
}

const bare = ({ x, z, radiusM }: Place): Place => ({ x, z, radiusM })

const living = (creatures: readonly number[], { places }: Whereabouts): Place[] =>
  creatures.flatMap((creature) => places.get(creature) ?? [])

/** Who has an item for a quest, and where. */
function sourceOf(item: string, quest: RawQuest, from: Whereabouts): Source {
  const creatures = from.creatures.filter((kind) => isSupplier(kind, item, quest)).map((kind) => kind.id)
  const holders = from.objects.filter((object) => isHolder(object, item, quest))
  const where = [...living(creatures, from), ...holders.flatMap((object) => object.places.map(bare))]
  return { creatures, objects: holders.map(({ id }) => id), where }
}

const NOWHERE: Source = { creatures: [], objects: [], where: [] }

/** Where to get what the quest does not give, or not enough of. */
function lackOf(raw: Extract<RawObjective, { kind: 'deliver' | 'useItem' }>, quest: RawQuest, from: Whereabouts): Source {
  const kind = from.items.find(({ key }) => key === raw.item)
  return givenOf(quest, raw.item) >= neededOf(raw, kind) ? NOWHERE : sourceOf(raw.item, quest, from)
}

function resolveObjective(raw: RawObjective, quest: RawQuest, from: Whereabouts): Objective {
  const creaturesOf = (keys: readonly string[]) => keys.map((key) => from.ids.creatures.get(key)!)
  const at = (key: string): Place[] => {
    const npc = from.npcs[from.ids.npcs.get(key)!]!
    return [{ x: npc.x, z: npc.z, radiusM: from.interactRangeM }]
  }
  switch (raw.kind) {
    case 'kill': {
      const creatures = creaturesOf(raw.creatures)
      return { kind: 'kill', creatures, count: raw.count, where: living(creatures, from) }
    }
    case 'collect':
      return { kind: 'collect', item: from.ids.items.get(raw.item)!, ...sourceOf(raw.item, quest, from), count: raw.count }
    case 'talk':
      return { kind: 'talk', npc: from.ids.npcs.get(raw.npc)!, count: 1, where: at(raw.npc) }
    case 'explore':
      return { kind: 'explore', count: 1, where: raw.where }
    case 'deliver': {
      const { kind, npc, count } = raw
      const source = lackOf(raw, quest, from)
      return { kind, item: from.ids.items.get(raw.item)!, npc: from.ids.npcs.get(npc)!, count, where: at(npc), source }
    }
    case 'useItem': {
      const creatures = creaturesOf(raw.creatures)
      const npc = idOrNone(from.ids.npcs, raw.npc)
      const where = [...living(creatures, from), ...(raw.npc === undefined ? [] : at(raw.npc))]
      const source = lackOf(raw, quest, from)
      return { kind: 'useItem', item: from.ids.items.get(raw.item)!, creatures, npc, count: raw.count, where, source }
    }
  }
}

export function resolveQuest(raw: RawQuest, from: Whereabouts): QuestKind {
  const stacks = (list: RawQuest['reward']['items']): ItemStack[] =>
    list.map(({ item, count }) => ({ item: from.ids.items.get(item)!, count }))
  return {
    ...raw,
    giver: from.ids.npcs.get(raw.giver)!,
    ender: from.ids.npcs.get(raw.ender)!,
    requires: raw.requires.map((key) => from.ids.quests.get(key)!),
    classes: raw.classes.map((key) => from.ids.classes.get(key)!),
    exclusive: raw.exclusive ?? '',
    excludes: from.quests.flatMap(({ id, exclusive }) =>
      exclusive !== undefined && exclusive === raw.exclusive && id !== raw.id ? [id] : [],
    ),
    watched: raw.timeLimitMs > 0 || raw.objectives.some(({ kind }) => kind === 'explore'),
    given: stacks(raw.given),
    objectives: raw.objectives.map((objective) => resolveObjective(objective, raw, from)),
    reward: { ...raw.reward, items: stacks(raw.reward.items), choices: stacks(raw.reward.choices) },
  }
}
