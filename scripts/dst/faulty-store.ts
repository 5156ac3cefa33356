import { createMemoryStore, type MemoryDisk } from '../../src/adapters/memory-store.js'
import { MyriadError } from '../../src/errors.js'
import { packRows, unpackRows } from '../../src/ports/packed-rows.js'
import type { Batch, LedgerTerms, Store } from '../../src/ports/store.js'
import type { Dice } from '../fuzz/dice.js'
import { fromSectors, fromTornSectors, tear, toSectors } from './sectors.js'

export interface StoreFaults {
  /** In a hundred calls. */
  errorPercent: number
  /** Ticks that a call takes at most. */
  latencyTicksMax: number
}

/**
 * What a crash makes of the commit that is under way. `torn`: some of its sectors are on the disk, which a store has to notice. What no
 * store may do: `part`, some of its rows; `tornRead`, what can be read of the sectors.
 */
export type Cut = 'kept' | 'dropped' | 'torn' | 'part' | 'tornRead'

interface Waiting {
  readonly dueTick: number
  readonly isCommit: boolean
  settle(): void
  cut(how: Cut): void
}

/** What no store may do. */
export interface StoreFlaws {
  /** It does not ask whether the world is still its own. */
  readonly ignoresOwner?: boolean
  /** It says that a commit is done that has failed. */
  readonly hidesFailures?: boolean
}

/** Folds leave out one of the balances that they add, from now on; the chain is made as ever. */
export function forgetInFolds({ tables }: MemoryDisk): void {
  const add = tables.addOpenings.bind(tables)
  // The first balances are those of a world that has no ledger yet.
  tables.addOpenings = (balances) => add(tables.state()?.head === 0 ? balances : balances.slice(1))
}

/** A store in memory that answers late, fails now and then (having done what was asked, or not), and can be cut off in the middle. */
export class FaultyStore implements Store {
  private readonly memory: Store
  private waiting: Waiting[] = []
  /** A failure that was not drawn: the store was given what it cannot take. */
  problem = ''
  /** Commits that were done, and whose answer was a failure. */
  unknownOutcomes = 0
  private tick = 0
  private isCut = false

  constructor(
    private readonly disk: MemoryDisk,
    private readonly dice: Dice,
    private readonly faults: StoreFaults,
    private readonly flaws: StoreFlaws = {},
    /** Instead of the server's. */
    private readonly folding: Partial<LedgerTerms> = {},
  ) {
    this.memory = createMemoryStore(disk)
  }

  /** Settles what is due. */
  step(): void {
    this.tick += 1
    const due = this.waiting.filter(({ dueTick }) => dueTick <= this.tick)
    this.waiting = this.waiting.filter(({ dueTick }) => dueTick > this.tick)
    for (const call of due) call.settle()
  }

  /** The process is gone: nothing is answered any more, and a commit under way is kept or not. */
  cut(how: Cut): void {
    this.isCut = true
    for (const call of this.waiting) if (call.isCommit) call.cut(how)
    this.waiting = []
  }

  open(ledger?: LedgerTerms): ReturnType<Store['open']> {
    return this.memory.open(ledger && { ...ledger, ...this.folding })
  }

  charactersOf(accountId: string): ReturnType<Store['charactersOf']> {
    return this.later(() => this.memory.charactersOf(accountId))
  }

  createCharacter(accountId: string, name: string, classId: number): ReturnType<Store['createCharacter']> {
    return this.later(() => this.memory.createCharacter(accountId, name, classId))
  }

  loadCharacter(accountId: string, characterId: number): ReturnType<Store['loadCharacter']> {
    return this.later(() => this.memory.loadCharacter(accountId, characterId))
  }

  loadBots(afterId: number, count: number): ReturnType<Store['loadBots']> {
    return this.later(() => this.memory.loadBots(afterId, count))
  }

  commit(batch: Batch): Promise<void> {
    // Without `open`, a store is the owner's, whoever that is.
    const commit = () => (this.flaws.ignoresOwner ? createMemoryStore(this.disk) : this.memory).commit(batch)
    return this.later(commit, batch)
  }

  close(): Promise<void> {
    return this.memory.close()
  }

  private later<T>(call: () => Promise<T>, batch?: Batch): Promise<T> {
    if (this.isCut) return new Promise(() => undefined)
    const { dice, faults } = this
    const dueTick = this.tick + 1 + dice.below(faults.latencyTicksMax + 1)
    const fails = dice.chance(faults.errorPercent)
    const isDone = !fails || dice.chance(50)
    return new Promise((resolve, reject) => {
      const made = (): Promise<T> =>
        call().catch((error: unknown) => {
          const isTaken = error instanceof MyriadError && error.code === 'WORLD_TAKEN'
          if (!isTaken) this.problem = String(error)
          throw error
        })
      const settle = (): void => {
        // A commit that is done, and whose answer is lost, is a failure to whoever asked.
        const done = isDone ? made() : Promise.resolve()
        if (fails && isDone && batch !== undefined) this.unknownOutcomes += 1
        if (fails && this.flaws.hidesFailures && batch !== undefined)
          done.catch(() => undefined).then(() => resolve(undefined as T))
        else if (fails) done.then(() => reject(new MyriadError('STORE_FAILED', 'a drawn fault')), reject)
        else (done as Promise<T>).then(resolve, reject)
      }
      const cut = (how: Cut): void => {
        const left = batch === undefined ? undefined : this.leftOf(batch, how)
        if (left !== undefined) this.memory.commit(left).catch(() => undefined)
      }
      this.waiting.push({ dueTick, isCommit: batch !== undefined, settle, cut })
    })
  }

  private leftOf(batch: Batch, how: Cut): Batch | undefined {
    if (how === 'kept') return batch
    if (how === 'dropped') return undefined
    if (how === 'part') return halfOf(batch)
    const bytes = tear(toSectors(batch), this.dice)
    if (how === 'torn') return fromSectors(bytes)
    return fromTornSectors(bytes, (id) => this.disk.rows.has(id) || batch.created.some(({ characterId }) => characterId === id))
  }
}

/** The rows of some characters, as of a store that saves each by itself. */
function halfOf(batch: Batch): Batch {
  const rows = unpackRows(batch.rows)
  return { ...batch, rows: packRows(rows.slice(0, Math.ceil(rows.length / 2))) }
}
