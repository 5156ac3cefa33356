/** Cheap 32-bit digests: not for secrets, only to tell two runs apart. */
export const HASH_START = 0x811c9dc5

export function mix(hash: number, value: number): number {
  const h = Math.imul(hash ^ value, 0x01000193)
  return (h ^ (h >>> 15)) >>> 0
}

/** Scratch: a number and its bits, written and read within one call. */
const float = new Float64Array(1)
const words = new Uint32Array(float.buffer)

/** Any number, by its bits: 1 and 1.5 differ, 0 and −0 do not. */
export function mixNumber(hash: number, value: number): number {
  float[0] = value + 0
  return mix(mix(hash, words[0]), words[1])
}

export function mixText(hash: number, value: string): number {
  let h = mix(hash, value.length)
  for (let i = 0; i < value.length; i += 1) h = mix(h, value.charCodeAt(i))
  return h
}

/** Scrambles, so that sums of entry hashes (the running hash of a resource) do not cancel out. */
export function finish(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x7feb352d)
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b)
  return (h ^ (h >>> 16)) >>> 0
}

export const hashHex = (hash: number): string => (hash >>> 0).toString(16).padStart(8, '0')
