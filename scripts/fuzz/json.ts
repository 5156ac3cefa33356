import { FRAME_BYTES_MAX } from '../../src/net/opcodes.js'
import { DEPTH_MAX, decodeFrame, ITEMS_MAX } from '../../src/protocol/codec.js'
import type { Dice } from './dice.js'
import { honestMessage, type Maker } from './frames.js'

/** What a JSON client sends for a frame; bytes that are no frame go as a text of their own. */
export function jsonOf(bytes: Uint8Array): string {
  const value = decodeFrame(bytes)
  return value === undefined ? Buffer.from(bytes).toString('latin1') : JSON.stringify(textual(value))
}

const textual = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(textual)
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value
}

function damaged(text: string, dice: Dice): string {
  let result = text
  for (let wounds = dice.between(1, 4); wounds > 0; wounds -= 1) {
    const at = dice.below(result.length + 1)
    const piece = dice.pick([
      '[',
      ']',
      '{',
      '}',
      '"',
      ',',
      ':',
      '\\',
      '\\ud800',
      '\\u0000',
      '1e999',
      '-0',
      'null',
      ' ',
      '\u2028',
      '🦊',
      '0x1',
      '01',
    ])
    result = result.slice(0, at) + piece + result.slice(at + dice.below(4))
  }
  return result
}

/** Text frames that only JSON makes possible, and damaged ones. */
export function hostileJson(maker: Maker, bytes: Uint8Array): string {
  const { dice } = maker
  const text = jsonOf(bytes)
  const [id, seq] = honestMessage(maker)
  const field = dice.pick([
    '{"__proto__":[1]}',
    '{"toJSON":1,"length":3}',
    '1e999',
    '-1e999',
    '12345678901234567890123',
    '1e-400',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\u0000\\u001b[2J"',
    '[[[[[[[1]]]]]]]',
    `[${new Array(ITEMS_MAX).fill('0').join(',')}]`,
    `"${'\\u0041'.repeat(2_000)}"`,
  ])
  const lot = dice.below(10)
  if (lot < 4) return damaged(text, dice).slice(0, FRAME_BYTES_MAX)
  if (lot === 4) return '['.repeat(dice.pick([DEPTH_MAX, DEPTH_MAX + 1, 1_000, FRAME_BYTES_MAX]))
  if (lot === 5) return ' '.repeat(dice.pick([1, FRAME_BYTES_MAX - text.length, FRAME_BYTES_MAX])) + text.slice(0, 8_000)
  if (lot === 6) return `\ufeff${text}`.slice(0, 4_000)
  if (lot === 7) return dice.pick(['', 'null', '{}', '"text"', '7', '[', '[]', '[[]]', 'NaN', 'undefined', '{"a":[257,1]}'])
  return `[${String(id)},${String(seq)},${field}]`
}
