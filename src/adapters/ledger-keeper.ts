import type { Balance, FoldTerms, LedgerLink, LedgerState, Movement } from '../ports/ledger.js'
import { Balances } from './balances.js'
import { digestOfBalances, EntryDigest, HASH_BYTES, hashOf } from './ledger-chain.js'

export const FOLDS: FoldTerms = Object.freeze({
  everyTicks: 72_000,
  againTicks: 300,
  entriesMax: 20_000,
  timesMax: 5,
  linksMax: 10_000,
})

/** The rows that a ledger is kept in, by a database or in memory. All of one commit is in one transaction. */
export interface LedgerTables {
  state(): LedgerState | undefined
  putState(state: LedgerState): void
  addLink(link: LedgerLink): void
  addEntry(entry: number, movement: Movement): void
  /** The first `count` after `link`, in their order, one by one: who stops early reads no more. Change nothing meanwhile. */
  linksAfter(link: number, count: number): Iterable<LedgerLink>
  /** The entries from that one on, in their order. */
  entriesFrom(entry: number, count: number): readonly Movement[]
  /** Forgets the links up to that one, and the entries before that one. */
  drop(link: number, entry: number): void
  /** Adds to what is there; what comes to zero goes. */
  addOpenings(balances: readonly Balance[]): void
  /** By rising party, item and uid. Nothing may be changed before the last. */
  openings(): Iterable<Balance>
}

const NO_DIGEST = new Uint8Array(0)
const FIRST: LedgerState = Object.freeze({
  head: 0,
  headHash: new Uint8Array(HASH_BYTES),
  base: 0,
  baseHash: new Uint8Array(HASH_BYTES),
  firstEntry: 1,
  nextEntry: 1,
  foldTick: 0,
})

/** Writes the ledger of a store: chains the movements of each commit, and folds old ones into opening balances. */
export class LedgerKeeper {
  constructor(
    private readonly tables: LedgerTables,
    private readonly keepTicks: number,
    private readonly epoch: number,
    private readonly folds = FOLDS,
  ) {}

  /** What characters had before there was a ledger, if that is not known yet. */
  begin(tick: number, had: () => Balances): void {
    if (this.tables.state() !== undefined) return
    const balances = had().rows()
    this.tables.putState(FIRST)
    if (balances.length === 0) return
    this.tables.addOpenings(balances)
    this.open(FIRST, tick)
  }

  /** The movements of a commit, none of which is there already. */
  append(movements: Iterable<Movement>, tick: number): void {
    const state = this.tables.state() ?? FIRST
    const digest = new EntryDigest()
    for (const movement of movements) {
      this.tables.addEntry(state.nextEntry + digest.count, movement)
      digest.add(movement)
    }
    const { count } = digest
    if (count > 0) {
      const head = { link: state.head + 1, kind: 'moved', epoch: this.epoch, tick, count, base: 0 } as const
      const hash = hashOf(state.headHash, { ...head, digest: digest.end() })
      this.tables.addLink({ ...head, digest: NO_DIGEST, hash })
      this.tables.putState({ ...state, head: head.link, headHash: hash, nextEntry: state.nextEntry + count })
    }
    this.foldWhenDue(tick)
  }

  private foldWhenDue(tick: number): void {
    const { everyTicks, againTicks, entriesMax, timesMax } = this.folds
    const state = this.tables.state()
    const beforeTick = tick - this.keepTicks
    if (this.keepTicks === 0 || state === undefined || tick - state.foldTick < againTicks) return
    const [oldest] = this.tables.linksAfter(state.base, 1)
    if (oldest === undefined || oldest.tick > beforeTick) return
    const behindTicks = beforeTick - oldest.tick
    if (behindTicks <= everyTicks && tick - state.foldTick < everyTicks) return
    const times = Math.min(Math.max(1, Math.floor(behindTicks / everyTicks)), timesMax)
    this.fold(state, beforeTick, tick, times * entriesMax)
  }

  /** Makes opening balances of the links up to a tick, at least of one and of no more than a fold may take. */
  private fold(state: LedgerState, beforeTick: number, tick: number, entriesMax: number): void {
    let last: LedgerLink | undefined
    let entries = 0
    for (const link of this.tables.linksAfter(state.base, this.folds.linksMax)) {
      // Ticks rise along the chain: no later link is due either.
      if (link.tick > beforeTick) break
      const count = link.kind === 'moved' ? link.count : 0
      if (entries > 0 && entries + count > entriesMax) break
      entries += count
      last = link
    }
    // An opening alone is not made anew.
    if (last === undefined || entries === 0) return
    const balances = new Balances()
    for (const movement of this.tables.entriesFrom(state.firstEntry, entries)) balances.book(movement)
    const firstEntry = state.firstEntry + entries
    this.tables.addOpenings(balances.rows())
    this.tables.drop(last.link, firstEntry)
    this.open({ ...state, base: last.link, baseHash: last.hash, firstEntry }, tick)
  }

  /** The opening balances are a link of the chain themselves: who changes one of them breaks it. */
  private open(state: LedgerState, tick: number): void {
    const { digest, count } = digestOfBalances(this.tables.openings())
    const head = { link: state.head + 1, kind: 'opening', epoch: this.epoch, tick, count, base: state.base, digest } as const
    const hash = hashOf(state.headHash, head)
    this.tables.addLink({ ...head, hash })
    this.tables.putState({ ...state, head: head.link, headHash: hash, foldTick: tick })
  }
}
