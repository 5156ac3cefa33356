import { encode } from '../../src/protocol/codec.js'
import type { ToServer } from '../../src/protocol/opcode.js'
import { innerField, innerShape, integerBounds, type NumberKind, type PayloadField } from '../../src/schema/fields.js'
import type { Dice } from './dice.js'
import { f32Of, f64Of, I64_MIN, NIL, type Piece, TRUE, text8, U64_MAX } from './raw-msgpack.js'

/** What a hostile client knows or guesses of others: it puts these where a field names somebody. */
export interface Aims {
  /** Handles of others, living, gone and made up. */
  readonly entities: readonly number[]
  /** Characters of every account. */
  readonly characters: readonly number[]
  /** Where it would like to be, in metres. */
  readonly x: number
  readonly z: number
  readonly token: string
  readonly name: string
}

const entityFields = new Set(['target', 'entity', 'corpse', 'giver', 'npc'])
const ID_MAX: Readonly<Record<string, number>> = Object.freeze({
  quest: 60,
  spell: 15,
  class: 4,
  bagSlot: 23,
  itemIndex: 5,
  choice: 5,
})
/** Code points that stress counting, cleaning and width: a letter, a control, a direction mark, a pair, a joiner, a mark. */
const letters = ['a', 'Z', '\u0000', '\u001b', '\u202e', '🦊', '\u200d', '\u0301', 'ß', '中', '\n', ' ']

export const pieceOf = (value: unknown): Piece => [...encode(value)]

function textUpTo(dice: Dice, codePointsMax: number): string {
  const length = dice.chance(10) ? codePointsMax : dice.below(Math.min(codePointsMax, 20) + 1)
  return Array.from({ length }, () => dice.pick(letters)).join('')
}

function wholeNumber(name: string, kind: Exclude<NumberKind, 'f32' | 'f64'>, dice: Dice, aims: Aims): number {
  const [low, high] = integerBounds[kind]
  if (entityFields.has(name)) return dice.pick(aims.entities)
  if (name === 'characterId') return dice.pick(aims.characters)
  const max = ID_MAX[name]
  if (max !== undefined && dice.chance(80)) return dice.between(0, max)
  if (dice.chance(30)) return dice.pick([low, high, 0, 1])
  return dice.chance(50) ? dice.between(low, high) : dice.between(Math.max(low, -3), 3)
}

/** A value that fits the field, as the gate would take it. */
export function honestValue(name: string, field: PayloadField, dice: Dice, aims: Aims): unknown {
  switch (field.kind) {
    case 'bool':
      return dice.chance(50)
    case 'text':
      if (name === 'token') return aims.token
      if (name === 'name') return aims.name
      return name === 'resume' || name === 'protocolHash' ? '' : textUpTo(dice, field.codePointsMax)
    case 'oneOf':
      return dice.below(field.values.length)
    case 'bytes':
      return dice.bytes(dice.below(Math.min(field.bytesMax, 40)))
    case 'list':
      return Array.from({ length: dice.below(Math.min(field.itemsMax, 5) + 1) }, () =>
        honestValue(name, innerField(field), dice, aims),
      )
    case 'record':
      return Object.entries(innerShape(field)).map(([inner, of]) => honestValue(inner, of, dice, aims))
    case 'defaulted':
      return honestValue(name, innerField(field), dice, aims)
    case 'f32':
    case 'f64':
      if (name === 'x' || name === 'z') return (name === 'x' ? aims.x : aims.z) + (dice.below(401) - 200) / 10
      return dice.pick([0, -0, 1.5, -1e9, 1e30, dice.u32()])
    default:
      return wholeNumber(name, field.kind, dice, aims)
  }
}

export const honestFields = (opcode: ToServer, dice: Dice, aims: Aims): unknown[] =>
  Object.entries(opcode.payload).map(([name, field]) => honestValue(name, field, dice, aims))

/** Numbers that are none, or too large, or between two whole ones, in both float widths. */
const oddNumbers: readonly Piece[] = [
  f64Of(Number.NaN),
  f32Of(Number.NaN),
  f64Of(Number.POSITIVE_INFINITY),
  f32Of(Number.NEGATIVE_INFINITY),
  f64Of(1e308),
  f64Of(-1e308),
  f64Of(5e-324),
  f64Of(-0),
  f32Of(3.4028234663852886e38),
  f64Of(3.5e38),
  f64Of(0.5),
  f64Of(-1),
  f64Of(2 ** 53),
  f64Of(4_294_967_296),
  f64Of(1999.999),
  U64_MAX,
  I64_MIN,
]
/** Text that is no UTF-8: a lone continuation, an overlong slash, half a surrogate pair, a cut-off letter. */
const oddTexts: readonly Piece[] = [
  text8([0x80]),
  text8([0xc0, 0xaf]),
  text8([0xed, 0xa0, 0x80]),
  text8([0xe4, 0xb8]),
  text8([0xf5, 0x80, 0x80, 0x80]),
]

/** A value that should not stand there, or one at the very edge of what may. */
export function oddValue(field: PayloadField, dice: Dice): Piece {
  const { kind } = field
  const isNumber = kind in integerBounds || kind === 'f32' || kind === 'f64'
  if (isNumber && dice.chance(85)) return dice.pick(oddNumbers)
  if (kind === 'text' && dice.chance(70)) {
    if (dice.chance(40)) return dice.pick(oddTexts)
    return pieceOf('x'.repeat(field.codePointsMax + dice.pick([-1, 0, 1, 2, 400])))
  }
  return dice.pick([
    NIL,
    TRUE,
    pieceOf('1'),
    pieceOf([]),
    pieceOf([1, [2]]),
    pieceOf(new Uint8Array(3)),
    pieceOf(-1),
    ...oddNumbers,
  ])
}
