import { Place, Position } from '../../components/motion.js'
import { standardGame } from '../../game.js'
import type { World } from '../../src/ecs/world.js'
import { CROWD_COUNT } from '../../src/net/cell-fields.js'
import type { WireForm } from '../../src/schema/wire-forms.js'
import { NamesResource } from '../../src/space/names.js'

/** What the Python client prints with --dump-every. Cells are [zone, instance, cx, cz]. */
export interface ClientView {
  readonly tick: number
  readonly cells: readonly (readonly number[])[]
  readonly entities: readonly ({ readonly entity: number; readonly name: string } & Readonly<Record<string, number | string>>)[]
}

interface Being {
  readonly cell: string
  readonly name: string
  /** Every replicated field that it has, by "Component.field", as the server holds it. */
  readonly values: ReadonlyMap<string, number>
}

/** Everybody by entity, as a tick has left the world. */
export type Truth = ReadonlyMap<number, Being>

const { cellSizeM } = standardGame.space!
const replicated = standardGame.components.filter((component) => Object.keys(component.cells).length > 0)
const forms = new Map(
  replicated.flatMap((component) =>
    Object.entries(component.cells).map(([field, form]): [string, WireForm] => [`${component.name}.${field}`, form!]),
  ),
)
const cellOf = (metres: number): number => Math.floor(Math.max(0, metres) / cellSizeM)

export function truthOf(world: World): Truth {
  const beings = new Map<number, Being>()
  const position = world.columns(Position)
  const place = world.columns(Place)
  for (let slot = 1; slot <= world.entities.slotMax; slot += 1) {
    if (world.entities.alive[slot] === 0 || !world.entities.has(slot, Place)) continue
    const values = new Map<string, number>()
    for (const component of replicated) {
      if (!world.entities.has(slot, component)) continue
      const columns = world.columns(component) as Readonly<Record<string, ArrayLike<number>>>
      for (const field of Object.keys(component.cells)) values.set(`${component.name}.${field}`, columns[field][slot])
    }
    const cell = [place.zone[slot], place.instance[slot], cellOf(position.x[slot]), cellOf(position.z[slot])].join()
    beings.set(world.entityOf(slot), { cell, name: world.resource(NamesResource).get(slot), values })
  }
  return beings
}

/** How far a decoded value may be from the true one: half a step of its form, and single precision. */
const within: Readonly<Record<WireForm['kind'], number>> = {
  cell: cellSizeM / 131_072 + 2e-4,
  metres: 1 / 64 + 1e-6,
  turn: 128,
  asIs: 0,
  identity: 0,
}
/** In a crowd a member's motion is sent every fourth tick at the latest, and nobody runs more than 10 m/s. */
const CROWD_LAG_M = 10 * 4 * 0.05

function error(form: WireForm, told: number, is: number): number {
  const difference = Math.abs(told - is)
  return form.kind === 'turn' ? Math.min(difference, 65_536 - difference) : difference
}

/** What of a client's view is not what the server has: '' when all of it is. */
export function differences(view: ClientView, truth: Truth): string {
  const cells = new Set(view.cells.map((cell) => cell.join()))
  const members = new Map<string, number>()
  for (const { cell } of truth.values()) members.set(cell, (members.get(cell) ?? 0) + 1)
  const told = new Map(view.entities.map((entity) => [entity.entity, entity]))
  const faults: string[] = []
  for (const entity of told.keys()) if (!truth.has(entity)) faults.push(`${entity} is seen, but does not live`)
  for (const [entity, { cell, name, values }] of truth) {
    const seen = told.get(entity)
    if (cells.has(cell) !== (seen !== undefined)) faults.push(`${entity} in cell ${cell}: ${seen ? 'is' : 'is not'} seen`)
    if (seen === undefined) continue
    if (seen.name !== name) faults.push(`${entity} is called ${seen.name}, but is ${name}`)
    const keys = Object.keys(seen).filter((key) => key.includes('.'))
    if (keys.sort().join() !== [...values.keys()].sort().join()) faults.push(`${entity} has the fields ${keys.join()}`)
    const isCrowd = members.get(cell)! > CROWD_COUNT
    for (const [key, is] of values) {
      const form = forms.get(key)!
      if (isCrowd && form.kind === 'turn') continue
      const limit = isCrowd && (form.kind === 'cell' || form.kind === 'metres') ? CROWD_LAG_M : within[form.kind]
      if (!(error(form, Number(seen[key]), is) <= limit)) faults.push(`${entity} ${key} is seen as ${seen[key]}, but is ${is}`)
    }
  }
  return faults.map((fault) => `tick ${view.tick}: ${fault}`).join('\n')
}
