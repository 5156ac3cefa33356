/**
 * How a replicated column is quantised in a cell body. The encoder compares quantised values, so what rounds to the
 * same number is not sent again.
 */
export interface WireForm {
  readonly kind: 'cell' | 'metres' | 'turn' | 'asIs' | 'identity'
  /** Bytes of one value on the wire: 1, 2 or 4. */
  readonly bytes: 1 | 2 | 4
}

/** A coordinate as a fraction of its cell's side, in 16 bits: 0 is the cell's low edge, 65,536 would be the next cell's. */
export const cell = (_bits: 16): WireForm => Object.freeze({ kind: 'cell', bytes: 2 })
/** Metres × 32 + 32,768 in 16 bits: −1,024 m to 1,023.97 m in steps of 3.1 cm. */
export const metres = (_bits: 16): WireForm => Object.freeze({ kind: 'metres', bytes: 2 })
/** A heading column (u16, 65,536 to the turn) cut to its high byte: steps of 1.4°. */
export const turn = (_bits: 8): WireForm => Object.freeze({ kind: 'turn', bytes: 1 })
/** A whole number as it is, in 8, 16 or 32 bits, clamped to what fits. */
export const asIs = (bits: 8 | 16 | 32): WireForm => Object.freeze({ kind: 'asIs', bytes: (bits / 8) as 1 | 2 | 4 })
/** A whole number that never changes while the entity lives: it travels when the entity enters a cell, and not again. */
export const identity = (bits: 8 | 16 | 32): WireForm => Object.freeze({ kind: 'identity', bytes: (bits / 8) as 1 | 2 | 4 })

const METRES_STEPS = 32
const METRES_BIAS = 32_768

const clamp = (value: number, max: number): number => (value < 0 ? 0 : Math.min(value, max))

/** The whole number that is sent for `value`; `cellLow` is the low edge of the entity's cell on the coordinate's axis. */
export function quantise(form: WireForm, value: number, cellLow: number, cellSizeM: number): number {
  switch (form.kind) {
    case 'cell':
      return clamp(Math.floor(((value - cellLow) * 65_536) / cellSizeM), 65_535)
    case 'metres':
      return clamp(Math.floor(value * METRES_STEPS + METRES_BIAS + 0.5), 65_535)
    case 'turn':
      return ((value + 128) >>> 8) & 0xff
    default:
      return clamp(value, form.bytes === 1 ? 0xff : form.bytes === 2 ? 0xffff : 0xffffffff)
  }
}

/** The inverse of `quantise`, up to its precision. */
export function dequantise(form: WireForm, sent: number, cellLow: number, cellSizeM: number): number {
  switch (form.kind) {
    case 'cell':
      return cellLow + ((sent + 0.5) * cellSizeM) / 65_536
    case 'metres':
      return (sent - METRES_BIAS) / METRES_STEPS
    case 'turn':
      return sent << 8
    default:
      return sent
  }
}
