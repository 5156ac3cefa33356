import { CombatAttack } from '../../protocol/combat.js'
import { protocol } from '../../protocol/index.js'
import { MoveInput, MoveTo } from '../../protocol/move.js'
import { result } from '../../protocol/result-codes.js'
import { SpellCast } from '../../protocol/spell.js'
import { check, quantile } from '../../scripts/wire-cost/figure.js'
import { Gate, TOO_FAST_MAX } from '../../src/net/gate.js'
import { Session } from '../../src/net/session.js'
import { encode } from '../../src/protocol/codec.js'
import type { ToServer } from '../../src/protocol/opcode.js'
import { atMost, type Row, row, type Sizes, sized } from '../row.js'

/** Short, so that other work falls into few of them: it takes turns of some milliseconds. */
const BLOCK = 200
const WARM_BLOCKS = 200
const SLOT = 1
const ENTITY = (1 << 20) | SLOT
/** World time between two messages: every bucket is full again. */
const REST_MS = 2_000

interface Command {
  readonly opcode: ToServer
  readonly payload: Readonly<Record<string, unknown>>
}

const commands: readonly Command[] = [
  { opcode: MoveInput, payload: { dx: 90, dz: -89, heading: 41_000, jump: false } },
  { opcode: MoveTo, payload: { x: 1_004.25, z: 987.5 } },
  { opcode: CombatAttack, payload: { target: 1_234_567 } },
  { opcode: SpellCast, payload: { spell: 12, target: 1_234_567, x: 0, z: 0 } },
]

/** A gate whose intents go nowhere, and a session that may do everything a player may. */
class Door {
  intents = 0
  refusals = 0
  floods = 0
  readonly gate = new Gate(protocol, {
    deliver: () => {
      this.intents += 1
    },
    refuse: () => {
      this.refusals += 1
    },
    repeat: () => {
      this.refusals += 1
    },
    refuseMind: () => {
      this.refusals += 1
    },
    flood: () => {
      this.floods += 1
    },
  })
  nowMs = 0

  session(auth: 'inWorld' | 'anonymous' = 'inWorld'): Session {
    const session = new Session(1, 0, this.nowMs)
    session.auth = auth
    session.slot = SLOT
    return session
  }
}

function frameOf({ opcode, payload }: Command, seq: number): Uint8Array {
  const compiled = protocol.byId.get(opcode.id)
  check(compiled !== undefined, () => `${opcode.name} is not in the protocol`)
  return new Uint8Array(encode(compiled.write(payload, [opcode.id, seq])))
}

/** The median over blocks of the mean time of one, in µs: what ran in between shows less. `block` returns ms and how many. */
function medianUs(blocks: number, block: () => { readonly ms: number; readonly count: number }): number {
  const samples: number[] = []
  for (let i = 0; i < WARM_BLOCKS + blocks; i += 1) {
    const { ms, count } = block()
    if (i >= WARM_BLOCKS) samples.push((ms * 1000) / count)
  }
  return quantile(samples, 0.5)
}

/** From the bytes of a client's frame to the intent: decoding, the gate's questions, the check of the payload. */
function clientUs(all: readonly Command[], blocks: number): number {
  const door = new Door()
  const session = door.session()
  let seq = 0
  const us = medianUs(blocks, () => {
    const frames = Array.from({ length: BLOCK }, (_, i) => frameOf(all[i % all.length], seq + i + 1))
    const startMs = performance.now()
    for (let i = 0; i < BLOCK; i += 1) {
      door.nowMs += REST_MS
      door.gate.frame(session, frames[i], door.nowMs)
    }
    const ms = performance.now() - startMs
    // What a system's answer does; without it the session would remember all of them.
    for (let i = 1; i <= BLOCK; i += 1) session.remember(seq + i, result.ok)
    seq += BLOCK
    return { ms, count: BLOCK }
  })
  check(door.intents === seq && door.refusals === 0, () => `${door.intents} of ${seq} frames became intents`)
  return us
}

function mindUs(blocks: number): number {
  const door = new Door()
  const intents = commands.filter(({ opcode }) => opcode !== MoveInput).map((command) => ({ ...command, slot: SLOT }))
  const us = medianUs(blocks, () => {
    const startMs = performance.now()
    for (let i = 0; i < BLOCK; i += 1) {
      door.nowMs += REST_MS
      door.gate.mind(intents[i % intents.length], ENTITY, door.nowMs)
    }
    return { ms: performance.now() - startMs, count: BLOCK }
  })
  check(door.refusals === 0, () => `${door.refusals} intents of minds were refused`)
  return us
}

/** Sessions that are refused until each is closed for it, one after the other. */
function refusalUs(blocks: number, auth: 'inWorld' | 'anonymous', frame: (seq: number) => Uint8Array, isStill: boolean): number {
  const door = new Door()
  const frames = Array.from({ length: TOO_FAST_MAX }, (_, i) => frame(i + 1_000))
  return medianUs(blocks, () => {
    const session = door.session(auth)
    // A bucket that is empty stays so while no time passes.
    while (isStill && session.buckets.take('movement', door.nowMs));
    const startMs = performance.now()
    for (let i = 0; i < frames.length; i += 1) door.gate.frame(session, frames[i], door.nowMs)
    const ms = performance.now() - startMs
    check(door.intents === 0 && door.floods === 0, () => `${door.intents} frames of a flood became intents`)
    door.nowMs += REST_MS
    return { ms, count: frames.length }
  })
}

/** What it costs to let in, and to turn away. */
export async function gateRows(sizes: Sizes): Promise<readonly Row[]> {
  const blocks = sized(sizes, 3_000, 30)
  const one = commands.map((command) => [command.opcode.name, clientUs([command], blocks)] as const)
  const mixed = clientUs(commands, blocks)
  const minds = mindUs(blocks)
  const move = (seq: number): Uint8Array => frameOf(commands[1], seq)
  const garbage = Uint8Array.from({ length: 24 }, (_, i) => (i * 151) & 0xff)
  const floods = [
    ['too fast', refusalUs(blocks, 'inWorld', move, true)],
    ['not allowed', refusalUs(blocks, 'anonymous', move, false)],
    ['no message at all', refusalUs(blocks, 'inWorld', () => garbage, false)],
    ['a field too many', refusalUs(blocks, 'inWorld', (seq) => new Uint8Array(encode([MoveTo.id, seq, 1, 2, 3])), false)],
  ] as const
  return [
    row('a command, bytes to intent: mixed', mixed, 'µs', atMost(1)),
    ...one.map(([name, us]) => row(`a command, bytes to intent: ${name}`, us, 'µs')),
    row('intents of clients dispatched by one core', 1e6 / mixed, '1/s'),
    row('a mind’s intent, gate', minds, 'µs'),
    row('intents of minds dispatched by one core', 1e6 / minds, '1/s'),
    ...floods.map(([name, us]) => row(`refusals by one core, a flood of: ${name}`, 1e6 / us, '1/s')),
  ]
}
