import { MyriadError } from '../errors.js'
import type { ColumnShape } from '../schema/fields.js'
import type { WireForm } from '../schema/wire-forms.js'

/** What the layout needs to know of a component; every `defineComponent` value fits. */
export interface ReplicatedComponent {
  readonly name: string
  readonly fields: ColumnShape
  readonly cells: Readonly<Partial<Record<string, WireForm>>>
  readonly owner: boolean
}

export interface LayoutField {
  readonly component: string
  readonly name: string
  readonly form: WireForm
  /** Its bit in an update's mask, or −1 for an identity field, which travels only with an enter record. */
  readonly bit: number
}

export interface LayoutComponent {
  readonly name: string
  /** Its bit in an enter record's component mask. */
  readonly bit: number
  readonly fields: readonly LayoutField[]
}

export interface OwnerComponent {
  readonly name: string
  /** The number that owner messages carry. */
  readonly component: number
  readonly fields: readonly string[]
  /** Values in each field: 1, or an `each` field's length. */
  readonly lengths: readonly number[]
}

/** The byte layout of cell bodies, derived from the components' declarations. Server, SDK and reference page share it. */
export interface CellLayout {
  readonly cellSizeM: number
  readonly components: readonly LayoutComponent[]
  /** The updatable fields by their bit. */
  readonly updates: readonly LayoutField[]
  readonly owner: readonly OwnerComponent[]
}

/** Kinds of a block in `cell.frame`. */
export const BLOCK_FORGET = 0
export const BLOCK_FULL = 1
export const BLOCK_DELTA = 2
/** The cell is watched as one of the outer ring from here on. */
export const BLOCK_OUTER = 3
/** A delta of a cell of the outer ring. */
export const BLOCK_OUTER_DELTA = 4
/** Stands for a cell number where there is no cell, or none that anybody watches. */
export const NO_CELL = 0xffffffff
/** Of the blocks and records themselves, which no declaration shows: it rises when they change. */
const LAYOUT_VERSION = 3
/** u8 kind, u32 cell, u32 length. */
export const BLOCK_HEADER_BYTES = 9
const MASK_BITS_MAX = 16

export function cellLayout(components: readonly ReplicatedComponent[], cellSizeM: number): CellLayout {
  const updates: LayoutField[] = []
  const replicated = components
    .filter((c) => Object.keys(c.cells).length > 0)
    .map((component, bit): LayoutComponent => {
      const fields = Object.keys(component.fields).flatMap((name) => {
        const form = component.cells[name]
        if (form === undefined) return []
        if (component.fields[name].kind === 'each')
          throw new MyriadError('BAD_DECLARATION', `${component.name}.${name} has many values; cells carry one a field`)
        const field = { component: component.name, name, form, bit: form.kind === 'identity' ? -1 : updates.length }
        if (field.bit >= 0) updates.push(field)
        return [field]
      })
      return { name: component.name, bit, fields }
    })
  if (updates.length > MASK_BITS_MAX || replicated.length > MASK_BITS_MAX)
    throw new MyriadError(
      'BAD_DECLARATION',
      `cells replicate ${updates.length} fields of ${replicated.length} components; the masks hold 16 of each`,
    )
  const owner = components.flatMap((component, index) => (component.owner ? [ownerComponent(component, index)] : []))
  return Object.freeze({ cellSizeM, components: replicated, updates, owner })
}

function ownerComponent(component: ReplicatedComponent, index: number): OwnerComponent {
  const lengths = Object.values(component.fields).map((field) => (field.kind === 'each' ? field.length : 1))
  return { name: component.name, component: index, fields: Object.keys(component.fields), lengths }
}

/** The layout as text, part of the protocol hash. */
export function layoutText(layout: CellLayout): string {
  const fields = layout.components.map(
    (c) => `${c.bit} ${c.name}: ${c.fields.map((f) => `${f.name} ${f.form.kind}${f.form.bytes * 8} ${f.bit}`).join(', ')}`,
  )
  const owner = layout.owner.map(
    (c) => `${c.component} ${c.name}: ${c.fields.map((name, i) => `${name} ${c.lengths[i]}`).join(', ')}`,
  )
  return [`layout ${LAYOUT_VERSION}`, `cell ${layout.cellSizeM}`, ...fields, ...owner].join('\n')
}
