import { assert } from '../assert.js'
import { BLOCK_FORGET, BLOCK_HEADER_BYTES } from '../protocol/cell-layout.js'
import type { CellEncoder } from './cell-encoder.js'
import type { CellState } from './cell-state.js'
import type { Watch } from './interest.js'
import { CellFrame } from './opcodes.js'

/** One message to one session, as a range of the outbox's arena. */
export interface OutgoingFrame {
  readonly session: number
  readonly start: number
  readonly end: number
}

const OUTBOX_BYTES_MAX = 512 * 1024 * 1024
/** Array header, tick, and the opcode and header around the cell bytes. */
const OVERHEAD_BYTES = 3 + 5 + 1 + 3 + 5 + 4

/** Where in the encoder's arena lies what `watch` gets of a cell in this tick. */
function bodyStart(watch: Watch, state: CellState): number {
  if (watch.fresh.has(state)) return state.fullAt
  if (!watch.outer.has(state)) return state.deltaAt
  return watch.farther.has(state) ? state.noticeAt : state.outerAt
}

function bodyEnd(watch: Watch, state: CellState): number {
  const isOuter = watch.outer.has(state)
  if (watch.fresh.has(state)) return isOuter ? state.noticeEnd : state.fullEnd
  return isOuter ? state.outerEnd : state.deltaEnd
}

/** This tick's messages, one a session: `[tick, private…, [cell.frame, bytes]]`, ready to be handed to the transport. */
export class Outbox {
  arena = new Uint8Array(1 << 20)
  private view = new DataView(this.arena.buffer)
  private at = 0
  /** The parts of the encoder's arena that make up one session's cell bytes: pairs of start and end. */
  private runs = new Int32Array(64)
  private runCount = 0
  readonly frames: OutgoingFrame[] = []

  begin(): void {
    this.at = 0
    this.frames.length = 0
  }

  private room(bytes: number): void {
    const needed = this.at + bytes
    if (needed <= this.arena.length) return
    assert(
      needed <= OUTBOX_BYTES_MAX,
      () => `one tick's messages need ${needed} bytes, over ${OUTBOX_BYTES_MAX}; lower clientsMax`,
    )
    const wider = new Uint8Array(Math.max(needed, this.arena.length * 2))
    wider.set(this.arena)
    this.arena = wider
    this.view = new DataView(wider.buffer)
  }

  private copy(bytes: Uint8Array): void {
    this.arena.set(bytes, this.at)
    this.at += bytes.length
  }

  /** Gathers which parts of the encoder's arena `watch` gets this tick, in the order of its cells. Returns their bytes. */
  private gather(watch: Watch, { spans }: CellEncoder): number {
    this.runCount = 0
    if (!watch.isPlain) return this.gatherChanged(watch)
    let size = 0
    for (const index of watch.indexes) size += this.extend(spans[2 * index], spans[2 * index + 1])
    return size
  }

  /** The same where not all cells have their near body. */
  private gatherChanged(watch: Watch): number {
    let size = 0
    for (const state of watch.cells) {
      // Its last outer delta first: what happened in the cell in this tick, no full body tells.
      if (watch.nearer.has(state)) size += this.extend(state.outerAt, state.outerEnd)
      size += this.extend(bodyStart(watch, state), bodyEnd(watch, state))
    }
    return size
  }

  /** Bytes that lie behind those that came last are copied together with them. Returns how many are new. */
  private extend(from: number, to: number): number {
    if (from === to) return 0
    const last = 2 * this.runCount - 1
    if (last > 0 && this.runs[last] === from) {
      this.runs[last] = to
      return to - from
    }
    if (last + 2 >= this.runs.length) {
      const wider = new Int32Array(this.runs.length * 2)
      wider.set(this.runs)
      this.runs = wider
    }
    this.runs[last + 1] = from
    this.runs[last + 2] = to
    this.runCount += 1
    return to - from
  }

  /**
   * Writes one session's message; nothing when there is nothing to say. `followsTick` is the tick of the cell frame
   * before this one. Returns whether it held a cell frame.
   */
  write(
    session: number,
    tick: number,
    privates: readonly Uint8Array[],
    watch: Watch | undefined,
    encoder: CellEncoder,
    followsTick: number,
  ): boolean {
    const cellBytes = watch === undefined ? 0 : this.gather(watch, encoder) + watch.forgotten.length * BLOCK_HEADER_BYTES
    if (privates.length === 0 && cellBytes === 0) return false
    let size = OVERHEAD_BYTES + cellBytes
    for (const bytes of privates) size += bytes.length
    this.room(size)
    const start = this.at
    const { view } = this
    view.setUint8(this.at, 0xdc)
    view.setUint16(this.at + 1, 1 + privates.length + (cellBytes > 0 ? 1 : 0))
    view.setUint8(this.at + 3, 0xce)
    view.setUint32(this.at + 4, tick)
    this.at += 8
    for (const bytes of privates) this.copy(bytes)
    if (watch !== undefined && cellBytes > 0) {
      view.setUint8(this.at, 0x92)
      view.setUint8(this.at + 1, 0xcd)
      view.setUint16(this.at + 2, CellFrame.id)
      view.setUint8(this.at + 4, 0xc6)
      view.setUint32(this.at + 5, cellBytes + 4)
      view.setUint32(this.at + 9, followsTick, true)
      this.at += 13
      this.copyCells(watch, encoder)
    }
    this.frames.push({ session, start, end: this.at })
    return cellBytes > 0
  }

  /** Forgotten cells first, then the bodies. */
  private copyCells(watch: Watch, encoder: CellEncoder): void {
    for (const state of watch.forgotten) {
      this.view.setUint8(this.at, BLOCK_FORGET)
      this.view.setUint32(this.at + 1, state.index, true)
      this.view.setUint32(this.at + 5, 0, true)
      this.at += BLOCK_HEADER_BYTES
    }
    const { bytes } = encoder.arena
    for (let i = 0; i < this.runCount; i += 1) this.copy(bytes.subarray(this.runs[2 * i], this.runs[2 * i + 1]))
  }
}
