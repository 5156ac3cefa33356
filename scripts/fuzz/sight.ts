import type { CellDecoder } from '../../src/client/cell-decoder.js'
import type { Slot } from '../../src/ecs/entities.js'
import { CROWD_COUNT } from '../../src/net/cell-fields.js'
import type { CellLayout } from '../../src/protocol/cell-layout.js'
import { dequantise, quantise } from '../../src/schema/wire-forms.js'
import { type Cell, GridResource } from '../../src/space/grid.js'
import { must } from './failure.js'
import type { Stage } from './stage.js'

/** Members of the cell and their slots; −1 marks a hole. */
function* membersOf(cell: Cell | undefined): Generator<Slot> {
  for (let local = 0; cell !== undefined && local < cell.places; local += 1)
    if (cell.members[local] > 0) yield cell.members[local]
}

/** One entity as a client sees it and as the world has it. In a crowd, motion is a few ticks old by design. */
function checkFields(stage: Stage, layout: CellLayout, decoder: CellDecoder, slot: Slot, cell: Cell): void {
  const { world } = stage
  const entity = world.entityOf(slot)
  const view = decoder.entities.get(entity)
  for (const { name: component, bit, fields } of layout.components) {
    if (view === undefined || (view.mask & (1 << bit)) === 0) continue
    const declared = world.components.find((known) => known.name === component)
    if (declared === undefined) continue
    for (const { name, form } of fields) {
      const isMotion = form.kind === 'cell' || form.kind === 'metres' || form.kind === 'turn'
      if (isMotion && cell.population > CROWD_COUNT) continue
      const low = form.kind === 'cell' ? (name === 'z' ? cell.cz : cell.cx) * layout.cellSizeM : 0
      const value = world.columns(declared)[name][slot]
      const expected = dequantise(form, quantise(form, value, low, layout.cellSizeM) >>> 0, low, layout.cellSizeM)
      const seen = view.values[decoder.table.indexOf(component, name)]
      must(seen === expected, () => `a client sees ${component}.${name} of entity ${entity} as ${seen}, but it is ${expected}`)
    }
  }
}

/** What the client sees is exactly who stands in the cells it watches, with what they have. */
export function checkSight(stage: Stage, layout: CellLayout, decoder: CellDecoder, who: string): void {
  const grid = stage.world.resource(GridResource)
  let present = 0
  for (const { zone, instance, cx, cz } of decoder.cells.values()) {
    const cell = grid.at(zone, instance, cx, cz)
    for (const slot of membersOf(cell)) {
      present += 1
      const entity = stage.world.entityOf(slot)
      must(decoder.entities.has(entity), () => `${who} does not see entity ${entity}, which stands in a cell it watches`)
      if (cell !== undefined) checkFields(stage, layout, decoder, slot, cell)
    }
  }
  must(decoder.entities.size === present, () => `${who} sees ${decoder.entities.size} entities where ${present} stand`)
  must(decoder.strays === 0, () => `${who} was told ${decoder.strays} times of entities it had never seen enter`)
  must(decoder.gaps === 0, () => `${who} missed ${decoder.gaps} bodies of cells`)
}
