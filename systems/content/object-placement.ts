import { discPoint } from './placement.js'
import type { Content } from './types.js'

/** The points of all objects; column i is point i. Points of one place follow each other. */
export interface ObjectTable {
  readonly count: number
  /** Object id. */
  readonly object: Uint16Array
  /** Metres. */
  readonly x: Float32Array
  readonly z: Float32Array
  readonly respawnMs: Uint32Array
}

/** Keeps these draws apart from those of the creatures' points. */
const OBJECT_STREAM = 0x4f424a53
/** Points of one place are numbered below this, so that no two points share their draws. */
const PLACE_STRIDE = 256

/** How many objects stand in the world when all are there. */
export const objectCount = ({ objectList }: Pick<Content, 'objectList'>): number =>
  objectList.reduce((sum, { places }) => sum + places.reduce((n, { count }) => n + count, 0), 0)

/** Expands the places of all objects into points, each uniform in its disc: the same for the same content and seed. */
export function placeObjects(content: Pick<Content, 'objectList'>, seed: number): ObjectTable {
  const count = objectCount(content)
  const table: ObjectTable = {
    count,
    object: new Uint16Array(count),
    x: new Float32Array(count),
    z: new Float32Array(count),
    respawnMs: new Uint32Array(count),
  }
  let point = 0
  let placeIndex = 0
  for (const object of content.objectList) {
    for (const place of object.places) {
      for (let i = 0; i < place.count; i += 1, point += 1) {
        const { dx, dz } = discPoint(seed, OBJECT_STREAM, placeIndex * PLACE_STRIDE + i, 0, place.radiusM)
        table.object[point] = object.id
        table.x[point] = place.x + dx
        table.z[point] = place.z + dz
        table.respawnMs[point] = object.respawnMs
      }
      placeIndex += 1
    }
  }
  return table
}
