import { assert } from '../assert.js'
import { BLOCK_HEADER_BYTES } from '../protocol/cell-layout.js'
import { writeText } from '../schema/packed.js'

const ARENA_BYTES_MAX = 256 * 1024 * 1024

/** Where one tick's cell bodies are written, one after the other. It grows, and is used again in the next tick. */
export class BodyArena {
  bytes = new Uint8Array(1 << 20)
  view = new DataView(this.bytes.buffer)
  at = 0

  room(bytes: number): void {
    const needed = this.at + bytes
    if (needed <= this.bytes.length) return
    assert(
      needed <= ARENA_BYTES_MAX,
      () => `cell bodies of one tick need ${needed} bytes, over ${ARENA_BYTES_MAX}; lower the density`,
    )
    const wider = new Uint8Array(Math.max(needed, this.bytes.length * 2))
    wider.set(this.bytes)
    this.bytes = wider
    this.view = new DataView(wider.buffer)
  }

  put(bytes: number, value: number): void {
    if (bytes === 1) this.view.setUint8(this.at, value)
    else if (bytes === 2) this.view.setUint16(this.at, value, true)
    else this.view.setUint32(this.at, value, true)
    this.at += bytes
  }

  text(value: string): void {
    this.at = writeText(this.view, this.at, value)
  }

  /** Writes once more what stands from `start` to `end`. */
  again(start: number, end: number): void {
    this.bytes.copyWithin(this.at, start, end)
    this.at += end - start
  }

  /** A place for a u16 that is known only after what follows it. */
  reserve(): number {
    this.at += 2
    return this.at - 2
  }

  fill(at: number, value: number): void {
    this.view.setUint16(at, value, true)
  }

  /** The header of a block; `close` tells its length. */
  open(kind: number, cell: number): number {
    const start = this.at
    this.put(1, kind)
    this.put(4, cell)
    this.put(4, 0)
    return start
  }

  close(start: number): void {
    this.view.setUint32(start + 5, this.at - start - BLOCK_HEADER_BYTES, true)
  }
}
