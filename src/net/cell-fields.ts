import { quantise, type WireForm } from '../schema/wire-forms.js'

/** A cell of more than this sends each member's motion every second tick, one of more than the second every fourth. */
export const CROWD_COUNT = 64
export const THRONG_COUNT = 256

/** Who stands in a cell, gathered once for all fields. */
export class Roll {
  count = 0
  /** Each member's motion is due once in so many ticks: a crowd's members take turns by their local id. */
  motionEvery = 1
  tick = 0
  slots = new Int32Array(64)
  locals = new Uint16Array(64)
  /** Which replicated components each has. */
  components = new Uint16Array(64)
  /** Which fields of each changed. */
  changed = new Uint16Array(64)

  begin(places: number, population: number, tick: number): void {
    this.count = 0
    this.tick = tick
    this.motionEvery = population > THRONG_COUNT ? 4 : population > CROWD_COUNT ? 2 : 1
    if (places <= this.slots.length) return
    this.slots = new Int32Array(places * 2)
    this.locals = new Uint16Array(places * 2)
    this.components = new Uint16Array(places * 2)
    this.changed = new Uint16Array(places * 2)
  }

  add(slot: number, local: number, components: number): void {
    this.slots[this.count] = slot
    this.locals[this.count] = local
    this.components[this.count] = components
    this.changed[this.count] = 0
    this.count += 1
  }
}

/** One replicated column: its quantised values, and what of them was sent last. */
export class ReplicatedField {
  /** The quantised value sent last, by slot. */
  readonly last: Uint32Array
  readonly bytes: 1 | 2 | 4
  private readonly isMotion: boolean

  constructor(
    private readonly column: ArrayLike<number>,
    private readonly form: WireForm,
    /** A `cell` form counts from the cell's low edge: along x or along z. */
    private readonly alongZ: boolean,
    /** Its bit in an update's mask; −1 for identity, which never changes. */
    readonly bit: number,
    private readonly componentBit: number,
    capacity: number,
  ) {
    this.last = new Uint32Array(capacity + 1)
    this.bytes = form.bytes
    this.isMotion = form.kind === 'cell' || form.kind === 'metres' || form.kind === 'turn'
  }

  private low(cx: number, cz: number, sideM: number): number {
    return (this.alongZ ? cz : cx) * sideM
  }

  /** The quantised value, noted as sent. */
  take(slot: number, cx: number, cz: number, sideM: number): number {
    const value = quantise(this.form, this.column[slot], this.low(cx, cz, sideM), sideM) >>> 0
    this.last[slot] = value
    return value
  }

  /**
   * Sets this field's bit for everybody on the roll whose value differs from what was sent, and notes the new one. One
   * field at a time, so that a column is read in one go.
   */
  compare(roll: Roll, cx: number, cz: number, sideM: number): void {
    const { column, form, last } = this
    const { slots, locals, components, changed, count, tick } = roll
    const every = this.isMotion ? roll.motionEvery : 1
    const own = 1 << this.componentBit
    const bit = 1 << this.bit
    const low = this.low(cx, cz, sideM)
    for (let i = 0; i < count; i += 1) {
      if ((components[i] & own) === 0 || (every > 1 && (locals[i] + tick) % every !== 0)) continue
      const slot = slots[i]
      const value = quantise(form, column[slot], low, sideM) >>> 0
      if (value === last[slot]) continue
      last[slot] = value
      changed[i] |= bit
    }
  }
}
