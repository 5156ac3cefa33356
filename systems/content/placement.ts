import { randomFloat } from '../../src/ecs/random.js'
import type { Content } from './types.js'

/** The points of a whole zone; column i is spawn i. Points of one area follow each other. */
export interface SpawnTable {
  readonly count: number
  /** Creature id. */
  readonly creature: Uint16Array
  readonly level: Uint8Array
  /** Metres. */
  readonly x: Float32Array
  readonly z: Float32Array
  /** Index into content.spawns and content.huntingAreas. */
  readonly areaIndex: Uint16Array
  readonly respawnMs: Uint32Array
  /** 1 + the first spawn of its pack, 0 for one that stands alone; points of one pack follow each other. */
  readonly pack: Uint32Array
}

/** Keeps these draws apart from those of a tick, which number their first input from 0. */
const PLACEMENT_STREAM = 0x53504157
/** Draws of one point: the level, the respawn time, then two coordinates an attempt. */
const LEVEL_DRAW = 0
const RESPAWN_DRAW = 1
const POINT_DRAW = 2
/** Where in its pack, after all attempts at a point. */
const PACK_DRAW = 256
/** A pack stands within this of its middle: near enough to help, too far to be struck by one blow. */
export const PACK_RADIUS_M = 4
/** Points of one area are numbered below this, so that no two points share their draws. */
const AREA_STRIDE = 65_536
/** A disc fills π/4 of its square, so that all attempts miss once in 10³⁴ points; such a point lies at the centre. */
const ATTEMPTS_MAX = 51

/** A point uniform in a disc, as metres from its middle: draws in the square around it until the disc is hit. */
export function discPoint(
  seed: number,
  stream: number,
  subject: number,
  firstDraw: number,
  radiusM: number,
): { readonly dx: number; readonly dz: number } {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const u = 2 * randomFloat(seed, stream, subject, firstDraw + 2 * attempt) - 1
    const v = 2 * randomFloat(seed, stream, subject, firstDraw + 2 * attempt + 1) - 1
    if (u * u + v * v < 1) return { dx: u * radiusM, dz: v * radiusM }
  }
  return { dx: 0, dz: 0 }
}

/** A point of a disc, uniform: the first of some draws from the square around it that hits the disc. */
function pointOf(seed: number, subject: number, firstDraw: number, radiusM: number, into: { x: number; z: number }): void {
  into.x = 0
  into.z = 0
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const u = 2 * randomFloat(seed, PLACEMENT_STREAM, subject, firstDraw + 2 * attempt) - 1
    const v = 2 * randomFloat(seed, PLACEMENT_STREAM, subject, firstDraw + 2 * attempt + 1) - 1
    if (u * u + v * v >= 1) continue
    into.x = u * radiusM
    into.z = v * radiusM
    return
  }
}

function emptyTable(count: number): SpawnTable {
  return {
    count,
    creature: new Uint16Array(count),
    level: new Uint8Array(count),
    x: new Float32Array(count),
    z: new Float32Array(count),
    areaIndex: new Uint16Array(count),
    respawnMs: new Uint32Array(count),
    pack: new Uint32Array(count),
  }
}

/**
 * Expands the compact areas into points: each uniform in its area's disc, with a level uniform in its creature's range. Where an
 * area has packs, the middle of each is such a point of a disc smaller by a pack's radius, and its members are uniform around it; the
 * last pack may be smaller. The same content and seed give the same table on every machine. Checked content keeps every area
 * inside the zone and outside the town, so every point is too.
 */
export function placeSpawns(content: Pick<Content, 'spawns' | 'creatures'>, seed: number): SpawnTable {
  const table = emptyTable(content.spawns.reduce((sum, area) => sum + area.count, 0))
  const at = { x: 0, z: 0 }
  const within = { x: 0, z: 0 }
  let spawn = 0
  content.spawns.forEach((area, areaIndex) => {
    const kind = content.creatures[area.creature]!
    const levels = kind.levelMax - kind.levelMin + 1
    const times = area.respawnMaxMs - area.respawnMinMs + 1
    const packRadiusM = area.pack > 1 ? Math.min(PACK_RADIUS_M, area.radiusM / 2) : 0
    for (let point = 0; point < area.count; point++, spawn++) {
      const subject = areaIndex * AREA_STRIDE + point
      const first = point - (point % area.pack)
      pointOf(seed, areaIndex * AREA_STRIDE + first, POINT_DRAW, area.radiusM - packRadiusM, at)
      if (area.pack > 1) pointOf(seed, subject, PACK_DRAW, packRadiusM, within)
      table.creature[spawn] = area.creature
      table.level[spawn] = kind.levelMin + Math.floor(levels * randomFloat(seed, PLACEMENT_STREAM, subject, LEVEL_DRAW))
      table.x[spawn] = area.x + at.x + (area.pack > 1 ? within.x : 0)
      table.z[spawn] = area.z + at.z + (area.pack > 1 ? within.z : 0)
      table.areaIndex[spawn] = areaIndex
      table.respawnMs[spawn] = area.respawnMinMs + Math.floor(times * randomFloat(seed, PLACEMENT_STREAM, subject, RESPAWN_DRAW))
      table.pack[spawn] = area.pack > 1 ? spawn - (point % area.pack) + 1 : 0
    }
  })
  return table
}
