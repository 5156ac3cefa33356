/** Everything random of a run comes from these: the same seed gives the same run, frame by frame. */
export class Dice {
  private a: number
  private b: number
  private c: number
  private counter = 1

  constructor(seed: number, stream = 0) {
    this.a = seed >>> 0
    this.b = stream >>> 0
    this.c = 0x9e3779b9
    for (let i = 0; i < 12; i += 1) this.u32()
  }

  /** The small fast counting generator of Chris Doty-Humphrey's PractRand, on 32 bits. */
  u32(): number {
    const sum = (((this.a + this.b) >>> 0) + this.counter) >>> 0
    this.counter = (this.counter + 1) >>> 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) >>> 0
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) >>> 0
    return sum
  }

  /** A whole number from 0 up to, but not including, `below`. */
  below(below: number): number {
    return Math.floor((this.u32() / 4_294_967_296) * below)
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1)
  }

  /** True in `percent` of a hundred cases. */
  chance(percent: number): boolean {
    return this.below(100) < percent
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256))
  }
}
