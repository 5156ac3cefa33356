import type { ColumnShape } from '../schema/fields.js'
import type { WireForm } from '../schema/wire-forms.js'

export type Persistence = 'none' | 'lazy' | 'tick'

/**
 * A frozen description of what an entity has. Importing one allocates nothing: each world allocates the columns.
 * `Marked` is true when every write must be noticed: saved by the tick, or sent to the owner when it changes.
 */
export interface Component<N extends string = string, S extends ColumnShape = ColumnShape, M extends boolean = boolean> {
  readonly name: N
  readonly fields: S
  readonly marked: M
  /** Sent to the entity's own client as `owner.state` and `owner.changed`. */
  readonly owner: boolean
  /** Column → quantisation, for the columns that travel in cell bodies. */
  readonly cells: Readonly<Partial<Record<string, WireForm>>>
  readonly persist: Persistence
  /** Fields of a component that lasts which do not: what they say is good in this run of the world alone. */
  readonly transient: readonly string[]
}

interface ComponentOptions<S extends ColumnShape> {
  readonly replicate?: 'owner' | { readonly [K in keyof S]?: WireForm }
  readonly persist?: 'lazy' | 'tick'
  /** Fields that are left out of what is saved: entities above all. */
  readonly transient?: readonly (keyof S & string)[]
}
type IsMarked<O> = O extends { replicate: 'owner' } ? true : O extends { persist: 'tick' } ? true : false

/** Declares a component. An empty `fields` makes a tag. */
export function defineComponent<
  const N extends string,
  const S extends ColumnShape,
  const O extends ComponentOptions<S> = Record<never, never>,
>(name: N, fields: S, options?: O): Component<N, S, IsMarked<O>> {
  const replicate = options?.replicate
  const persist = options?.persist ?? 'none'
  const owner = replicate === 'owner'
  const cells = replicate === undefined || replicate === 'owner' ? {} : { ...replicate }
  return Object.freeze({
    name,
    fields: Object.freeze({ ...fields }),
    marked: (owner || persist === 'tick') as IsMarked<O>,
    owner,
    cells: Object.freeze(cells),
    persist,
    transient: Object.freeze([...(options?.transient ?? [])]),
  })
}
