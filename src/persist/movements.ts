import { assert } from '../assert.js'
import type { PackedMovements } from '../ports/store.js'

/** Numbers of movements that wait for the store. Half of them and nobody new is let in; all of them, and the world ends: none is ever dropped. */
export const MOVED_VALUES_MAX = 16_000_000
const VALUES_FIRST = 1_024

/** Movements of value, tick by tick, until the store has them. */
export class WaitingMovements {
  private words: Pick<PackedMovements, 'kinds' | 'reasons'> = { kinds: [], reasons: [] }
  private values = new Float64Array(VALUES_FIRST)
  private length = 0
  /** Those that the batch under way has: the first ones. */
  private takenLength = 0

  /** Numbers that wait. */
  get waiting(): number {
    return this.length
  }

  /** What moved in a tick that has ended. */
  add({ kinds, reasons, values }: PackedMovements): void {
    if (values.length === 0) return
    const length = this.length + values.length
    assert(
      length <= MOVED_VALUES_MAX,
      () => `${length} numbers of movements of value wait for the store, of at most ${MOVED_VALUES_MAX}; mend the store`,
    )
    this.words = { kinds, reasons }
    if (length > this.values.length) {
      const wider = new Float64Array(Math.max(this.values.length * 2, length))
      wider.set(this.values.subarray(0, this.length))
      this.values = wider
    }
    this.values.set(values, this.length)
    this.length = length
  }

  /** All that wait. The numbers stay as they are until `stored` or `failed`. */
  take(): PackedMovements {
    this.takenLength = this.length
    return { ...this.words, values: this.values.subarray(0, this.length) }
  }

  stored(): void {
    this.values.copyWithin(0, this.takenLength, this.length)
    this.length -= this.takenLength
    this.takenLength = 0
  }

  failed(): void {
    this.takenLength = 0
  }
}
