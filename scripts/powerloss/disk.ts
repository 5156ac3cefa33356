import { dirname } from 'node:path'
import type { Dice } from '../fuzz/dice.js'
import type { DiskEvent } from './trace.js'

/** What a disk writes whole or not at all. */
export const SECTOR_BYTES = 512

type Change = Extract<DiskEvent, { kind: 'write' | 'truncate' }>

/**
 * `pending`: not synced yet. `adrift`: its sync failed. The system may have given such a write up and count it as done, so that no later
 * sync brings it to the disk, and yet it may be there.
 */
interface Written {
  readonly change: Change
  state: 'pending' | 'adrift' | 'synced'
}

interface File {
  /** As it is for sure, before the changes. */
  durable: Buffer
  /** In their order. */
  changes: Written[]
}

/** Whether a name is in its folder: as of the folder's last sync, and as it changed since. */
interface Entry {
  durable: File | 'folder' | undefined
  pending: (File | 'folder' | undefined)[]
}

const newEntry = {
  folder: () => 'folder' as const,
  create: (): File => ({ durable: Buffer.alloc(0), changes: [] }),
  remove: () => undefined,
}

/** What becomes of what was not synced when the power goes. */
export type Loss = 'kept' | 'dropped' | 'cut short' | 'at random'
export const losses: readonly Loss[] = ['kept', 'dropped', 'cut short', 'at random']

/**
 * A folder as a disk may have it: what was synced is there, of everything since any part may be, and a write may be torn between two
 * sectors. A name is there for sure once its folder was synced, as POSIX has it.
 */
export class Disk {
  private readonly entries = new Map<string, Entry>()

  /** `root` is there, and so is all above it. */
  constructor(private readonly root: string) {}

  /** Changes that the power may still take. */
  get pending(): number {
    let count = 0
    for (const { durable, pending } of this.entries.values()) {
      const file = pending.at(-1) ?? durable
      count += pending.length + (typeof file === 'object' ? file.changes.filter(({ state }) => state !== 'synced').length : 0)
    }
    return count
  }

  apply(event: DiskEvent): void {
    if (event.kind === 'said') return
    const { kind, path } = event
    if (kind === 'write' || kind === 'truncate') this.fileOf(path).changes.push({ change: event, state: 'pending' })
    else if (kind === 'sync') this.sync(path)
    else if (kind === 'failedSync') this.setAdrift(path)
    else this.entryOf(path).pending.push(newEntry[kind]())
  }

  private entryOf(path: string): Entry {
    const entry = this.entries.get(path) ?? { durable: undefined, pending: [] }
    this.entries.set(path, entry)
    return entry
  }

  private fileOf(path: string): File {
    const { durable, pending } = this.entryOf(path)
    const file = pending.length > 0 ? pending.at(-1) : durable
    if (typeof file === 'object') return file
    throw new Error(`${path} is changed, but the recording never made it`)
  }

  private sync(path: string): void {
    const entry = this.entries.get(path)
    const now = entry === undefined ? undefined : entry.pending.length > 0 ? entry.pending.at(-1) : entry.durable
    if (typeof now === 'object') return syncFile(now)
    for (const [name, child] of this.entries) {
      if (dirname(name) !== path || child.pending.length === 0) continue
      child.durable = child.pending.at(-1)
      child.pending = []
    }
  }

  /** Of a folder it says nothing: its names stay as they are, not yet sure. */
  private setAdrift(path: string): void {
    const { durable, pending } = this.entries.get(path) ?? { durable: undefined, pending: [] }
    const file = pending.length > 0 ? pending.at(-1) : durable
    if (typeof file !== 'object') return
    for (const its of file.changes) if (its.state === 'pending') its.state = 'adrift'
  }

  /** The files that are there when the power has gone now, by their path. */
  after(loss: Loss, dice: Dice): Map<string, Buffer> {
    const there = new Map<string, File | 'folder' | undefined>()
    for (const [path, { durable, pending }] of this.entries) {
      const kept = keptOf(pending.length, loss, dice)
      there.set(path, kept === 0 ? durable : pending[kept - 1])
    }
    const isReached = (path: string): boolean => path === this.root || (there.get(path) === 'folder' && isReached(dirname(path)))
    const files = new Map<string, Buffer>()
    for (const [path, file] of there)
      if (typeof file === 'object' && isReached(dirname(path))) files.set(path, contentOf(file, loss, dice))
    return files
  }
}

/** Names change one after the other: how many of the changes are there. */
function keptOf(pending: number, loss: Loss, dice: Dice): number {
  if (loss === 'kept') return pending
  return loss === 'dropped' ? 0 : dice.below(pending + 1)
}

function syncFile(file: File): void {
  for (const its of file.changes) if (its.state === 'pending') its.state = 'synced'
  // Over what is adrift lies what was written later, so that the order is kept until nothing is.
  if (file.changes.some(({ state }) => state === 'adrift')) return
  const changes = file.changes.map(({ change }) => change)
  file.durable = written(file.durable, changes)
  file.changes = []
}

function contentOf({ durable, changes }: File, loss: Loss, dice: Dice): Buffer {
  if (changes.length === 0) return durable
  const pending = changes.filter(({ state }) => state === 'pending').length
  const whole = loss === 'cut short' ? dice.below(pending + 1) : 0
  let seen = 0
  const there = changes.flatMap(({ change, state }) => {
    if (state === 'synced' || loss === 'kept') return [change]
    if (loss === 'dropped') return []
    if (loss === 'at random' || state === 'adrift') return partOf(change, dice)
    seen += 1
    if (seen <= whole) return [change]
    return seen === whole + 1 ? torn(change, dice) : []
  })
  return written(durable, there)
}

/** All of it, nothing, or some of it. */
function partOf(change: Change, dice: Dice): readonly Change[] {
  const draw = dice.below(3)
  if (draw === 0) return [change]
  return draw === 1 ? [] : torn(change, dice)
}

/** Of a write the sectors that the dice keep; anything else happens or does not. */
function torn(change: Change, dice: Dice): readonly Change[] {
  if (change.kind === 'truncate') return dice.chance(50) ? [change] : []
  const { path, offset, bytes } = change
  const parts: Change[] = []
  const first = Math.floor(offset / SECTOR_BYTES) * SECTOR_BYTES
  for (let sector = first; sector < offset + bytes.length; sector += SECTOR_BYTES) {
    if (dice.chance(50)) continue
    const [from, to] = [Math.max(sector, offset), Math.min(sector + SECTOR_BYTES, offset + bytes.length)]
    parts.push({ kind: 'write', path, offset: from, bytes: bytes.subarray(from - offset, to - offset) })
  }
  return parts
}

/** What lies in a file after these changes; where nothing was written there are zeros. */
function written(content: Buffer, changes: readonly Change[]): Buffer {
  const ends = changes.map((change) => (change.kind === 'write' ? change.offset + change.bytes.length : change.size))
  const next = Buffer.alloc(Math.max(content.length, ...ends))
  content.copy(next)
  let size = content.length
  changes.forEach((change, i) => {
    if (change.kind === 'write') {
      change.bytes.copy(next, change.offset)
      size = Math.max(size, ends[i])
    } else {
      next.fill(0, change.size)
      size = change.size
    }
  })
  return next.subarray(0, size)
}
