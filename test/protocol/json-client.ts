import { expect } from 'vitest'
import type { PartJson, ProtocolJson } from '../../src/protocol/reference-json.js'

/**
 * A client that knows nothing but the JSON: parts, records, masks and formulas. It is here to prove that the JSON says all
 * that is needed.
 */
export class JsonClient {
  readonly entities = new Map<number, { name: string; local: number; cell: number; values: Record<string, number> }>()
  readonly cells = new Map<number, { cx: number; cz: number; locals: Map<number, number> }>()
  readonly events: Record<string, unknown>[] = []
  private view: DataView = new DataView(new ArrayBuffer(0))
  private at = 0

  constructor(private readonly json: ProtocolJson) {}

  private number(type: string): number {
    const widths: Record<string, number> = { u8: 1, u16: 2, u32: 4, byte: 1 }
    const width = widths[type]
    if (width === undefined) throw new Error(`the JSON names no number type ${type}`)
    this.at += width
    const at = this.at - width
    return width === 1 ? this.view.getUint8(at) : width === 2 ? this.view.getUint16(at, true) : this.view.getUint32(at, true)
  }

  private text(): string {
    const bytes: number[] = []
    for (let left = this.number('u8'); left > 0; left -= 1) bytes.push(this.number('u8'))
    return new TextDecoder().decode(Uint8Array.from(bytes))
  }

  /** Walks through parts; `each` reads what is no plain number. */
  private walk(parts: readonly PartJson[], each: (part: PartJson, seen: Record<string, number>) => void): Record<string, number> {
    const start = this.at
    const seen: Record<string, number> = {}
    for (const part of parts) {
      if (part.offset !== undefined) expect(this.at - start).toBe(part.offset)
      const times = part.repeat === undefined ? 1 : seen[part.repeat]
      for (let i = 0; i < times; i += 1) {
        if (/^(u8|u16|u32)$/.test(part.type)) seen[part.name] = this.number(part.type)
        else each(part, seen)
      }
    }
    return seen
  }

  private valueOf(field: { bytes: number; dequantise: string }, cell: { cx: number; cz: number }): number {
    const n = this.number(field.bytes === 1 ? 'u8' : field.bytes === 2 ? 'u16' : 'u32')
    const formula = new Function('n', 'cx', 'cz', 'cellSizeM', `return ${field.dequantise}`) as (...values: number[]) => number
    return formula(n, cell.cx, cell.cz, this.json.cellSizeM)
  }

  frame(bytes: Uint8Array): number {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.at = 0
    const gone = new Map<number, [number, number]>()
    const { followsTick } = this.walk(this.json.layout.frame, (_part, seen) => {
      if (seen.followsTick === 0) {
        for (const [index, { locals }] of this.cells) for (const [local, entity] of locals) gone.set(entity, [index, local])
        this.cells.clear()
      }
      while (this.at < bytes.length) this.block(gone)
    })
    for (const [entity, [cell, local]] of gone) {
      const now = this.entities.get(entity)
      if (now?.cell === cell && now.local === local) this.entities.delete(entity)
    }
    return followsTick
  }

  private block(gone: Map<number, [number, number]>): void {
    const { block } = this.json.layout
    const start = this.at
    const { kind, cell: index, length } = this.walk(block.header, () => undefined)
    expect(this.at - start).toBe(block.headerBytes)
    const shape = block.kinds.find((one) => one.kind === kind)
    if (shape === undefined) throw new Error(`the JSON names no block of kind ${kind}`)
    const known = this.cells.get(index)
    if (shape.name === 'forget' && known !== undefined) {
      for (const [local, entity] of known.locals) gone.set(entity, [index, local])
      this.cells.delete(index)
    }
    const cell = { cx: 0, cz: 0, locals: new Map<number, number>(), ...known }
    const place = this.walk(shape.body, ({ type }, seen) => {
      if (shape.name === 'full') Object.assign(cell, { cx: seen.cx, cz: seen.cz })
      this.record(type, index, cell, gone)
    })
    if (shape.name === 'full') Object.assign(cell, { cx: place.cx, cz: place.cz })
    if (shape.name !== 'forget') this.cells.set(index, cell)
    expect(this.at - start - block.headerBytes).toBe(length)
  }

  private record(
    type: string,
    index: number,
    cell: { cx: number; cz: number; locals: Map<number, number> },
    gone: Map<number, [number, number]>,
  ) {
    const { records, components: list, updates, events } = this.json.layout
    if (type === 'leave') {
      const { local } = this.walk(records.leave, () => undefined)
      const entity = cell.locals.get(local)
      cell.locals.delete(local)
      if (entity !== undefined) gone.set(entity, [index, local])
    } else if (type === 'member' || type === 'enter' || type === 'crossing') {
      const values: Record<string, number> = {}
      let name = ''
      const { entity, local } = this.walk(records[type], (part, seen) => {
        if (part.type === 'text') name = this.text()
        else
          for (const { bit, fields } of list)
            if ((seen.components & (1 << bit)) !== 0)
              for (const field of fields)
                if (type !== 'crossing' || updates.some((one) => one.component === field.component && one.field === field.field))
                  values[`${field.component}.${field.field}`] = this.valueOf(field, cell)
      })
      const before = this.entities.get(entity)
      if (type === 'crossing') {
        if (before === undefined) throw new Error(`entity ${entity} crossed and was never seen`)
        name = before.name
        Object.assign(values, { ...before.values, ...values })
      }
      cell.locals.set(local, entity)
      gone.delete(entity)
      this.entities.set(entity, { name, local, cell: index, values })
    } else if (type === 'group')
      this.walk(records.group, (_part, { fields }) =>
        this.walk(records.update, (_values, { local }) => {
          const entity = this.entities.get(cell.locals.get(local) ?? 0)
          for (const field of updates) {
            if ((fields & (1 << field.bit)) === 0) continue
            const value = this.valueOf(field, cell)
            if (entity !== undefined) entity.values[`${field.component}.${field.field}`] = value
          }
        }),
      )
    else if (type === 'event')
      this.walk(records.event, (_part, { id }) => {
        const event = events.find((one) => one.id === id)
        if (event === undefined) throw new Error(`the JSON names no event ${id}`)
        const payload: Record<string, unknown> = {}
        for (const { name, type: kind, words } of event.payload) {
          const value = kind === 'text' ? this.text() : this.number(kind)
          payload[name] = words === undefined ? value : words[Number(value)]
        }
        this.events.push(payload)
      })
    else throw new Error(`the JSON names no record ${type}`)
  }
}
