import { BAG_SLOTS } from '../../components/bag.js'
import { standardGame } from '../../game.js'
import type { SavedComponent } from '../../src/ports/packed-rows.js'
import { type LoadedContent, readContent } from '../../src/server/content-files.js'
import type { Content, CreatureKind, NpcKind, QuestKind } from '../../systems/content/types.js'
import { services } from '../../systems/content/words.js'

/** Where everybody stands: a trader who also gives quests, and prey that falls at a blow, all within reach of each other. */
const TRADER = 'corvin'
const PREY = 'bristle-hare'
export const PREY_POINTS = 10
const PREY_RADIUS_M = 1.5
const REACH_M = 8
const RESPAWN_MS = { respawnMinMs: 3_000, respawnMaxMs: 8_000 } as const
const START_GOLD = 600

const loaded = readContent(standardGame)
const game = loaded.content as Content
const idOf = (key: string): number => game.itemList.find((item) => item.key === key)?.id ?? 0
const pelt = idOf('torn-pelt')
const loaf = idOf('barley-loaf')
const lime = idOf('slaked-lime')
const jerkin = idOf('patched-jerkin')
const trader = game.npcList.find(({ key }) => key === TRADER)!
export const vendor: NpcKind = { ...trader, services: ['vendor', 'repair', 'quests'] }

const hare = game.creatureList.find(({ key }) => key === PREY)!
const prey: CreatureKind = {
  ...hare,
  levelMax: 1,
  healthBase: 1,
  damageMin: 0,
  damageMax: 0,
  damagePerLevel: 0,
  wanderRadiusM: 0,
  goldMin: 1,
  goldMax: 9,
  loot: [
    { item: pelt, chance: 0.9, countMin: 1, countMax: 4, quest: 0 },
    { item: loaf, chance: 0.5, countMin: 1, countMax: 1, quest: 0 },
    { item: jerkin, chance: 0.15, countMin: 1, countMax: 1, quest: 0 },
  ],
}

const ground = { x: vendor.x, z: vendor.z, radiusM: PREY_RADIUS_M }

function errand(id: number, count: number, choices: QuestKind['reward']['choices']): QuestKind {
  const objective = { kind: 'collect', item: pelt, count, creatures: [prey.id], objects: [], where: [ground] } as const
  return {
    ...game.questList[0],
    id,
    key: `pelts-${id}`,
    giver: vendor.id,
    ender: vendor.id,
    levelMin: 1,
    requires: [],
    classes: [],
    exclusive: '',
    excludes: [],
    repeatable: true,
    watched: false,
    timeLimitMs: 0,
    given: [{ item: lime, count: 2 }],
    objectives: [objective],
    reward: { experience: 0, gold: 7 * count, items: [{ item: loaf, count: 1 }], choices },
  }
}

/** One that pays at once, and one of which a reward is to be chosen. Their ids are those of no quest of the game. */
export const errands: readonly QuestKind[] = [
  errand(240, 2, []),
  errand(241, 4, [
    { item: loaf, count: 3 },
    { item: jerkin, count: 1 },
  ]),
]

/** A table by id with these alone. */
function byId<T extends { readonly id: number }>(its: readonly T[]): (T | undefined)[] {
  const table = Array.from<T | undefined>({ length: Math.max(...its.map(({ id }) => id)) + 1 })
  for (const it of its) table[it.id] = it
  return table
}
const ofVendor = Array.from({ length: vendor.id + 1 }, (_, npc) => (npc === vendor.id ? errands : []))

const noServices = Object.fromEntries(services.map((service) => [service, []])) as unknown as Content['npcsByService']

/** The game's content with one NPC, one kind of prey and two quests, all in one place. */
export const content: Content = {
  ...game,
  zone: { ...game.zone, starts: [{ x: vendor.x, z: vendor.z, radiusM: 2 }] },
  rates: { ...game.rates, swingArcDegrees: 360, corpseFullMs: 20_000, corpseEmptyMs: 2_000 },
  classes: game.classes.map((kind) => kind && { ...kind, weapon: { ...kind.weapon, reachM: REACH_M, swingMs: 1_000 } }),
  npcs: byId([vendor]),
  npcList: [vendor],
  npcsByService: { ...noServices, vendor: [vendor], repair: [vendor], quests: [vendor] },
  creatures: byId([prey]),
  creatureList: [prey],
  objects: [],
  objectList: [],
  quests: byId(errands),
  questList: errands,
  questsByGiver: ofVendor,
  questsByEnder: ofVendor,
  spawns: [
    {
      key: 'prey',
      creature: prey.id,
      count: PREY_POINTS,
      ...ground,
      pack: 1,
      ...RESPAWN_MS,
    },
  ],
  huntingAreas: [
    {
      areaIndex: 0,
      creature: prey.id,
      levelMin: 1,
      levelMax: 1,
      count: PREY_POINTS,
      ...ground,
    },
  ],
}
export const loadedScene: LoadedContent = { ...loaded, content }

/** What each character begins with: some gold, two stacks and two things of which there is only one. */
export function openingRow(characterId: number): Readonly<Record<string, SavedComponent>> {
  const things = [
    { item: pelt, count: 18, uid: 0, durability: 0 },
    { item: loaf, count: 9, uid: 0, durability: 0 },
    ...[1, 2].map((n) => ({ item: jerkin, count: 1, uid: characterId * 2 + n, durability: 30 })),
  ]
  const list = (of: (thing: (typeof things)[number]) => number) =>
    Array.from({ length: BAG_SLOTS }, (_, i) => (i < things.length ? of(things[i]) : 0))
  return {
    Position: { x: [vendor.x + (characterId % 5) / 2], y: [0], z: [vendor.z + (characterId % 4) / 2] },
    Purse: { gold: [START_GOLD] },
    Bag: {
      item: list(({ item }) => item),
      count: list(({ count }) => count),
      uid: list(({ uid }) => uid),
      durability: list(({ durability }) => durability),
    },
  }
}
