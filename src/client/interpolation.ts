import { type ServerClock, SLEW_MAX, Slewed } from './clock.js'
import type { CellPlace, EntityView } from './entity-view.js'
import type { Statistics } from './statistics.js'

/** Samples kept of one entity; the oldest gives way. They reach further back than the longest delay. */
export const SAMPLES_MAX = 16
/** Bounds of how far in the past others are shown. */
export const RENDER_DELAY_TICKS_MIN = 2
export const RENDER_DELAY_TICKS_MAX = 6
/** Beyond what is known, an entity goes on as it went for so long, and then stands. */
export const EXTRAPOLATED_TICKS_MAX = 3
/** Farther between two updates is no walk: the entity is shown in its new place at once. */
export const JUMP_M = 10
/** Updates that are farther apart are two walks with a rest between them. */
const CADENCE_TICKS_MAX = 10
/** A crowd sends each member's motion every fourth tick at the slowest; what is rarer does not delay the view of all. */
const DELAYING_CADENCE_TICKS_MAX = 4
/** A cadence that became slower is believed after so many updates of its cell. */
const CADENCE_UPDATES = 16
const TURN = 65_536

/** Where something is shown: metres from the zone's corner, y upwards; a heading with 65,536 to the turn. */
export interface Pose {
  x: number
  y: number
  z: number
  heading: number
}

interface Sample extends Pose {
  tick: number
}

/** How often a cell sends its members' motion, as it is seen to: every tick, or in a crowd more rarely. */
class Cadence {
  ticks = 1
  private shortest = CADENCE_TICKS_MAX
  private updates = 0
  private isTold = false

  /** The server has said so. */
  tell(ticks: number): void {
    this.isTold = true
    this.ticks = ticks
  }

  /** Two updates of one member came so many ticks apart. */
  note(gap: number): void {
    if (this.isTold || gap > CADENCE_TICKS_MAX) return
    this.shortest = Math.min(this.shortest, gap)
    this.updates += 1
    if (gap < this.ticks) this.ticks = gap
    if (this.updates < CADENCE_UPDATES) return
    this.ticks = this.shortest
    this.shortest = CADENCE_TICKS_MAX
    this.updates = 0
  }
}

/** Heading `part` of the shorter way from one to another. */
function turned(from: number, to: number, part: number): number {
  const way = ((to - from + 1.5 * TURN) % TURN) - TURN / 2
  return (from + way * part + TURN) % TURN
}

function between(from: Pose, to: Pose, part: number, into: Pose): Pose {
  into.x = from.x + (to.x - from.x) * part
  into.y = from.y + (to.y - from.y) * part
  into.z = from.z + (to.z - from.z) * part
  into.heading = turned(from.heading, to.heading, part)
  return into
}

const copy = ({ x, y, z, heading }: Pose, into: Pose): Pose => Object.assign(into, { x, y, z, heading })
/** Also where a game has no such value: NaN is the same as NaN here. */
const isSame = (a: Pose, b: Pose): boolean =>
  Object.is(a.x, b.x) && Object.is(a.z, b.z) && Object.is(a.heading, b.heading) && Object.is(a.y, b.y)

/** What was seen of one entity lately, by rising tick. */
class Track {
  readonly samples: Sample[]
  private cell: CellPlace
  private mask: number
  /** The last sample is an update, and no enter record: the time to the next one is a cadence. */
  private isUpdate = false

  constructor(view: EntityView, tick: number) {
    this.samples = [sampleOf(view, tick)]
    this.cell = view.cell
    this.mask = view.mask
  }

  get last(): Sample {
    return this.samples[this.samples.length - 1]
  }

  note(view: EntityView, tick: number, cadenceOf: (cell: CellPlace) => Cadence): void {
    const { last, cell } = this
    // An enter record says the place as of its own tick, out of turn.
    const isEnter = view.cell !== cell || view.mask !== this.mask
    this.cell = view.cell
    this.mask = view.mask
    if (isSame(view, last)) return
    const isElsewhere = view.cell.zone !== cell.zone || view.cell.instance !== cell.instance
    const gap = tick - last.tick
    if (isElsewhere || isJump(last, view) || gap < 1) this.samples.length = 0
    else {
      const cadence = cadenceOf(cell)
      if (this.isUpdate && !isEnter) cadence.note(gap)
      // Its turns before this one brought nothing: until the last of them it had not moved.
      if (gap > cadence.ticks) this.push({ ...last, tick: tick - cadence.ticks })
    }
    this.isUpdate = !isEnter
    this.push(sampleOf(view, tick))
  }

  private push(sample: Sample): void {
    this.samples.push(sample)
    if (this.samples.length > SAMPLES_MAX) this.samples.shift()
  }

  /** `knownTick`: everything up to this tick has been heard of. */
  at(renderTick: number, knownTick: number, cadenceTicks: number, into: Pose): Pose {
    const { samples, last } = this
    if (renderTick >= last.tick) return this.beyond(renderTick, knownTick, cadenceTicks, into)
    let i = samples.length - 2
    while (i > 0 && samples[i].tick > renderTick) i -= 1
    if (i < 0 || samples[i].tick > renderTick) return copy(samples[0], into)
    const from = samples[i]
    const to = samples[i + 1]
    return between(from, to, (renderTick - from.tick) / (to.tick - from.tick), into)
  }

  /** It goes on as it went, unless its turn has passed without an update: then it stands. */
  private beyond(renderTick: number, knownTick: number, cadenceTicks: number, into: Pose): Pose {
    const { samples, last } = this
    copy(last, into)
    const before = samples[samples.length - 2]
    if (before === undefined || knownTick - last.tick >= cadenceTicks) return into
    const gap = last.tick - before.tick
    const part = Math.min(renderTick - last.tick, EXTRAPOLATED_TICKS_MAX) / gap
    into.x += (last.x - before.x) * part
    into.z += (last.z - before.z) * part
    return into
  }
}

const sampleOf = ({ x, y, z, heading }: EntityView, tick: number): Sample => ({ tick, x, y, z, heading })

function isJump(from: Pose, to: Pose): boolean {
  const dx = to.x - from.x
  const dz = to.z - from.z
  return dx * dx + dz * dz > JUMP_M * JUMP_M
}

/**
 * Places of entities between the server's updates. Others are shown a few ticks in the past, where their way is known on
 * both sides; how many follows from how unevenly messages come and how rarely the crowds in view send motion.
 */
export class Interpolation {
  private readonly tracks = new Map<number, Track>()
  private readonly cadences = new WeakMap<CellPlace, Cadence>()
  private readonly cadenceOf = (cell: CellPlace): Cadence => {
    let cadence = this.cadences.get(cell)
    if (cadence === undefined) {
      cadence = new Cadence()
      this.cadences.set(cell, cadence)
    }
    if (cell.outerEveryTicks > 0) cadence.tell(cell.outerEveryTicks)
    return cadence
  }
  private readonly delay = new Slewed()
  private heardTick = 0

  constructor(
    private readonly clock: ServerClock,
    private readonly statistics: Statistics,
    nowMs: number,
  ) {
    this.delay.jump(RENDER_DELAY_TICKS_MIN, nowMs)
  }

  private delayAt(nowMs: number): number {
    return this.delay.at(nowMs, this.clock.tickMs === 0 ? 0 : SLEW_MAX / this.clock.tickMs)
  }

  /** The tick that others are shown at, with its fraction. It only rises. */
  renderTick(nowMs: number): number {
    return this.clock.heardTick(nowMs) - this.delayAt(nowMs)
  }

  /** After each server message: takes a sample of whoever moved. */
  note(tick: number, entities: ReadonlyMap<number, EntityView>, cells: ReadonlyMap<number, CellPlace>, nowMs: number): void {
    this.heardTick = tick
    for (const [entity, view] of entities) {
      const track = this.tracks.get(entity)
      if (track === undefined) this.tracks.set(entity, new Track(view, tick))
      else track.note(view, tick, this.cadenceOf)
    }
    let cadenceTicks = 1
    for (const cell of cells.values()) {
      // Whoever is in an outer cell is shown later by itself.
      if (cell.outerEveryTicks > 0) continue
      const { ticks } = this.cadenceOf(cell)
      if (ticks <= DELAYING_CADENCE_TICKS_MAX) cadenceTicks = Math.max(cadenceTicks, ticks)
    }
    const wanted = cadenceTicks + this.clock.latenessTicks
    const target = Math.min(RENDER_DELAY_TICKS_MAX, Math.max(RENDER_DELAY_TICKS_MIN, wanted))
    const { tickMs } = this.clock
    if (tickMs > 0) this.delay.aim(target, nowMs, SLEW_MAX / tickMs)
    this.statistics.renderDelayMs = this.delayAt(nowMs) * tickMs
  }

  /** Out of view: nothing of it counts when it comes back. */
  forget({ entity }: EntityView): void {
    this.tracks.delete(entity)
  }

  at(view: EntityView, renderTick: number, nowMs: number, into: Pose): Pose {
    const track = this.tracks.get(view.entity)
    if (track === undefined) return copy(view, into)
    // Where nothing changes no message is sent: one that nearly surely would have come by now had nothing to say.
    const knownTick = Math.max(this.heardTick, this.clock.heardTick(nowMs) - this.clock.latenessTicks)
    return track.at(renderTick - view.cell.outerEveryTicks, knownTick, this.cadenceOf(view.cell).ticks, into)
  }
}
