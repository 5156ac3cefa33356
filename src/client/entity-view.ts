import type { CellLayout, LayoutField, ReplicatedComponent } from '../protocol/cell-layout.js'

/** A cell that is being watched. */
export interface CellPlace {
  /** The number that blocks name it by; it holds for this run of the server. */
  readonly index: number
  readonly zone: number
  readonly instance: number
  readonly cx: number
  readonly cz: number
  /** 0 where each tick's changes are shown. In a cell of the outer ring: ticks between two updates of what changes in it. */
  readonly outerEveryTicks: number
}

/** Where every replicated field stands in a view's `values`. */
export class FieldTable {
  /** The field at each index. */
  readonly fields: readonly LayoutField[]
  /** Indices of the coordinates and the heading; −1 when the game replicates none. */
  readonly x: number
  readonly y: number
  readonly z: number
  readonly heading: number
  private readonly byComponent = new Map<string, { readonly bit: number; readonly fields: ReadonlyMap<string, number> }>()

  constructor(readonly layout: CellLayout) {
    const fields = layout.components.flatMap((component) => component.fields)
    this.fields = fields
    for (const { name, bit, fields: own } of layout.components)
      this.byComponent.set(name, { bit, fields: new Map(own.map((field) => [field.name, fields.indexOf(field)])) })
    this.x = fields.findIndex((field) => field.form.kind === 'cell' && field.name !== 'z')
    this.z = fields.findIndex((field) => field.form.kind === 'cell' && field.name === 'z')
    this.y = this.x < 0 ? -1 : fields.findIndex((field) => field.name === 'y' && field.component === fields[this.x].component)
    this.heading = fields.findIndex((field) => field.form.kind === 'turn')
  }

  /** −1 when that field does not travel in cells. */
  indexOf(component: string, field: string): number {
    return this.byComponent.get(component)?.fields.get(field) ?? -1
  }

  /** The component's bit in an entity's mask; −1 when it does not travel in cells. */
  bitOf(component: string): number {
    return this.byComponent.get(component)?.bit ?? -1
  }
}

/** One entity in view, as of the last server message. The same object for as long as it stays in view, also across cells. */
export class EntityView {
  /** Empty for entities that are named by their kind. */
  name = ''
  /** The entity's place among its cell's members. */
  local = 0
  /** The number of the watched cell it stood in before, where the server said one when it came; −1 for none. */
  fromCell = -1
  /** The number of the cell it went to, where the server said one when it left the view; −1 for none. */
  toCell = -1
  /** One bit a component that it has, as the layout numbers them. */
  mask = 0
  /** Dequantised values by `client.field(…)`: coordinates in metres from the zone's corner, headings with 65,536 to the turn. */
  readonly values: Float64Array

  constructor(
    readonly entity: number,
    public cell: CellPlace,
    private readonly table: FieldTable,
  ) {
    this.values = new Float64Array(table.fields.length)
  }

  /** Metres from the zone's corner; NaN in games without places. */
  get x(): number {
    return this.at(this.table.x)
  }
  /** Metres, upwards; NaN when the game replicates no height. */
  get y(): number {
    return this.at(this.table.y)
  }
  /** Metres from the zone's corner; NaN in games without places. */
  get z(): number {
    return this.at(this.table.z)
  }
  /** 65,536 to the turn: 0 looks along +x, 16,384 along +z. NaN when the game replicates none. */
  get heading(): number {
    return this.at(this.table.heading)
  }

  has(component: ReplicatedComponent): boolean {
    const bit = this.table.bitOf(component.name)
    return bit >= 0 && (this.mask & (1 << bit)) !== 0
  }

  /** `undefined` when the entity lacks the component, or the field does not travel in cells. */
  get<C extends ReplicatedComponent>(component: C, field: keyof C['fields'] & string): number | undefined {
    const index = this.table.indexOf(component.name, field)
    return index >= 0 && this.has(component) ? this.values[index] : undefined
  }

  private at(index: number): number {
    return index < 0 ? Number.NaN : this.values[index]
  }
}
