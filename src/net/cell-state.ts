import type { ToCell } from '../protocol/opcode.js'
import type { Packed } from '../schema/packed.js'
import type { Cell } from '../space/grid.js'
import type { Watch } from './interest.js'

/** Events of one cell in one tick; further ones are not shown. Their count is a u16, and nobody can follow so many. */
export const CELL_EVENTS_MAX = 1_024

export interface CellEvent {
  readonly opcode: ToCell
  readonly packed: Packed
  readonly payload: Readonly<Record<string, unknown>>
}

/** What the watchers of one cell have been told, and where this tick's bodies lie in the arena. */
export class CellState {
  readonly watches = new Set<Watch>()
  /** Those of them that watch it near. */
  nearCount = 0
  /** True until the first full body: nothing has been sent yet, so there is nothing to compare with. */
  fresh = true
  /** Nobody watches it near and has been told of it: there is no near body, and nothing to keep one up for. */
  isNearIdle = true
  /** Somebody who watched it near is to watch it as an outer cell from this tick on. */
  isLeftNear = false
  /** Somebody who watched it as an outer cell watches it near from this tick on, and is to hear of this tick as before. */
  isComeNear = false
  /** The entity that the watchers know at each local id, 0 for none, and which replicated components it had. */
  sent = new Uint32Array(8)
  sentMask = new Uint16Array(8)
  sentPlaces = 0
  /** The cell itself, once anybody has stood in it. */
  cell: Cell | undefined
  /** The grid's number of it, or −1. */
  cellIndex = -1
  /** Since `sent` was written somebody may have come, gone, or got or lost a component. */
  isOld = true
  /** Among the watched ones, in the order in which bodies are written. */
  isListed = false
  rank = 0
  /** Of the last delta; a u16 that starts again at 0. */
  sequence = 0
  /** Of the last outer delta. */
  outerSequence = 0
  events: CellEvent[] = []
  deltaAt = 0
  deltaEnd = 0
  /** This tick's leave, enter and crossing records, which both bodies have; and how many. */
  membersAt = 0
  membersEnd = 0
  memberChanges = 0
  /** The outer body is from `outerAt` to `outerEnd`; with the block for who watched near until now, from `noticeAt`. */
  noticeAt = 0
  outerAt = 0
  outerEnd = 0
  /** The full body; with the block for who is to watch it as an outer cell, up to `noticeEnd`. */
  fullAt = 0
  fullEnd = 0
  noticeEnd = 0
  fullTick = -1

  constructor(
    readonly index: number,
    readonly zone: number,
    readonly instance: number,
    readonly cx: number,
    readonly cz: number,
  ) {}

  get watchers(): number {
    return this.watches.size
  }

  get outerCount(): number {
    return this.watches.size - this.nearCount
  }

  /** Makes room to remember that many local ids. */
  grow(places: number): void {
    if (places <= this.sent.length) return
    const length = Math.max(places, this.sent.length * 2)
    const sent = new Uint32Array(length)
    sent.set(this.sent)
    const sentMask = new Uint16Array(length)
    sentMask.set(this.sentMask)
    this.sent = sent
    this.sentMask = sentMask
  }
}
