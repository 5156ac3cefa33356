import { writeScalar, writeText } from '../schema/packed.js'
import { BLOCK_DELTA, BLOCK_FULL, type CellLayout } from './cell-layout.js'

export interface ExampleRow {
  readonly offset: number
  readonly bytes: Uint8Array
  readonly meaning: string
}

/** Writes bytes and notes what each run of them means. */
class Sheet {
  readonly rows: ExampleRow[] = []
  private readonly view = new DataView(new ArrayBuffer(1_024))
  private at = 0

  put(bytes: 1 | 2 | 4, value: number, meaning: string): void {
    const start = this.at
    this.at = writeScalar(this.view, this.at, bytes === 1 ? 'u8' : bytes === 2 ? 'u16' : 'u32', value)
    this.note(start, meaning)
  }

  text(value: string, meaning: string): void {
    const start = this.at
    this.at = writeText(this.view, this.at, value)
    this.note(start, meaning)
  }

  /** A block around what `body` writes: its length is known only afterwards. */
  block(kind: number, name: string, cell: number, body: () => void): void {
    this.put(1, kind, `kind of block: ${name}`)
    this.put(4, cell, `cell ${cell}`)
    const at = this.at
    const row = this.rows.length
    this.put(4, 0, '')
    body()
    const length = this.at - at - 4
    this.view.setUint32(at, length, true)
    this.rows.splice(row, 1, { ...this.row(at, at + 4), meaning: `length: ${length} bytes of this block follow` })
  }

  private note(start: number, meaning: string): void {
    this.rows.push({ ...this.row(start, this.at), meaning })
  }

  private row(start: number, end: number) {
    return { offset: start, bytes: new Uint8Array(this.view.buffer.slice(start, end)) }
  }
}

const EXAMPLE_CELL = 3
const EXAMPLE_LOCAL = 0
/** Generation 1, slot 7. */
const EXAMPLE_ENTITY = 1_048_583

const hexMask = (mask: number): string => `0x${mask.toString(16).padStart(4, '0')}`

/** The bytes of a first cell frame (one cell, one entity with every component), and of the one that follows it (one change). */
export function exampleFrames(layout: CellLayout): {
  readonly full: readonly ExampleRow[]
  readonly delta: readonly ExampleRow[]
} {
  const full = new Sheet()
  full.put(4, 0, 'followsTick: the first cell frame of this session')
  full.block(BLOCK_FULL, 'full', EXAMPLE_CELL, () => {
    for (const [name, value] of Object.entries({ zone: 1, instance: 0, cx: 2, cz: 5 })) full.put(2, value, `${name} ${value}`)
    full.put(2, 0, 'sequence 0')
    full.put(2, 1, 'one member record')
    full.put(4, EXAMPLE_ENTITY, `entity ${EXAMPLE_ENTITY}`)
    full.put(2, EXAMPLE_LOCAL, 'local id 0')
    const mask = 2 ** layout.components.length - 1
    full.put(2, mask, `components ${hexMask(mask)}: ${layout.components.map(({ name }) => name).join(', ')}`)
    for (const { name, fields } of layout.components)
      for (const field of fields) {
        const sent = 2 ** (8 * field.form.bytes - 1) + field.form.bytes
        full.put(field.form.bytes, sent, `${name}.${field.name}, n = ${sent}`)
      }
    full.text('Ada', 'name: 3 bytes, “Ada”')
  })
  const delta = new Sheet()
  delta.put(4, 812, 'followsTick: the message of tick 812 had the cell frame before this one')
  delta.block(BLOCK_DELTA, 'delta', EXAMPLE_CELL, () => {
    delta.put(2, 1, 'sequence 1')
    delta.put(2, 0, 'no leave records')
    delta.put(2, 0, 'no enter records')
    delta.put(2, 0, 'no crossing records')
    const changed = layout.updates.slice(0, 2)
    delta.put(2, changed.length > 0 ? 1 : 0, changed.length > 0 ? 'one group of updates' : 'no updates')
    if (changed.length > 0) {
      const mask = 2 ** changed.length - 1
      delta.put(2, mask, `fields ${hexMask(mask)}: ${changed.map((f) => `${f.component}.${f.name}`).join(', ')}`)
      delta.put(2, 1, 'one entity changed in these fields')
      delta.put(2, EXAMPLE_LOCAL, 'local id 0')
      for (const { form, component, name } of changed) delta.put(form.bytes, 100, `${component}.${name}, n = 100`)
    }
    delta.put(2, 0, 'no events')
  })
  return { full: full.rows, delta: delta.rows }
}

/** All bytes of an example, one after the other. */
export function exampleBytes(rows: readonly ExampleRow[]): Uint8Array {
  return Uint8Array.from(rows.flatMap(({ bytes }) => [...bytes]))
}
