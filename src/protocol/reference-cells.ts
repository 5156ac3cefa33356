import type { CellLayout } from './cell-layout.js'
import { type ExampleRow, exampleFrames } from './reference-example.js'
import type { LayoutJson, PartJson, ProtocolJson } from './reference-json.js'

/** What a session may see beyond its near cells. */
export const outerRing = `An operator may have the server show an *outer ring* of cells around that square; unless asked to, it shows none. Who enters or leaves such a cell, and what happens
in it, is told in the tick in which it happens; what moves or changes in it, once in a while, each cell in its turn. A cell that comes nearer is a near
one at once, with its full state. One that falls behind becomes an outer one in its next turn. Both squares follow together.`

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')

export const hexId = (id: number): string => `0x${id.toString(16).padStart(4, '0')}`

/** Markdown table. Bars in cells are escaped. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string =>
    `| ${cells.map((c) => String(c).replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function partsTable(parts: readonly PartJson[], notes: Readonly<Record<string, string>> = {}): string {
  const rows = parts.map(({ name, type, offset, repeat, words }) => {
    const meaning = [
      repeat === undefined ? '' : `\`${repeat}\` of them`,
      words === undefined ? '' : `index: ${words.join(', ')}`,
      notes[name] ?? '',
    ]
    return [offset ?? '…', `\`${name}\``, type, meaning.filter(Boolean).join('; ')]
  })
  return table(['offset', 'part', 'type', 'meaning'], rows)
}

const exampleTable = (rows: readonly ExampleRow[]): string =>
  table(
    ['offset', 'bytes', 'meaning'],
    rows.map(({ offset, bytes, meaning }) => [offset, `\`${hex(bytes)}\``, meaning]),
  )

function blocks({ block }: LayoutJson): string {
  const [, full, delta, outer] = block.kinds
  return `Every block starts with ${block.headerBytes} bytes:

${partsTable(block.header, {
  kind: '0 forget, 1 full, 2 delta, 3 outer, 4 outer delta',
  cell: 'the cell’s number: it holds for this run of the server; a full block says which cell it is',
  length: 'bytes of the block after this header; skip them when the kind is unknown',
})}

**Kind 0, forget**: no body. The cell is no longer watched: everybody in it is out of view.

**Kind 1, full**: the cell comes into view, or is a near one from now on after it was an outer one. Its whole state as of this tick, or, in a crowd that others watch, as they know it:

${partsTable(full.body, { sequence: 'the next delta of this cell has one more' })}

**Kind 2, delta**: what changed in a cell since the frame before. First who left, then who entered, then who crossed into it, then changed fields, then
events. \`sequence\` is one more than that of the cell’s delta or full block before (after 65,535 comes 0); if it is not, a block is missing:

${partsTable(delta.body)}

**Kind 3, outer**: from now on the cell is one of the outer ring. Either its full block stands right before, or the cell was a near one, and what is known of it stays:

${partsTable(outer.body, {
  sequence: 'the next outer delta of this cell has one more; near and outer deltas are numbered apart',
  everyTicks: 'changed fields come once in so many ticks',
})}

**Kind 4, outer delta**: drawn as a delta, of a cell of the outer ring. Its groups have what changed since the cell’s turn before; in the ticks between there are none.`
}

function recordTables({ records }: LayoutJson): string {
  return `The records:

*member*

${partsTable(records.member, {
  entity: 'the entity’s id in every other message',
  local: 'its short id within this cell, until it leaves it',
  components: 'which components it has, by bit',
  name: 'empty for entities that are named by their kind',
})}

*leave*

${partsTable(records.leave, {
  local: 'whoever has this local id is no longer in this cell',
  toCell: 'the cell it is in now, if anybody watches that; 4,294,967,295 if not, or if it is no more',
})}

*enter*: a member with the cell it came from

${partsTable(records.enter, { fromCell: 'the cell it was in up to the tick before, if anybody watched that; 4,294,967,295 if not, or if it is new' })}

*crossing*: an enter record without what never changes, and without the name

${partsTable(records.crossing, { fromCell: 'as in an enter record' })}

*group*: all entities of the cell in which the same fields changed

${partsTable(records.group, { fields: 'which fields changed, by bit' })}

*update*

${partsTable(records.update)}

*event*

${partsTable(records.event)}

*text*

${partsTable(records.text)}`
}

function numbers({ components, updates }: LayoutJson): string {
  const fields = components.flatMap(({ bit, name, fields: own }) =>
    own.map(({ field, form, bytes, dequantise }) => {
      const update = updates.find((one) => one.component === name && one.field === field)
      return [bit, name, field, update === undefined ? 'none' : update.bit, form, bytes, `\`${dequantise}\``]
    }),
  )
  return `n is the unsigned whole number in the bytes. A field without an update bit never changes while the entity lives: it travels with member
and enter records only. The fields of these and of a crossing record stand in the order of this table; those of an update in the order of their bits.

${table(['component bit', 'component', 'field', 'update bit', 'form', 'bytes', 'value'], fields)}

- \`cell\`: a coordinate in metres from the zone’s corner, sent as a part of the side of the cell the entity is in. Precision: cellSizeM ÷ 131,072.
- \`metres\`: metres, ± 1.6 cm.
- \`turn\`: a heading, 65,536 to the turn, ± 0.7°.
- \`asIs\`, \`identity\`: a whole number.`
}

function events({ events: list }: LayoutJson): string {
  if (list.length === 0) return 'This protocol has no cell events.'
  return list
    .map(({ id, name, payload }) => `*${name}*, id ${hexId(id)}\n\n${payload.length === 0 ? 'No payload.' : partsTable(payload)}`)
    .join('\n\n')
}

/** The sections about what is packed: cells, frames, fields, events, and an example of each. */
export function cellSections(json: ProtocolJson, layout: CellLayout): string {
  const example = exampleFrames(layout)
  return `## Cell frames

\`cell.frame\` has one field: bytes, packed without MessagePack. Everything in them is little-endian and unaligned.

${partsTable(json.layout.frame, {
  followsTick:
    'the tick of the message that held the cell frame before this one; 0 for the first after entering, and after a break',
})}

If \`followsTick\` is 0, forget every cell first: the frame has all of them anew. If it is neither 0 nor the tick of the last cell frame received, one is
missing, and what the client knows is wrong: connect again. Forget blocks come first; then each watched cell has at most one block, and none when nothing changed in it;
but a block of kind 3 may have the cell’s full block before it or its outer delta behind it, and the full block of a cell that becomes near, an outer delta before it.

${blocks(json.layout)}

${recordTables(json.layout)}

Rules:

- An entity that crosses from one watched cell into another has a leave record (or a forget block) in one block and an enter or crossing record in another
  block **of the same frame**, in either order. Apply all blocks before you decide who is gone.
- Whoever comes from \`fromCell\` into a cell has a *crossing* record when everybody who gets that delta had \`fromCell\` in view up to the frame before, and
  its components are the same; otherwise an *enter* record. So a *crossing* is always of an entity in view before this frame: keep its name and its fields
  without an update bit until all blocks are applied. An *enter* record may also be of an entity in view.
- An entity that gains or loses a replicated component leaves and enters the same cell in one block; both numbers are that cell’s own.
- A local id may be given to somebody else in the block in which it becomes free: leave records come before enter records.
- A client that comes to see a cell does not get the events of that tick in it.

### Fields

${numbers(json.layout)}

### Packed events

Numbers in their declared width, \`bool\` as a u8, \`oneOf\` as the u8 index of its word, text as a *text* record. An event’s length follows from its
id; a client that does not know an id skips the rest of its block.

${events(json.layout)}

### An example

A first cell frame: one cell comes into view, with one entity in it.

${exampleTable(example.full)}

The cell frame after it: the entity changed.

${exampleTable(example.delta)}`
}
