/**
 * MessagePack written by hand, so that a frame can say what no honest encoder would: lengths that lie, extensions, record
 * definitions, numbers in odd widths, text that is no UTF-8. Pieces are byte lists; `frame` joins them.
 */
export type Piece = readonly number[]

export const frame = (...pieces: readonly Piece[]): Uint8Array => Uint8Array.from(pieces.flat())

const big = (value: number, width: number): Piece =>
  Array.from({ length: width }, (_, i) => Math.floor(value / 2 ** (8 * (width - 1 - i))) % 256)

function floatBytes(value: number, width: 4 | 8): Piece {
  const view = new DataView(new ArrayBuffer(width))
  if (width === 4) view.setFloat32(0, value)
  else view.setFloat64(0, value)
  return [...new Uint8Array(view.buffer)]
}

export const f32Of = (value: number): Piece => [0xca, ...floatBytes(value, 4)]
export const f64Of = (value: number): Piece => [0xcb, ...floatBytes(value, 8)]
export const u8Of = (value: number): Piece => [0xcc, value & 0xff]
export const u16Of = (value: number): Piece => [0xcd, ...big(value, 2)]
export const u32Of = (value: number): Piece => [0xce, ...big(value, 4)]
/** The largest number that 64 bits hold. */
export const U64_MAX: Piece = [0xcf, 255, 255, 255, 255, 255, 255, 255, 255]
/** The lowest number that 64 bits hold with a sign. */
export const I64_MIN: Piece = [0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0]
export const NIL: Piece = [0xc0]
export const TRUE: Piece = [0xc3]

/** The head of an array that claims `count` values, in the widest form. */
export const array32 = (count: number): Piece => [0xdd, ...big(count, 4)]
export const array16 = (count: number): Piece => [0xdc, ...big(count, 2)]
export const fixArray = (count: number): Piece => [0x90 | (count & 15)]
export const text32 = (claimed: number, bytes: Piece): Piece => [0xdb, ...big(claimed, 4), ...bytes]
export const text8 = (bytes: Piece): Piece => [0xd9, bytes.length & 0xff, ...bytes]
export const bytes32 = (claimed: number, bytes: Piece): Piece => [0xc6, ...big(claimed, 4), ...bytes]
export const map32 = (claimed: number, bytes: Piece): Piece => [0xdf, ...big(claimed, 4), ...bytes]
export const fixMap = (pairs: Piece): Piece => [0x81, ...pairs]
export const fixExt = (type: number, data: Piece): Piece => [
  0xd4 + Math.min(4, Math.max(0, Math.ceil(Math.log2(Math.max(1, data.length))))),
  type & 0xff,
  ...data,
]
export const ext32 = (claimed: number, type: number, data: Piece): Piece => [0xc9, ...big(claimed, 4), type & 0xff, ...data]

/** msgpackr's own extension: from here on, byte 0x40 + `id` would stand for an object with these keys. */
export const recordDefinition = (id: number, keys: readonly string[]): Piece => [
  0xd4,
  0x72,
  0x40 + (id & 0x3f),
  ...fixArray(keys.length),
  ...keys.flatMap((key) => [0xa0 | key.length, ...Buffer.from(key)]),
]
export const recordUse = (id: number): Piece => [0x40 + (id & 0x3f)]

/** One message: `[opcode, seq, …fields]`. */
export const message = (opcode: number, seq: number, ...fields: readonly Piece[]): Piece => [
  ...array16(fields.length + 2),
  ...u16Of(opcode),
  ...u32Of(seq),
  ...fields.flat(),
]
