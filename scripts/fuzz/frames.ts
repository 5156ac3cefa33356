import { FRAME_BYTES_MAX, SessionLogout } from '../../src/net/opcodes.js'
import { DEPTH_MAX, encode, ITEMS_MAX } from '../../src/protocol/codec.js'
import type { ToServer } from '../../src/protocol/opcode.js'
import { type Protocol, serverBound } from '../../src/protocol/protocol.js'
import type { Dice } from './dice.js'
import * as raw from './raw-msgpack.js'
import { type Aims, honestFields, oddValue, pieceOf } from './values.js'

/** Whoever makes a frame: its dice, what it aims at, and the numbers of its session. */
export interface Maker {
  readonly dice: Dice
  readonly aims: Aims
  readonly protocol: Protocol
  /** The next seq that the session has not used. */
  nextSeq(): number
  /** The last seq that it has used. */
  readonly seq: number
}

type MakeFrame = (maker: Maker) => Uint8Array

/** Any request. A logout ends what the other frames could still try, so it is rarer than its share. */
export function anyOpcode(maker: Maker): ToServer {
  const opcode = maker.dice.pick(serverBound(maker.protocol))
  return opcode === SessionLogout && !maker.dice.chance(10) ? anyOpcode(maker) : opcode
}

/** `[opcode, seq, …fields]` with fields that fit. */
export function honestMessage(maker: Maker, opcode = anyOpcode(maker), seq = maker.nextSeq()): unknown[] {
  return [opcode.id, seq, ...honestFields(opcode, maker.dice, maker.aims)]
}

export const honestFrame: MakeFrame = (maker) => encode(honestMessage(maker))

const randomBytes: MakeFrame = ({ dice }) => dice.bytes(dice.chance(5) ? dice.below(4_000) : dice.below(60))

/** One to four wounds to an honest frame. */
const mutated: MakeFrame = (maker) => {
  const { dice } = maker
  let bytes = [...honestFrame(maker)]
  for (let wounds = dice.between(1, 4); wounds > 0; wounds -= 1) {
    const at = dice.below(bytes.length + 1)
    const kind = dice.below(6)
    if (kind === 0) bytes[Math.min(at, bytes.length - 1)] ^= 1 << dice.below(8)
    else if (kind === 1) bytes[at] = dice.below(256)
    else if (kind === 2) bytes.length = at
    else if (kind === 3) bytes.splice(at, 0, ...bytes.slice(0, dice.below(bytes.length + 1)))
    else if (kind === 4) bytes = [...bytes.slice(0, at), ...[...honestFrame(maker)].slice(dice.below(6))]
    else bytes.splice(at, dice.below(4), ...dice.bytes(dice.below(4)))
    if (bytes.length === 0) bytes = [dice.below(256)]
  }
  return Uint8Array.from(bytes.slice(0, FRAME_BYTES_MAX))
}

/** Nesting at, over and far over the limit, and counts at and over theirs. */
const nested: MakeFrame = (maker) => {
  const { dice } = maker
  const depth = dice.pick([DEPTH_MAX - 1, DEPTH_MAX, DEPTH_MAX + 1, 64, 1_000, FRAME_BYTES_MAX - 1])
  if (dice.chance(60)) return Uint8Array.from({ length: depth }, (_, i) => (i + 1 < depth ? 0x91 : 0x90))
  const count = dice.pick([ITEMS_MAX - 4, ITEMS_MAX - 1, ITEMS_MAX, ITEMS_MAX + 1, 16_000])
  const zeros = new Array<number>(Math.min(count, FRAME_BYTES_MAX - 12)).fill(0)
  return raw.frame(raw.fixArray(3), raw.u16Of(anyOpcode(maker).id), raw.u32Of(maker.nextSeq()), raw.array16(count), zeros)
}

/** Lengths of four billion before a few bytes. */
const lying: MakeFrame = (maker) => {
  const { dice } = maker
  const huge = dice.pick([0xffffffff, 0x7fffffff, 0x80000000, 65_536, 1])
  const some = [...dice.bytes(dice.below(12))]
  const piece = dice.pick([
    raw.array32(huge),
    raw.text32(huge, some),
    raw.bytes32(huge, some),
    raw.map32(huge, some),
    raw.ext32(huge, dice.below(256), some),
    [...raw.array32(huge), ...raw.array32(huge), ...raw.array32(huge)],
  ])
  if (dice.chance(30)) return raw.frame(piece)
  return raw.frame(raw.message(anyOpcode(maker).id, maker.nextSeq(), piece))
}

/** Extensions of every size and type, maps, dates, record definitions and their use. */
const foreign: MakeFrame = (maker) => {
  const { dice } = maker
  const id = dice.below(64)
  const type = dice.pick([0x72, 0x70, 0x74, 0x78, 0x62, 0x73, 0xff, 0, dice.below(256)])
  const piece = dice.pick<raw.Piece>([
    raw.recordDefinition(id, ['a', 'length', '__proto__']),
    [...raw.recordDefinition(id, ['then', 'constructor']), ...raw.recordUse(id), 1, 2],
    raw.recordUse(id),
    raw.fixExt(type, [...dice.bytes(dice.pick([1, 2, 4, 8, 16]))]),
    raw.ext32(4, type, [...dice.bytes(4)]),
    raw.fixMap([...pieceOf('__proto__'), ...pieceOf([1])]),
    raw.fixMap([...pieceOf(1), ...raw.NIL]),
    [0xc1],
  ])
  if (dice.chance(40)) return raw.frame(piece)
  return raw.frame(raw.message(anyOpcode(maker).id, maker.nextSeq(), piece))
}

/** Fields that fit, but for one or two. */
const oddFields: MakeFrame = (maker) => {
  const { dice, aims } = maker
  const withFields = serverBound(maker.protocol).filter((opcode) => Object.keys(opcode.payload).length > 0)
  const opcode = dice.pick(withFields)
  const types = Object.values(opcode.payload)
  const fields = honestFields(opcode, dice, aims).map((value) => pieceOf(value))
  for (let i = dice.between(1, 2); i > 0; i -= 1) {
    const at = dice.below(fields.length)
    fields[at] = oddValue(types[at], dice)
  }
  return raw.frame(raw.message(opcode.id, maker.nextSeq(), ...fields))
}

/** A field too few, or some too many. */
const wrongCount: MakeFrame = (maker) => {
  const { dice } = maker
  const message = honestMessage(maker)
  if (dice.chance(50)) message.length = dice.below(message.length)
  else for (let more = dice.between(1, 5); more > 0; more -= 1) message.push(dice.pick([0, null, 'x', []]))
  return encode(message)
}

/** Ids from the other direction, of nobody, and of no whole number. */
const wrongOpcode: MakeFrame = (maker) => {
  const { dice, protocol } = maker
  const id = dice.pick<unknown>([
    dice.pick(protocol.opcodes).id,
    dice.below(65_536),
    0,
    -1,
    0.5,
    Number.NaN,
    '0x0101',
    null,
    [1],
    65_793,
  ])
  return encode([id, maker.nextSeq(), ...Array.from({ length: dice.below(4) }, () => dice.below(9))])
}

/** Seqs used before, falling, none at all, and past every limit. */
const wrongSeq: MakeFrame = (maker) => {
  const { dice, seq } = maker
  const before = Math.max(0, seq - dice.below(80))
  const odd = [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 4_294_967_296, 2 ** 53, '7', null, true, [1]]
  const chosen = dice.chance(70) ? before : dice.pick<unknown>(odd)
  return encode(honestMessage(maker, anyOpcode(maker), chosen as number))
}

/** Batches of none, one, the most and one more, in themselves, and of good and bad together. */
const batch: MakeFrame = (maker) => {
  const { dice } = maker
  const count = dice.pick([0, 1, 2, 31, 32, 33, 100])
  const messages: unknown[] = Array.from({ length: count }, () => {
    if (dice.chance(85)) return honestMessage(maker)
    return dice.pick<unknown>([
      [],
      [[]],
      null,
      7,
      'x',
      [honestMessage(maker)],
      [0],
      [0x0101],
      honestMessage(maker, anyOpcode(maker), maker.seq),
    ])
  })
  if (dice.chance(15)) messages.splice(0, messages.length, messages.slice(0, 4), messages.slice(4))
  const bytes = encode(messages)
  return bytes.length > FRAME_BYTES_MAX ? bytes.slice(0, FRAME_BYTES_MAX) : bytes
}

/** Every way to be wrong, and how often each is taken, in hundredths of all frames. */
export const ways: Readonly<Record<string, { readonly share: number; readonly make: MakeFrame }>> = Object.freeze({
  honest: { share: 22, make: honestFrame },
  mutated: { share: 18, make: mutated },
  oddFields: { share: 14, make: oddFields },
  batch: { share: 8, make: batch },
  wrongSeq: { share: 8, make: wrongSeq },
  randomBytes: { share: 8, make: randomBytes },
  foreign: { share: 7, make: foreign },
  lying: { share: 5, make: lying },
  nested: { share: 4, make: nested },
  wrongCount: { share: 3, make: wrongCount },
  wrongOpcode: { share: 3, make: wrongOpcode },
})
export type Way = keyof typeof ways

/** A frame by lot; half of a maker's frames are of its favourite way. */
export function hostileFrame(maker: Maker, favourite: Way): { readonly way: Way; readonly bytes: Uint8Array } {
  const { dice } = maker
  let way = favourite
  if (dice.chance(50)) {
    let left = dice.below(100)
    for (const [name, { share }] of Object.entries(ways)) {
      way = name
      left -= share
      if (left < 0) break
    }
  }
  return { way, bytes: Uint8Array.from(ways[way].make(maker)) }
}
