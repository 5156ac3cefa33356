/** Checks that a quest with a time limit leaves enough of it. */
import { distance } from '../../src/ecs/maths.js'
import type { ContentIndex } from './content-index.js'
import type { Problems } from './problems.js'
import { isHolder, isSupplier, type RawObjective } from './quest-supply.js'
import type { RawContent } from './schema.js'
import type { RawQuest } from './schema-quests.js'
import type { Point } from './types.js'

/** A limit is at least so many times what a straight run takes. */
export const TIME_LIMIT_FACTOR = 2
/** What a kill takes with the search before and the rest after it: bots need some 20 s (BOTS.md). */
export const KILL_MS = 20_000

/** Everywhere the objective can be met. */
function placesOf(objective: RawObjective, quest: RawQuest, raw: RawContent, index: ContentIndex): readonly Point[] {
  const living = (suits: (key: string) => boolean): readonly Point[] => raw.spawns.filter((area) => suits(area.creature))
  const person = (key: string): readonly Point[] => {
    const npc = index.npcs.get(key)
    return npc === undefined ? [] : [npc]
  }
  switch (objective.kind) {
    case 'kill':
      return living((key) => objective.creatures.includes(key))
    case 'collect': {
      const holders = raw.objects.filter((object) => isHolder(object, objective.item, quest))
      const suppliers = living((key) => {
        const kind = index.creatures.get(key)
        return kind !== undefined && isSupplier(kind, objective.item, quest)
      })
      return [...suppliers, ...holders.flatMap((object) => object.places)]
    }
    case 'explore':
      return objective.where
    case 'useItem':
      return objective.npc === undefined ? living((key) => objective.creatures.includes(key)) : person(objective.npc)
    default:
      return person(objective.npc)
  }
}

const isHunt = ({ kind }: RawObjective): boolean => kind === 'kill' || kind === 'collect' || kind === 'useItem'

/** From the giver to the nearest place of each objective in turn, then to whoever ends it; in metres. */
function wayM(quest: RawQuest, raw: RawContent, index: ContentIndex): number {
  let here: Point | undefined = index.npcs.get(quest.giver)
  let way = 0
  const stops = quest.objectives.map((objective) => placesOf(objective, quest, raw, index))
  for (const places of [...stops, placesOf({ kind: 'talk', npc: quest.ender }, quest, raw, index)]) {
    const from = here
    if (from === undefined || places.length === 0) continue
    const away = ({ x, z }: Point): number => distance(from.x, from.z, x, z)
    here = places.reduce((best, place) => (away(place) < away(best) ? place : best))
    way += away(here)
  }
  return way
}

export function checkTimeLimit(quest: RawQuest, raw: RawContent, index: ContentIndex, problems: Problems): void {
  if (quest.timeLimitMs === 0) return
  const hunts = quest.objectives.reduce((sum, o) => sum + (isHunt(o) && 'count' in o ? o.count : 0), 0)
  const metres = wayM(quest, raw, index)
  const leastMs = Math.ceil(hunts * KILL_MS + (TIME_LIMIT_FACTOR * metres * 1_000) / raw.rates.runSpeedMps)
  if (quest.timeLimitMs >= leastMs) return
  const what = `is too short for a way of ${Math.ceil(metres)} m${hunts > 0 ? ` and ${hunts} things to hunt` : ''}`
  problems.add(
    { file: 'quests.json', entry: quest.key, field: 'timeLimitMs' },
    quest.timeLimitMs,
    what,
    `give at least ${leastMs}`,
  )
}
