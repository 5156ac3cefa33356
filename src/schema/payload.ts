import { innerField, innerShape, integerBounds, type PayloadField, type PayloadShape } from './fields.js'

/** Reads one decoded wire value; `undefined` means that it does not fit the field. */
type Reader = (value: unknown) => unknown
type Writer = (value: never) => unknown

const isWhole = (value: unknown, low: number, high: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high

function numberReader(kind: keyof typeof integerBounds | 'f32' | 'f64'): Reader {
  if (kind === 'f32') {
    return (value) => (typeof value === 'number' && Number.isFinite(Math.fround(value)) ? Math.fround(value) : undefined)
  }
  if (kind === 'f64') return (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined)
  const [low, high] = integerBounds[kind]
  return (value) => (isWhole(value, low, high) ? value : undefined)
}

/** Counts code points without building an array of them; lone surrogates are refused. */
function fitsText(value: string, codePointsMax: number): boolean {
  if (value.length > codePointsMax * 2) return false
  let count = 0
  for (let i = 0; i < value.length; i += 1) {
    const unit = value.charCodeAt(i)
    if (unit >= 0xdc00 && unit <= 0xdfff) return false
    if (unit >= 0xd800 && unit <= 0xdbff) {
      const next = value.charCodeAt(i + 1)
      if (!(next >= 0xdc00 && next <= 0xdfff)) return false
      i += 1
    }
    count += 1
  }
  return count <= codePointsMax
}

function listReader(of: PayloadField, itemsMax: number, surplus: Surplus): Reader {
  const read = fieldReader(of, surplus)
  return (value) => {
    if (!Array.isArray(value) || value.length > itemsMax) return undefined
    const items: unknown[] = []
    for (const item of value) {
      const one = read(item)
      if (one === undefined) return undefined
      items.push(one)
    }
    return items
  }
}

function fieldReader(field: PayloadField, surplus: Surplus): Reader {
  switch (field.kind) {
    case 'bool':
      return (value) => (typeof value === 'boolean' ? value : undefined)
    case 'text':
      return (value) => (typeof value === 'string' && fitsText(value, field.codePointsMax) ? value : undefined)
    case 'oneOf':
      return (value) => (isWhole(value, 0, field.values.length - 1) ? field.values[value] : undefined)
    case 'bytes':
      return (value) => (value instanceof Uint8Array && value.length <= field.bytesMax ? value : undefined)
    case 'list':
      return listReader(innerField(field), field.itemsMax, surplus)
    case 'record': {
      const read = payloadReader(innerShape(field), surplus)
      return (value) => (Array.isArray(value) ? read(value, 0) : undefined)
    }
    case 'defaulted':
      return fieldReader(innerField(field), surplus)
    default:
      return numberReader(field.kind)
  }
}

/** How a reader takes values after the declared ones: a server refuses them, a client of an older version skips them. */
export type Surplus = 'refuse' | 'ignore'

/** Reads positional fields from `values[from]` on; `undefined` when one is missing, surplus or does not fit. */
export function payloadReader(
  shape: PayloadShape,
  surplus: Surplus = 'refuse',
): (values: readonly unknown[], from: number) => Record<string, unknown> | undefined {
  const fields = Object.entries(shape).map(([name, field]) => ({
    name,
    read: fieldReader(field, surplus),
    fallback: field.kind === 'defaulted' ? field.fallback : undefined,
  }))
  return (values, from) => {
    if (surplus === 'refuse' && values.length - from > fields.length) return undefined
    const payload: Record<string, unknown> = {}
    for (let i = 0; i < fields.length; i += 1) {
      const { name, read, fallback } = fields[i]
      const value = from + i < values.length ? read(values[from + i]) : fallback
      if (value === undefined) return undefined
      payload[name] = value
    }
    return payload
  }
}

function fieldWriter(field: PayloadField): Writer | undefined {
  switch (field.kind) {
    case 'oneOf':
      return (value: string) => field.values.indexOf(value)
    case 'list': {
      const write = fieldWriter(innerField(field))
      return write === undefined ? undefined : (value: readonly never[]) => value.map((item) => write(item))
    }
    case 'record': {
      const write = payloadWriter(innerShape(field))
      return (value: Record<string, unknown>) => write(value, [])
    }
    case 'defaulted':
      return fieldWriter(innerField(field))
    default:
      return undefined
  }
}

/** Appends the payload's fields in declared order to `into`, in the form that `payloadReader` takes. */
export function payloadWriter(shape: PayloadShape): (payload: Readonly<Record<string, unknown>>, into: unknown[]) => unknown[] {
  const fields = Object.entries(shape).map(([name, field]) => ({ name, write: fieldWriter(field) }))
  return (payload, into) => {
    for (const { name, write } of fields) into.push(write === undefined ? payload[name] : write(payload[name] as never))
    return into
  }
}
