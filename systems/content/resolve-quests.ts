import { isSupplier } from './checks-quests.js'
import { type AllIds, idOrNone } from './ids.js'
import type { RawCreature } from './schema.js'
import type { RawObject, RawQuest } from './schema-quests.js'
import type { ItemStack, NpcKind, Objective, ObjectKind, Place, QuestKind, SpawnArea } from './types.js'

/** What the places of objectives are found from. */
export interface Whereabouts {
  readonly ids: AllIds
  /** Where creatures of one kind live, by creature id. */
  readonly places: ReadonlyMap<number, readonly Place[]>
  readonly creatures: readonly RawCreature[]
  readonly npcs: readonly (NpcKind | undefined)[]
  readonly objects: readonly RawObject[]
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

function resolveObjective(raw: RawQuest['objectives'][number], quest: RawQuest, from: Whereabouts): Objective {
  const living = (creatures: readonly number[]) => creatures.flatMap((creature) => from.places.get(creature) ?? [])
  const creaturesOf = (keys: readonly string[]) => keys.map((key) => from.ids.creatures.get(key)!)
  const at = (key: string): Place[] => {
    const npc = from.npcs[from.ids.npcs.get(key)!]!
    return [{ x: npc.x, z: npc.z, radiusM: from.interactRangeM }]
  }
  switch (raw.kind) {
    case 'kill': {
      const creatures = creaturesOf(raw.creatures)
      return { kind: 'kill', creatures, count: raw.count, where: living(creatures) }
    }
    case 'collect': {
      const creatures = from.creatures.filter((kind) => isSupplier(kind, raw.item, quest)).map((kind) => kind.id)
      const holders = from.objects.filter((object) => object.item === raw.item)
      const where = [...living(creatures), ...holders.flatMap((object) => object.places.map(bare))]
      const item = from.ids.items.get(raw.item)!
      return { kind: 'collect', item, creatures, objects: holders.map(({ id }) => id), count: raw.count, where }
    }
    case 'talk':
      return { kind: 'talk', npc: from.ids.npcs.get(raw.npc)!, count: 1, where: at(raw.npc) }
    case 'explore':
      return { kind: 'explore', count: 1, where: raw.where }
    case 'deliver': {
      const { item, npc, count } = raw
      return { kind: 'deliver', item: from.ids.items.get(item)!, npc: from.ids.npcs.get(npc)!, count, where: at(npc) }
    }
    case 'useItem': {
      const creatures = creaturesOf(raw.creatures)
      const npc = idOrNone(from.ids.npcs, raw.npc)
      const where = [...living(creatures), ...(raw.npc === undefined ? [] : at(raw.npc))]
      return { kind: 'useItem', item: from.ids.items.get(raw.item)!, creatures, npc, count: raw.count, where }
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
    exclusive: raw.exclusive ?? '',
    given: stacks(raw.given),
    objectives: raw.objectives.map((objective) => resolveObjective(objective, raw, from)),
    reward: { ...raw.reward, items: stacks(raw.reward.items), choices: stacks(raw.reward.choices) },
  }
}
