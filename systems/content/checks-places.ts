/** Checks of where things are: inside the zone, out of the town, away from those who would be attacked at once. */
import { distance } from '../../src/ecs/maths.js'
import { type ContentIndex, checkReference } from './content-index.js'
import type { Problems, Spot } from './problems.js'
import type { RawContent, RawCreature, RawSpawn } from './schema.js'
import type { Point } from './types.js'

/** Characters of level 1 appear at least this far from creatures that attack first, edge to edge. */
export const START_GAP_M = 25
/** Every level has this many spawns from two levels below it to one above. */
export const SPAWNS_PER_LEVEL_MIN = 200
/** Spawns of one zone; the area index and a spawn's columns are sized by it. */
export const SPAWNS_MAX = 65_536

/** Whether the disc lies within the square 0 ≤ x, z < sizeM. */
export function isInside(zone: RawContent['zone'], at: Point, radiusM: number): boolean {
  return at.x - radiusM >= 0 && at.z - radiusM >= 0 && at.x + radiusM < zone.sizeM && at.z + radiusM < zone.sizeM
}

export function checkInside(zone: RawContent['zone'], spot: Spot, at: Point, radiusM: number, problems: Problems): void {
  if (isInside(zone, at, radiusM)) return
  const what = radiusM > 0 ? `is not inside the zone with the ${radiusM} m around it` : 'is not inside the zone'
  problems.add(spot, { x: at.x, z: at.z }, what, `keep within 0 and ${zone.sizeM} on both axes`)
}

function checkZone({ zone, npcs, rates }: RawContent, problems: Problems): void {
  const spot = (field: string): Spot => ({ file: 'zone.json', entry: '', field })
  checkInside(zone, spot('town'), zone.town, zone.town.radiusM, problems)
  zone.starts.forEach((start, i) => {
    checkInside(zone, spot(`starts.${i}`), start, start.radiusM, problems)
  })
  const inTown = zone.graveyards.some((g) => distance(g.x, g.z, zone.town.x, zone.town.z) <= zone.town.radiusM)
  if (!inTown) problems.add(spot('graveyards'), zone.graveyards, 'has none inside the town', 'put one there')
  const healers = npcs.filter((npc) => npc.services.includes('spiritHealer'))
  zone.graveyards.forEach((g, i) => {
    checkInside(zone, spot(`graveyards.${i}`), g, 0, problems)
    if (healers.some((npc) => distance(g.x, g.z, npc.x, npc.z) <= rates.interactRangeM)) return
    const remedy = `put an npc with the service spiritHealer within ${rates.interactRangeM} m`
    problems.add(spot(`graveyards.${i}`), g, 'has no spirit healer', remedy)
  })
  for (const npc of npcs) checkInside(zone, { file: 'npcs.json', entry: npc.key, field: 'x' }, npc, 0, problems)
}

/** Places where somebody stands unaware, each with the gap that an aggressive creature's area must leave to its edge. */
function quietPlaces({ zone, npcs }: RawContent): readonly (Point & { name: string; radiusM: number; gapM: number })[] {
  return [
    ...zone.starts.map((s, i) => ({ ...s, name: `start ${i}`, gapM: START_GAP_M })),
    ...zone.graveyards.map((g, i) => ({ ...g, radiusM: 0, name: `graveyard ${i}`, gapM: 0 })),
    ...npcs.map(({ x, z, key }) => ({ x, z, radiusM: 0, name: `npc "${key}"`, gapM: 0 })),
  ]
}

function checkAggression(area: RawSpawn, kind: RawCreature, quiet: ReturnType<typeof quietPlaces>, problems: Problems): void {
  if (kind.aggroRadiusM === 0) return
  const noticesM = kind.aggroRadiusM + kind.wanderRadiusM
  for (const place of quiet) {
    const gapM = distance(area.x, area.z, place.x, place.z) - area.radiusM - place.radiusM
    if (gapM >= noticesM && gapM >= place.gapM) continue
    const what = `lies ${Math.floor(gapM)} m from ${place.name}, and "${kind.key}" attacks first`
    const remedy = `leave at least ${noticesM} m (what it notices as it wanders) and ${place.gapM} m`
    problems.add({ file: 'spawns.json', entry: area.key, field: 'x' }, area.x, what, remedy)
  }
}

function checkAreas(raw: RawContent, index: ContentIndex, problems: Problems): void {
  const { zone } = raw
  const file = 'spawns.json'
  const quiet = quietPlaces(raw)
  const keys = new Set<string>()
  const living = new Set<string>()
  for (const area of raw.spawns) {
    if (keys.has(area.key))
      problems.add({ file, entry: area.key, field: 'key' }, area.key, 'is the key of two entries', 'give each its own')
    keys.add(area.key)
    living.add(area.creature)
    const spot = { file, entry: area.key, field: 'creature' }
    const kind = checkReference(index.creatures, 'creatures.json', spot, area.creature, problems)
    checkInside(zone, { file, entry: area.key, field: 'x' }, area, area.radiusM + (kind?.wanderRadiusM ?? 0), problems)
    if (distance(area.x, area.z, zone.town.x, zone.town.z) < area.radiusM + zone.town.radiusM) {
      problems.add({ file, entry: area.key, field: 'x' }, area.x, 'overlaps the town', 'move the area or shrink its radiusM')
    }
    if (kind) checkAggression(area, kind, quiet, problems)
  }
  for (const { key } of raw.creatures) {
    if (living.has(key)) continue
    problems.add(
      { file: 'creatures.json', entry: key, field: '' },
      undefined,
      'lives nowhere',
      'add an area to spawns.json or remove it',
    )
  }
  const total = raw.spawns.reduce((sum, area) => sum + area.count, 0)
  if (total > SPAWNS_MAX) {
    problems.add({ file, entry: '', field: 'count' }, total, 'is too many spawns together', `have at most ${SPAWNS_MAX}`)
  }
}

/** Counts expected spawns: the levels of an area's creatures are uniform in their range. */
function checkLevels(raw: RawContent, index: ContentIndex, problems: Problems): void {
  for (let level = 1; level <= raw.rates.levelMax; level++) {
    let spawns = 0
    for (const area of raw.spawns) {
      const kind = index.creatures.get(area.creature)
      if (!kind) continue
      let fitting = 0
      for (let l = kind.levelMin; l <= kind.levelMax; l++) if (l >= level - 2 && l <= level + 1) fitting++
      if (fitting > 0) spawns += (area.count * fitting) / (kind.levelMax - kind.levelMin + 1)
    }
    if (spawns >= SPAWNS_PER_LEVEL_MIN) continue
    const what = `is too few spawns of levels ${level - 2} to ${level + 1} for a character of level ${level}`
    const remedy = `add areas until there are ${SPAWNS_PER_LEVEL_MIN}`
    problems.add({ file: 'spawns.json', entry: '', field: 'count' }, Math.floor(spawns), what, remedy)
  }
}

export function checkPlaces(raw: RawContent, index: ContentIndex, problems: Problems): void {
  checkZone(raw, problems)
  checkAreas(raw, index, problems)
  checkLevels(raw, index, problems)
}
