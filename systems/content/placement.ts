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
}

/** Keeps these draws apart from those of a tick, which number their first input from 0. */
const PLACEMENT_STREAM = 0x53504157
/** Draws of one point: the level, the respawn time, then two coordinates an attempt. */
const LEVEL_DRAW = 0
const RESPAWN_DRAW = 1
const POINT_DRAW = 2
/** Points of one area are numbered below this, so that no two points share their draws. */
const AREA_STRIDE = 65_536
/** A disc fills π/4 of its square, so that all attempts miss once in 10³⁴ points; such a point lies at the centre. */
const ATTEMPTS_MAX = 51

/**
 * Expands the compact areas into points: each uniform in its area's disc, by drawing in the square around it until the
 * disc is hit, with a level uniform in its creature's range. The same content and seed give the same table on every
 * machine. Checked content keeps every area inside the zone and outside the town, so every point is too.
 */
export function placeSpawns(content: Pick<Content, 'spawns' | 'creatures'>, seed: number): SpawnTable {
  const count = content.spawns.reduce((sum, area) => sum + area.count, 0)
  const table: SpawnTable = {
    count,
    creature: new Uint16Array(count),
    level: new Uint8Array(count),
    x: new Float32Array(count),
    z: new Float32Array(count),
    areaIndex: new Uint16Array(count),
    respawnMs: new Uint32Array(count),
  }
  let spawn = 0
  content.spawns.forEach((area, areaIndex) => {
    const kind = content.creatures[area.creature]!
    const levels = kind.levelMax - kind.levelMin + 1
    const times = area.respawnMaxMs - area.respawnMinMs + 1
    for (let point = 0; point < area.count; point++, spawn++) {
      const subject = areaIndex * AREA_STRIDE + point
      let dx = 0
      let dz = 0
      for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
        const u = 2 * randomFloat(seed, PLACEMENT_STREAM, subject, POINT_DRAW + 2 * attempt) - 1
        const v = 2 * randomFloat(seed, PLACEMENT_STREAM, subject, POINT_DRAW + 2 * attempt + 1) - 1
        if (u * u + v * v >= 1) continue
        dx = u * area.radiusM
        dz = v * area.radiusM
        break
      }
      table.creature[spawn] = area.creature
      table.level[spawn] = kind.levelMin + Math.floor(levels * randomFloat(seed, PLACEMENT_STREAM, subject, LEVEL_DRAW))
      table.x[spawn] = area.x + dx
      table.z[spawn] = area.z + dz
      table.areaIndex[spawn] = areaIndex
      table.respawnMs[spawn] = area.respawnMinMs + Math.floor(times * randomFloat(seed, PLACEMENT_STREAM, subject, RESPAWN_DRAW))
    }
  })
  return table
}
