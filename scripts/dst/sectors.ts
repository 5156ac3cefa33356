import { crc32 } from 'node:zlib'
import { type PackedRows, ROW_HEAD_BYTES, visitRows } from '../../src/ports/packed-rows.js'
import type { Batch, PackedMovements } from '../../src/ports/store.js'
import type { Dice } from '../fuzz/dice.js'

/** A disk writes so many bytes whole, or not at all. */
const SECTOR_BYTES = 512
const HEAD_BYTES = 12

/**
 * A batch as a log would have it on its disk:
 *
 *     u32 checksum of all that follows | u32 bytes of the description | u32 bytes of the rows | description | rows
 */
export function toSectors({ rows, moved, ...rest }: Batch): Uint8Array {
  const movements = { ...moved, values: [...moved.values] }
  const description = Buffer.from(JSON.stringify({ ...rest, moved: movements, layouts: rows.layouts, count: rows.count }))
  const bytes = new Uint8Array(HEAD_BYTES + description.length + rows.bytes.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(4, description.length)
  view.setUint32(8, rows.bytes.length)
  bytes.set(description, HEAD_BYTES)
  bytes.set(rows.bytes, HEAD_BYTES + description.length)
  view.setUint32(0, crc32(bytes.subarray(4)))
  return bytes
}

/** What is on the disk of it when the power goes while it is written: of each sector all, or nothing. */
export function tear(bytes: Uint8Array, dice: Dice): Uint8Array {
  const torn = bytes.slice()
  const sectors = Math.ceil(bytes.length / SECTOR_BYTES)
  const described = Math.ceil((HEAD_BYTES + new DataView(bytes.buffer).getUint32(4)) / SECTOR_BYTES)
  // Mostly the rest of the rows was not reached; else some sectors were written before others.
  const reached = dice.chance(70) ? dice.between(Math.min(described, sectors - 1), sectors - 1) : sectors
  const lostPercent = reached < sectors ? 0 : dice.between(5, 60)
  for (let sector = 0; sector < sectors; sector += 1)
    if (sector >= reached || dice.chance(lostPercent)) torn.fill(0, sector * SECTOR_BYTES, (sector + 1) * SECTOR_BYTES)
  return torn
}

interface Description extends Omit<Batch, 'rows' | 'moved'> {
  readonly moved: Omit<PackedMovements, 'values'> & { readonly values: readonly number[] }
  readonly layouts: PackedRows['layouts']
  readonly count: number
}

function read(bytes: Uint8Array): Batch | undefined {
  const start = HEAD_BYTES + new DataView(bytes.buffer, bytes.byteOffset).getUint32(4)
  try {
    const { layouts, count, moved, ...rest } = JSON.parse(
      Buffer.from(bytes.subarray(HEAD_BYTES, start)).toString(),
    ) as Description
    const movements = { ...moved, values: Float64Array.from(moved.values) }
    return { ...rest, moved: movements, rows: { layouts, count, bytes: bytes.subarray(start) } }
  } catch {
    return undefined
  }
}

/** The batch that these bytes are; undefined for a torn one. */
export function fromSectors(bytes: Uint8Array): Batch | undefined {
  const isWhole = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) === crc32(bytes.subarray(4))
  return isWhole ? read(bytes) : undefined
}

/** What a store would make of them that does not ask whether they are torn: the rows up to the first that makes no sense. */
export function fromTornSectors(bytes: Uint8Array, isKnown: (characterId: number) => boolean): Batch | undefined {
  const batch = read(bytes)
  if (batch === undefined) return undefined
  const { rows } = batch
  let [begun, at, end] = [0, 0, 0]
  try {
    visitRows(rows, {
      row: (characterId) => {
        end = at
        if (!isKnown(characterId)) throw new RangeError(`nobody is character ${characterId}`)
        begun += 1
        at += ROW_HEAD_BYTES
      },
      part: (_, part) => {
        at += 1 + part.length
      },
    })
    return batch
  } catch {
    // The row that was begun last is the one that makes no sense, unless it is already known to be nobody's.
    const count = at === end ? begun : begun - 1
    return { ...batch, rows: { ...rows, count, bytes: rows.bytes.subarray(0, end) } }
  }
}
