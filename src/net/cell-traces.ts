import type { Column } from '../ecs/columns.js'

/** Which slots' values in one column are others than when it was last looked at. */
export interface Trace {
  /** Sets `bit` in `due` for each of the first `count` slots whose value is not the one of the last look. */
  look(slots: Int32Array, count: number, due: Uint16Array, bit: number): void
}

/**
 * Bits are compared, not numbers, so that columns of whole numbers and of fractions share the loop of their width: a loop that met
 * every kind of column would be several times slower. What differs in bits alone (−0 and 0) is only looked at more closely in vain.
 */
export function traceOf(column: Column): Trace {
  const { buffer, byteOffset, length } = column
  switch (column.BYTES_PER_ELEMENT) {
    case 1:
      return new ByteTrace(new Uint8Array(buffer, byteOffset, length))
    case 2:
      return new ShortTrace(new Uint16Array(buffer, byteOffset, length))
    case 4:
      return new WordTrace(new Uint32Array(buffer, byteOffset, length))
    default:
      return new DoubleTrace(new Uint32Array(buffer, byteOffset, length * 2))
  }
}

class ByteTrace implements Trace {
  private readonly seen: Uint8Array

  constructor(private readonly bits: Uint8Array) {
    this.seen = new Uint8Array(bits.length)
  }

  look(slots: Int32Array, count: number, due: Uint16Array, bit: number): void {
    const { bits, seen } = this
    for (let i = 0; i < count; i += 1) {
      const slot = slots[i]
      const now = bits[slot]
      if (now === seen[slot]) continue
      seen[slot] = now
      due[slot] |= bit
    }
  }
}

class ShortTrace implements Trace {
  private readonly seen: Uint16Array

  constructor(private readonly bits: Uint16Array) {
    this.seen = new Uint16Array(bits.length)
  }

  look(slots: Int32Array, count: number, due: Uint16Array, bit: number): void {
    const { bits, seen } = this
    for (let i = 0; i < count; i += 1) {
      const slot = slots[i]
      const now = bits[slot]
      if (now === seen[slot]) continue
      seen[slot] = now
      due[slot] |= bit
    }
  }
}

class WordTrace implements Trace {
  private readonly seen: Uint32Array

  constructor(private readonly bits: Uint32Array) {
    this.seen = new Uint32Array(bits.length)
  }

  look(slots: Int32Array, count: number, due: Uint16Array, bit: number): void {
    const { bits, seen } = this
    for (let i = 0; i < count; i += 1) {
      const slot = slots[i]
      const now = bits[slot]
      if (now === seen[slot]) continue
      seen[slot] = now
      due[slot] |= bit
    }
  }
}

/** Eight bytes a value, as two words. */
class DoubleTrace implements Trace {
  private readonly seen: Uint32Array

  constructor(private readonly bits: Uint32Array) {
    this.seen = new Uint32Array(bits.length)
  }

  look(slots: Int32Array, count: number, due: Uint16Array, bit: number): void {
    const { bits, seen } = this
    for (let i = 0; i < count; i += 1) {
      const at = slots[i] * 2
      const low = bits[at]
      const high = bits[at + 1]
      if (low === seen[at] && high === seen[at + 1]) continue
      seen[at] = low
      seen[at + 1] = high
      due[slots[i]] |= bit
    }
  }
}
