import type { CellPlace } from '../../src/client/index.js'
import type { World } from '../../src/ecs/world.js'
import { CROWD_COUNT } from '../../src/net/cell-fields.js'
import { type CellLayout, cellLayout } from '../../src/protocol/cell-layout.js'
import { dequantise, quantise } from '../../src/schema/wire-forms.js'
import { type Cell, GridResource } from '../../src/space/grid.js'
import { NamesResource } from '../../src/space/names.js'

/** An entity as a client of the SDK has it; a page hands it out as JSON. */
export interface ShownEntity {
  readonly entity: number
  readonly name: string
  readonly mask: number
  /** In the order of the layout. */
  readonly values: ArrayLike<number>
}

/** What a client shows; the SDK's `Client` is one. */
export interface Shown {
  readonly me: number
  readonly entities: ReadonlyMap<number, ShownEntity>
  readonly cells: ReadonlyMap<number, CellPlace>
}

/** How a client's view compares with the world of the same tick. */
export interface Sight {
  /** Each difference, in words. */
  readonly wrong: readonly string[]
  /** Entities that are seen. */
  readonly seen: number
  /** Where each of them is seen. */
  readonly places: ReadonlyMap<number, string>
}

/** Those who are seen in both, elsewhere. */
export function movedBetween(before: Sight, after: Sight): number {
  let moved = 0
  for (const [entity, place] of after.places) if (before.places.has(entity) && before.places.get(entity) !== place) moved += 1
  return moved
}

/** Coordinates and what else is of the first component: the place. */
const MOTION_VALUES = 3

/** What the wire carries of a value: the same as the client has, to the last bit. */
function differences(world: World, layout: CellLayout, view: ShownEntity, slot: number, cell: Cell): readonly string[] {
  const wrong: string[] = []
  let first = 0
  for (const { name: component, bit, fields } of layout.components) {
    const index = first
    first += fields.length
    const declared = world.components.find(({ name }) => name === component)
    if (declared === undefined || world.entities.has(slot, declared) !== ((view.mask & (1 << bit)) !== 0)) {
      wrong.push(`${view.entity} has or lacks ${component}`)
      continue
    }
    if ((view.mask & (1 << bit)) === 0) continue
    for (const [i, { name, form }] of fields.entries()) {
      const isMotion = form.kind === 'cell' || form.kind === 'metres' || form.kind === 'turn'
      // In a crowd, motion is some ticks old by design.
      if (isMotion && cell.population > CROWD_COUNT) continue
      const lowM = form.kind === 'cell' ? (name === 'z' ? cell.cz : cell.cx) * layout.cellSizeM : 0
      const value = world.columns(declared)[name][slot]
      const expected = dequantise(form, quantise(form, value, lowM, layout.cellSizeM) >>> 0, lowM, layout.cellSizeM)
      const seen = view.values[index + i]
      if (seen !== expected) wrong.push(`${view.entity}: ${component}.${name} is ${expected} and seen as ${seen}`)
    }
  }
  if (view.name !== world.resource(NamesResource).get(slot)) wrong.push(`${view.entity} is called ${view.name}`)
  return wrong
}

/** Call it only when the client has applied all that the world's tick sent: the view must be exactly who stands in the watched cells. */
export function inSight(world: World, client: Shown): Sight {
  const grid = world.resource(GridResource)
  const layout = cellLayout(world.components, grid.cellSizeM)
  const wrong: string[] = []
  const places = new Map<number, string>()
  let present = 0
  for (const { zone, instance, cx, cz } of client.cells.values()) {
    const cell = grid.at(zone, instance, cx, cz)
    for (let local = 0; cell !== undefined && local < cell.places; local += 1) {
      const slot = cell.members[local]
      if (slot < 0) continue
      present += 1
      const entity = world.entityOf(slot)
      const view = client.entities.get(entity)
      if (view === undefined) wrong.push(`${entity} stands in a watched cell and is not seen`)
      else {
        wrong.push(...differences(world, layout, view, slot, cell))
        places.set(entity, Array.from(view.values).slice(0, MOTION_VALUES).join(' '))
      }
    }
  }
  if (client.entities.size !== present) wrong.push(`${client.entities.size} are seen where ${present} stand`)
  if (!client.entities.has(client.me)) wrong.push('it does not see itself')
  return { wrong, seen: present, places }
}
