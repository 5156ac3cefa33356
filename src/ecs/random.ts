/**
 * Counter-based random numbers: a pure function of its inputs, with no state to advance, so that a new draw in one
 * place shifts no draw in another. The mixing is multiply and xor-shift with odd constants, in the manner of the
 * MurmurHash3 and "lowbias32" finalisers.
 */
export function randomU32(seed: number, a: number, b: number, c: number): number {
  let h = Math.imul(seed ^ 0x2545f491, 0x9e3779b1)
  h = Math.imul(h ^ (h >>> 15) ^ a, 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13) ^ b, 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 16) ^ c, 0x27d4eb2f)
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d)
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b)
  return (h ^ (h >>> 16)) >>> 0
}

/** Uniform in [0, 1), in steps of 2⁻³². */
export function randomFloat(seed: number, a: number, b: number, c: number): number {
  return randomU32(seed, a, b, c) / 4_294_967_296
}
