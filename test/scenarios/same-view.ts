import type { Client } from '../../src/client/client.js'
import type { CellPlace, EntityView } from '../../src/client/entity-view.js'
import type { World } from '../../src/ecs/world.js'
import { CROWD_COUNT, THRONG_COUNT } from '../../src/net/cell-fields.js'
import { NEAR_CELLS } from '../../src/net/interest.js'
import { CellFrame } from '../../src/net/opcodes.js'
import { type Cell, GridResource } from '../../src/space/grid.js'
import { NamesResource } from '../../src/space/names.js'
import { Facing, Health, Look, Shield, Spot } from '../client/tiny-game.js'

/** Ticks by which motion may be late: the slowest crowd sends a member's every fourth. */
const CROWD_TICKS = 4
const COORDINATE_ERROR_M = 0.02
const HEADING_ERROR = (1.5 / 360) * 65_536

/** What is true of one entity in one tick. */
interface Moment {
  readonly tick: number
  readonly x: number
  readonly y: number
  readonly z: number
  readonly heading: number
  readonly now: number
  readonly max: number
  readonly charge: number
  /** No watcher near may show an older place than that of this tick. */
  readonly oldestTick: number
}

/** What is true of one entity, and since when its watchers must know it. */
interface Known {
  readonly cell: Cell
  readonly local: number
  readonly isShielded: boolean
  /** The last of them; the first is that of its entering the cell, or long ago. */
  readonly moments: Moment[]
}

export const cellName = ({ zone, instance, cx, cz }: { zone: number; instance: number; cx: number; cz: number }): string =>
  `${zone}/${instance}/${cx}/${cz}`

const dueEvery = (population: number): number => (population > THRONG_COUNT ? 4 : population > CROWD_COUNT ? 2 : 1)

/** The world's columns, tick by tick, and by how much a client may be late with them. */
export class Truth {
  private known = new Map<number, Known>()
  /** The largest cell so far. */
  crowdMax = 0
  /** Shown in outer cells so far, and those of them that were shown otherwise than they were at that moment. */
  outerSeen = 0
  outerLate = 0
  private readonly fullTicks = new WeakMap<CellPlace, number>()
  private readonly outer = new WeakSet<CellPlace>()
  /** Cells that came to be outer ones, and that came to be near ones, while they were in view. */
  readonly turns = { farther: 0, nearer: 0 }

  /** `everyTicks`: how often outer cells are told of what changes. */
  constructor(
    private readonly world: World,
    private readonly everyTicks = 1,
  ) {}

  /** Notes when each of the client's cells has come into view: it knows them as of then, or later. */
  follow(client: Client): void {
    let before = new Map<number, CellPlace>()
    client.on(CellFrame, (_frame, tick) => {
      for (const [index, cell] of client.cells) {
        const last = before.get(index)
        if (last !== undefined && last !== cell && this.outer.has(last) && cell.outerEveryTicks === 0) this.turns.nearer += 1
        if (last === cell && !this.outer.has(cell) && cell.outerEveryTicks > 0) this.turns.farther += 1
        if (cell.outerEveryTicks > 0) this.outer.add(cell)
        if (!this.fullTicks.has(cell)) this.fullTicks.set(cell, tick)
      }
      before = new Map(client.cells)
    })
  }

  /** After each tick. */
  note(): void {
    const { world } = this
    const { tick } = world
    const spot = world.columns(Spot)
    const { heading } = world.columns(Facing)
    const { charge } = world.columns(Shield)
    const health = world.columns(Health)
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
        const moments = isSame ? before.moments.slice(1 - CROWD_TICKS - this.everyTicks) : []
        const isDue = !isSame || (local + tick) % dueEvery(cell.population) === 0
        moments.push({
          tick,
          x: spot.x[slot],
          y: spot.y[slot],
          z: spot.z[slot],
          heading: heading[slot],
          now: health.now[slot],
          max: health.max[slot],
          charge: isShielded ? charge[slot] : 0,
          oldestTick: isDue ? tick : (before.moments.at(-1)?.oldestTick ?? tick),
        })
        next.set(entity, { cell, local, isShielded, moments })
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

  /** The tick as of which the client must know the members of that cell that were there already. */
  private knownTick(cell: CellPlace): number {
    const { tick } = this.world
    const { index, outerEveryTicks } = cell
    if (outerEveryTicks === 0) return tick
    if (outerEveryTicks !== this.everyTicks) throw new Error(`cell ${index} is told of every ${outerEveryTicks} ticks`)
    return Math.max(tick - ((tick + index) % this.everyTicks), this.fullTicks.get(cell) ?? tick)
  }

  private wrong(view: EntityView, known: Known): string | undefined {
    const { world } = this
    const slot = world.entities.slotOf(view.entity)
    if (cellName(view.cell) !== cellName(known.cell)) return `shown in ${cellName(view.cell)}`
    const knownTick = Math.max(this.knownTick(view.cell), known.moments[0].tick)
    const then = known.moments.find(({ tick }) => tick === knownTick)
    if (then === undefined) return `known since tick ${knownTick}, which is not remembered`
    const moments = known.moments.filter(({ tick }) => tick >= then.oldestTick && tick <= knownTick)
    const as = knownTick === world.tick ? 'is' : `was in tick ${knownTick}`
    const at = (key: 'x' | 'y' | 'z') => moments.some((moment) => Math.abs(moment[key] - view[key]) <= COORDINATE_ERROR_M)
    if (!at('x') || !at('y') || !at('z'))
      return `shown at ${view.x} ${view.y} ${view.z}, ${as} at ${moments.map(({ x, y, z }) => `${x} ${y} ${z}`).join(', ')}`
    if (!moments.some(({ heading }) => (view.heading - heading + HEADING_ERROR + 65_536) % 65_536 <= 2 * HEADING_ERROR))
      return `turned to ${view.heading}, ${as} to ${then.heading}`
    const look = world.columns(Look)
    if (view.get(Look, 'kind') !== look.kind[slot] || view.get(Look, 'skin') !== look.skin[slot]) return 'looks otherwise'
    if (view.get(Health, 'now') !== then.now || view.get(Health, 'max') !== then.max)
      return `has health ${view.get(Health, 'now')}, ${as} ${then.now}`
    if (view.has(Shield) !== known.isShielded) return 'has or lacks the shield'
    if (known.isShielded && view.get(Shield, 'charge') !== then.charge) return 'has another charge'
    this.countOuter(view, known)
    const name = world.resource(NamesResource).get(slot)
    return view.name === name ? undefined : `is called ${view.name}, not ${name}`
  }

  private countOuter(view: EntityView, { moments }: Known): void {
    if (view.cell.outerEveryTicks === 0) return
    const now = moments[moments.length - 1]
    this.outerSeen += 1
    if (Math.abs(view.x - now.x) > COORDINATE_ERROR_M || view.get(Health, 'now') !== now.now) this.outerLate += 1
  }
}

/**
 * The cells around its own are in view near, and those of the ring around them in view at all: a client that watches
 * nothing would else be right. Farther ones than the ring reaches are not.
 */
export function seesAround(world: World, client: Client, rings = 0): boolean {
  const own = world.resource(GridResource).cellOf(world.entities.slotOf(client.me))
  if (own === undefined) return false
  const shown = new Map([...client.cells.values()].map((cell) => [cellName(cell), cell]))
  // The square follows when the character is well into the next cell: until then it may be off by one.
  const reach = NEAR_CELLS + rings - 1
  for (let cz = Math.max(0, own.cz - reach); cz <= own.cz + reach; cz += 1)
    for (let cx = Math.max(0, own.cx - reach); cx <= own.cx + reach; cx += 1) {
      const cell = shown.get(cellName({ ...own, cx, cz }))
      if (cell === undefined) return false
      const distance = Math.max(Math.abs(cx - own.cx), Math.abs(cz - own.cz))
      if (distance < NEAR_CELLS && cell.outerEveryTicks > 0) return false
    }
  return [...shown.values()].every(({ cx, cz }) => Math.max(Math.abs(cx - own.cx), Math.abs(cz - own.cz)) <= reach + 2)
}
