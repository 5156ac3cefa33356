import { Packr } from 'msgpackr'
import { expect, it } from 'vitest'
import { decodeMessage, encode } from '../../src/protocol/codec.js'
import { packNumbers } from '../../src/protocol/number-pack.js'

/** As every other message is packed. */
const packr = new Packr({ useRecords: false, mapsAsObjects: true, int64AsType: 'number', variableMapSize: true })
const bytesOf = (values: unknown): number[] => [...packr.pack(values)]
const edges = [0, 1, 0x1f, 0x20, 0x3f, 0x40, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 2 ** 31, 2 ** 32 - 1]
const odd = [0.5, -0, 2 ** 32, -(2 ** 31) - 1, 2 ** 53, 1e300, Number.NaN, Number.POSITIVE_INFINITY, Math.fround(0.1)]

it('packs each number byte for byte as msgpackr does', () => {
  for (const value of [...edges, ...edges.map((edge) => -edge), ...edges.map((edge) => -edge - 1), ...odd]) {
    expect([...(packNumbers([value]) ?? [])], String(value)).toEqual(bytesOf([value]))
    expect([...encode([0x8202, value])]).toEqual(bytesOf([0x8202, value]))
  }
})

it('packs lists of up to 15 numbers, and keeps none of the one before', () => {
  for (let length = 0; length <= 15; length += 1) {
    const list = Array.from({ length }, (_, i) => (i % 3 === 0 ? i / 7 : i * 1_000))
    const packed = packNumbers(list)
    packNumbers([-1, -1, -1])
    expect([...(packed ?? [])]).toEqual(bytesOf(list))
    expect(decodeMessage(packed ?? new Uint8Array())).toEqual(list)
  }
})

it('leaves everything else to msgpackr', () => {
  const long = Array.from({ length: 16 }, (_, i) => i)
  for (const value of [long, [1, 'a'], [1, true], [1, null], [1, [2]], [new Uint8Array([1])], ['']]) {
    expect(packNumbers(value)).toBeUndefined()
    expect([...encode(value)]).toEqual(bytesOf(value))
  }
  expect([...encode('text')]).toEqual(bytesOf('text'))
})
