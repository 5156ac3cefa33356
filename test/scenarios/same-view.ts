import type { Client } from '../../src/client/client.js'
import type { EntityView } from '../../src/client/entity-view.js'
import type { World } from '../../src/ecs/world.js'
import { CROWD_COUNT, THRONG_COUNT } from '../../src/net/cell-fields.js'
import { type Cell, GridResource } from '../../src/space/grid.js'
import { NamesResource } from '../../src/space/names.js'
import { CELL_SIZE_M, Facing, Health, Look, Shield, Spot } from '../client/tiny-game.js'

/** Ticks of places that are remembered: the slowest crowd sends a member's motion every fourth. */
const HISTORY = 4
const COORDINATE_ERROR_M = 0.02
const HEADING_ERROR = (1.5 / 360) * 65_536

interface Pose {
  readonly tick: number
  readonly x: number
  readonly y: number
  readonly z: number
  readonly heading: number
}

/** What is true of one entity, and since when its watchers must know it. */
interface Known {
  readonly cell: Cell
  readonly local: number
  readonly isShielded: boolean
  readonly poses: Pose[]
  /** No watcher may show an older place than that of this tick. */
  oldestTick: number
}

export const cellName = ({ zone, instance, cx, cz }: { zone: number; instance: number; cx: number; cz: number }): string =>
  `${zone}/${instance}/${cx}/${cz}`

const dueEvery = (population: number): number => (population > THRONG_COUNT ? 4 : population > CROWD_COUNT ? 2 : 1)

/** The world's columns, tick by tick, and by how much a client may be late with them. */
export class Truth {
  private known = new Map<number, Known>()
  /** The largest cell so far. */
  crowdMax = 0

  constructor(private readonly world: World) {}

  /** After each tick. */
  note(): void {
    const { world } = this
    const { tick } = world
    const spot = world.columns(Spot)
    const { heading } = world.columns(Facing)
    const next = new Map<number, Known>()
    for (const cell of world.resource(GridResource).cells) {
      this.crowdMax = Math.max(this.crowdMax, cell.population)
      for (let local = 0; local < cell.places; local += 1) {
        const slot = cell.members[local]
        if (slot < 0) continue
        const entity = world.entityOf(slot)
        const isShielded = world.entities.has(slot, Shield)
        const before = this.known.get(entity)
        const isSame = before?.cell === cell && before.local === local && before.isShielded === isShielded
        const poses = isSame ? before.poses.slice(1 - HISTORY) : []
        poses.push({ tick, x: spot.x[slot], y: spot.y[slot], z: spot.z[slot], heading: heading[slot] })
        const isDue = !isSame || (local + tick) % dueEvery(cell.population) === 0
        next.set(entity, { cell, local, isShielded, poses, oldestTick: isDue ? tick : before.oldestTick })
      }
    }
    this.known = next
  }

  /** Throws when the client shows anything but what stands in its cells. Returns how many entities it shows. */
  compare(client: Client, note: string): number {
    const { world } = this
    const watched = new Set([...client.cells.values()].map(cellName))
    const fail = (text: string): never => {
      throw new Error(`${note}, tick ${world.tick}: ${text}`)
    }
    const { holes, strays, skipped } = client.statistics
    if (holes + strays + skipped > 0) fail(`${holes} holes, ${strays} strays, ${skipped} skipped`)
    let seen = 0
    for (const [entity, known] of this.known) {
      const view = client.entities.get(entity)
      if ((view !== undefined) !== watched.has(cellName(known.cell)))
        fail(`entity ${entity} stands in ${cellName(known.cell)} and is ${view === undefined ? 'not ' : ''}shown`)
      if (view === undefined) continue
      seen += 1
      const wrong = this.wrong(view, known)
      if (wrong !== undefined) fail(`entity ${entity}: ${wrong}`)
    }
    if (seen !== client.entities.size) fail(`${client.entities.size} are shown, ${seen} stand there`)
    return seen
  }

  private wrong(view: EntityView, known: Known): string | undefined {
    const { world } = this
    const slot = world.entities.slotOf(view.entity)
    if (cellName(view.cell) !== cellName(known.cell)) return `shown in ${cellName(view.cell)}`
    const poses = known.poses.filter(({ tick }) => tick >= known.oldestTick)
    const at = (key: 'x' | 'y' | 'z') => poses.some((pose) => Math.abs(pose[key] - view[key]) <= COORDINATE_ERROR_M)
    if (!at('x') || !at('y') || !at('z'))
      return `shown at ${view.x} ${view.y} ${view.z}, was at ${poses.map(({ x, y, z }) => `${x} ${y} ${z}`).join(', ')}`
    if (!poses.some(({ heading }) => (view.heading - heading + HEADING_ERROR + 65_536) % 65_536 <= 2 * HEADING_ERROR))
      return `turned to ${view.heading}, is to ${poses.at(-1)?.heading}`
    const look = world.columns(Look)
    const health = world.columns(Health)
    if (view.get(Look, 'kind') !== look.kind[slot] || view.get(Look, 'skin') !== look.skin[slot]) return 'looks otherwise'
    if (view.get(Health, 'now') !== health.now[slot] || view.get(Health, 'max') !== health.max[slot]) return 'has other health'
    if (view.has(Shield) !== known.isShielded) return 'has or lacks the shield'
    if (known.isShielded && view.get(Shield, 'charge') !== world.columns(Shield).charge[slot]) return 'has another charge'
    const name = world.resource(NamesResource).get(slot)
    return view.name === name ? undefined : `is called ${view.name}, not ${name}`
  }
}

/** Its own cell and those around it are in view; a client that watches nothing would else be right. */
export function seesItself(world: World, client: Client): boolean {
  const own = world.resource(GridResource).cellOf(world.entities.slotOf(client.me))
  return own !== undefined && [...client.cells.values()].some((cell) => cellName(cell) === cellName(own)) && CELL_SIZE_M > 0
}
