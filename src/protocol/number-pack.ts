/** Longest list whose length stands in its first byte. */
const NUMBERS_MAX = 15
const NUMBER_BYTES_MAX = 9

// Scratch: the list under way, copied before anybody else can write.
const scratch = new Uint8Array(1 + NUMBERS_MAX * NUMBER_BYTES_MAX)
// Scratch: the same bytes.
const view = new DataView(scratch.buffer)

/** A short list of numbers as msgpack, each as short as it can be; undefined for anything else. */
export function packNumbers(values: readonly unknown[]): Uint8Array | undefined {
  if (values.length > NUMBERS_MAX) return undefined
  scratch[0] = 0x90 | values.length
  let at = 1
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i]
    if (typeof value !== 'number') return undefined
    at = putNumber(at, value)
  }
  return scratch.slice(0, at)
}

function putNumber(at: number, value: number): number {
  if (value >>> 0 === value) return putUnsigned(at, value)
  if (value >> 0 === value) return putNegative(at, value)
  scratch[at] = 0xcb
  view.setFloat64(at + 1, value)
  return at + 9
}

function putUnsigned(at: number, value: number): number {
  if (value < 0x80) {
    scratch[at] = value
    return at + 1
  }
  if (value < 0x100) {
    scratch[at] = 0xcc
    scratch[at + 1] = value
    return at + 2
  }
  if (value < 0x10000) {
    scratch[at] = 0xcd
    view.setUint16(at + 1, value)
    return at + 3
  }
  scratch[at] = 0xce
  view.setUint32(at + 1, value)
  return at + 5
}

function putNegative(at: number, value: number): number {
  if (value >= -0x20) {
    scratch[at] = value
    return at + 1
  }
  if (value >= -0x80) {
    scratch[at] = 0xd0
    scratch[at + 1] = value
    return at + 2
  }
  if (value >= -0x8000) {
    scratch[at] = 0xd1
    view.setInt16(at + 1, value)
    return at + 3
  }
  scratch[at] = 0xd2
  view.setInt32(at + 1, value)
  return at + 5
}
