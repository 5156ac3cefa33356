import { quantise, type WireForm } from '../schema/wire-forms.js'

/** A cell of more than this sends each member's motion every second tick, one of more than the second every fourth. */
export const CROWD_COUNT = 64
export const THRONG_COUNT = 256

/** Ticks between two updates of each member's motion in a cell of so many. */
export function motionEvery(population: number): 1 | 2 | 4 {
  return population > THRONG_COUNT ? 4 : population > CROWD_COUNT ? 2 : 1
}

/** The members of a cell of whom something is to be told, by rising local id. */
export class Roll {
  count = 0
  slots = new Int32Array(64)
  locals = new Uint16Array(64)
  /** Which fields of each changed. */
  changed = new Uint16Array(64)

  begin(places: number): void {
    this.count = 0
    if (places <= this.slots.length) return
    this.slots = new Int32Array(places * 2)
    this.locals = new Uint16Array(places * 2)
    this.changed = new Uint16Array(places * 2)
  }

  add(slot: number, local: number, changed: number): void {
    this.slots[this.count] = slot
    this.locals[this.count] = local
    this.changed[this.count] = changed
    this.count += 1
  }

  /** The same at its place by local id. */
  insert(slot: number, local: number, changed: number): void {
    const { slots, locals } = this
    let at = this.count
    for (; at > 0 && locals[at - 1] > local; at -= 1) {
      slots[at] = slots[at - 1]
      locals[at] = locals[at - 1]
      this.changed[at] = this.changed[at - 1]
    }
    slots[at] = slot
    locals[at] = local
    this.changed[at] = changed
    this.count += 1
  }
}

/** One replicated column: its quantised values, and what of them was sent last. */
export class ReplicatedField {
  /** The quantised value sent last, by slot. */
  readonly last: Uint32Array
  readonly bytes: 1 | 2 | 4
  /** In a crowd it waits for its turn. */
  readonly isMotion: boolean

  constructor(
    private readonly column: ArrayLike<number>,
    private readonly form: WireForm,
    /** A `cell` form counts from the cell's low edge: along x or along z. */
    private readonly alongZ: boolean,
    /** Its bit in an update's mask; −1 for identity, which never changes. */
    readonly bit: number,
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

  /** Whether the quantised value differs from what was sent, which it then becomes. */
  update(slot: number, cx: number, cz: number, sideM: number): boolean {
    const before = this.last[slot]
    return this.take(slot, cx, cz, sideM) !== before
  }
}
