import { fieldName, type PayloadShape, scalarBytes } from '../schema/fields.js'
import type { WireForm } from '../schema/wire-forms.js'
import {
  BLOCK_DELTA,
  BLOCK_FORGET,
  BLOCK_FULL,
  BLOCK_HEADER_BYTES,
  BLOCK_OUTER,
  BLOCK_OUTER_DELTA,
  type CellLayout,
  type LayoutField,
} from './cell-layout.js'
import type { Direction, Opcode } from './opcode.js'
import type { Protocol } from './protocol.js'

/** What the reference is made from. */
export interface Described {
  readonly protocol: Protocol
  readonly layout: CellLayout
  readonly protocolHash: string
}

/** A named part of a binary structure. `offset` is missing after the first part of unknown length. */
export interface PartJson {
  readonly name: string
  readonly type: string
  readonly offset?: number
  /** The name of the part before it that says how many of these follow one another. */
  readonly repeat?: string
  /** What a u8 index stands for. */
  readonly words?: readonly string[]
}

export interface FieldJson {
  readonly component: string
  readonly field: string
  readonly form: WireForm['kind']
  readonly bytes: number
  /** How the whole number n becomes the value. */
  readonly dequantise: string
}

export interface LayoutJson {
  readonly byteOrder: 'little'
  readonly frame: readonly PartJson[]
  readonly block: {
    readonly header: readonly PartJson[]
    readonly headerBytes: number
    readonly kinds: readonly { readonly kind: number; readonly name: string; readonly body: readonly PartJson[] }[]
  }
  readonly records: Readonly<
    Record<'member' | 'leave' | 'enter' | 'crossing' | 'group' | 'update' | 'event' | 'text', readonly PartJson[]>
  >
  readonly components: readonly { readonly bit: number; readonly name: string; readonly fields: readonly FieldJson[] }[]
  readonly updates: readonly (FieldJson & { readonly bit: number })[]
  readonly owner: readonly {
    readonly component: number
    readonly name: string
    /** `length` values, numbered by the message's `index` from 0. */
    readonly fields: readonly { readonly field: number; readonly name: string; readonly length: number }[]
  }[]
  readonly events: readonly { readonly id: number; readonly name: string; readonly payload: readonly PartJson[] }[]
}

export interface OpcodeJson {
  readonly id: number
  readonly name: string
  readonly direction: Direction
  readonly fields: readonly { readonly name: string; readonly type: string }[]
  readonly auth: string | null
  readonly rate: string | null
  /** Whether `session.result` answers it; null for what the server sends. */
  readonly result: boolean | null
  /** Whether its `ok` waits for the store; null for what the server sends. */
  readonly durable: boolean | null
  readonly retired: boolean
  readonly doc: string
}

export interface ProtocolJson {
  readonly protocolHash: string
  readonly cellSizeM: number
  readonly layout: LayoutJson
  readonly opcodes: readonly OpcodeJson[]
  readonly resultCodes: readonly { readonly code: number; readonly name: string; readonly doc: string }[]
}

/** The formula that turns the whole number n of a cell body into the column's value. */
export function dequantiseText({ form, name }: LayoutField): string {
  if (form.kind === 'cell') return `(${name === 'z' ? 'cz' : 'cx'} + (n + 0.5) / 65536) * cellSizeM`
  if (form.kind === 'metres') return '(n - 32768) / 32'
  return form.kind === 'turn' ? 'n * 256' : 'n'
}

const fieldJson = (field: LayoutField): FieldJson => ({
  component: field.component,
  field: field.name,
  form: field.form.kind,
  bytes: field.form.bytes,
  dequantise: dequantiseText(field),
})

/** The offsets of parts whose length is fixed, up to the first whose length is not. */
function withOffsets(parts: readonly PartJson[]): PartJson[] {
  let offset: number | undefined = 0
  return parts.map((part) => {
    const at = offset
    const bytes =
      part.repeat === undefined && part.type in scalarBytes ? scalarBytes[part.type as keyof typeof scalarBytes] : undefined
    offset = at === undefined || bytes === undefined ? undefined : at + bytes
    return at === undefined ? part : { ...part, offset: at }
  })
}

const part = (name: string, type: string, repeat?: string): PartJson =>
  repeat === undefined ? { name, type } : { name, type, repeat }

/** The packed form of a cell event's payload; `oneOf` is the u8 index of its word. */
function packedParts(shape: PayloadShape): PartJson[] {
  const parts = Object.entries(shape).map(([name, field]): PartJson => {
    if (field.kind === 'oneOf') return { ...part(name, 'u8'), words: [...field.values] }
    return part(name, field.kind)
  })
  return withOffsets(parts)
}

function layoutJson(layout: CellLayout, opcodes: readonly Opcode[]): LayoutJson {
  const place = [part('zone', 'u16'), part('instance', 'u16'), part('cx', 'u16'), part('cz', 'u16')]
  const full = [...place, part('sequence', 'u16'), part('memberCount', 'u16'), part('members', 'member', 'memberCount')]
  const delta = (['leave', 'enter', 'crossing', 'group', 'event'] as const).flatMap((record) => [
    part(`${record}Count`, 'u16'),
    part(`${record}s`, record, `${record}Count`),
  ])
  const who = [part('entity', 'u32'), part('local', 'u16'), part('components', 'u16')]
  const all = part('fields', 'for each set bit of components, lowest first: every field of that component, in order')
  const changing = part(
    'values',
    'for each set bit of components, lowest first: every field of that component that has an update bit, in order',
  )
  const name = part('name', 'text')
  return {
    byteOrder: 'little',
    frame: withOffsets([part('followsTick', 'u32'), part('blocks', 'block, until the bytes end')]),
    block: {
      header: withOffsets([part('kind', 'u8'), part('cell', 'u32'), part('length', 'u32')]),
      headerBytes: BLOCK_HEADER_BYTES,
      kinds: [
        { kind: BLOCK_FORGET, name: 'forget', body: [] },
        { kind: BLOCK_FULL, name: 'full', body: withOffsets(full) },
        { kind: BLOCK_DELTA, name: 'delta', body: withOffsets([part('sequence', 'u16'), ...delta]) },
        { kind: BLOCK_OUTER, name: 'outer', body: withOffsets([part('sequence', 'u16'), part('everyTicks', 'u8')]) },
        { kind: BLOCK_OUTER_DELTA, name: 'outerDelta', body: withOffsets([part('sequence', 'u16'), ...delta]) },
      ],
    },
    records: {
      member: withOffsets([...who, all, name]),
      leave: withOffsets([part('local', 'u16'), part('toCell', 'u32')]),
      enter: withOffsets([part('fromCell', 'u32'), ...who, all, name]),
      crossing: withOffsets([part('fromCell', 'u32'), ...who, changing]),
      group: withOffsets([part('fields', 'u16'), part('updateCount', 'u16'), part('updates', 'update', 'updateCount')]),
      update: withOffsets([
        part('local', 'u16'),
        part('values', 'for each set bit of the group’s fields, lowest first: that field'),
      ]),
      event: withOffsets([part('id', 'u16'), part('payload', 'as listed for that id under events')]),
      text: withOffsets([part('byteCount', 'u8'), part('utf8', 'byte', 'byteCount')]),
    },
    components: layout.components.map(({ bit, name, fields }) => ({ bit, name, fields: fields.map(fieldJson) })),
    updates: layout.updates.map((field) => ({ bit: field.bit, ...fieldJson(field) })),
    owner: layout.owner.map(({ component, name, fields, lengths }) => ({
      component,
      name,
      fields: fields.map((field, i) => ({ field: i, name: field, length: lengths[i] })),
    })),
    events: opcodes
      .filter((opcode) => opcode.direction === 'toCell')
      .map(({ id, name, payload }) => ({ id, name, payload: packedParts(payload) })),
  }
}

const opcodeJson = (opcode: Opcode): OpcodeJson => ({
  id: opcode.id,
  name: opcode.name,
  direction: opcode.direction,
  fields: Object.entries(opcode.payload).map(([name, field]) => ({ name, type: fieldName(field) })),
  auth: opcode.direction === 'toServer' ? opcode.auth : null,
  rate: opcode.direction === 'toServer' ? opcode.rate : null,
  result: opcode.direction === 'toServer' ? opcode.result : null,
  durable: opcode.direction === 'toServer' ? opcode.durable : null,
  retired: opcode.retired,
  doc: opcode.doc,
})

/** The whole protocol as plain data, for programs that write clients. */
export function protocolJson({ protocol, layout, protocolHash }: Described): ProtocolJson {
  const opcodes = [...protocol.opcodes].sort((a, b) => a.id - b.id)
  return {
    protocolHash,
    cellSizeM: layout.cellSizeM,
    layout: layoutJson(layout, opcodes),
    opcodes: opcodes.map(opcodeJson),
    resultCodes: protocol.resultCodes.list.map(({ code, name, doc }) => ({ code, name, doc })),
  }
}
