import { Balances, balanceKey } from '../../adapters/balances.js'
import { hexOf } from '../../adapters/ledger-chain.js'
import type { Balance, Movement } from '../../ports/ledger.js'
import type { SavedWorld } from '../../ports/saved-world.js'
import type { GameValue } from '../game-module.js'
import { checkChain } from './chain.js'
import { checkHoldings } from './holdings.js'
import { allInvariants, type Invariant, type InvariantName, invariants } from './invariants.js'

/** Violations that are told one by one; more are counted. */
export const VIOLATIONS_MAX = 100
/** Ledger lines that are shown of a violation: the latest. */
export const HISTORY_MAX = 20

/** A line of the ledger. `link` 0: no link of the chain has it. */
export interface HistoryLine extends Movement {
  readonly entry: number
  readonly link: number
}

export interface Violation {
  readonly invariant: InvariantName
  readonly number: number
  readonly what: string
  /** The ledger's lines about it. */
  readonly history: readonly HistoryLine[]
}

export interface AuditReport {
  readonly ok: boolean
  readonly checked: readonly (Invariant & { readonly holds: boolean })[]
  /** What a database cannot show, and where it is checked. */
  readonly notChecked: readonly Invariant[]
  readonly violations: readonly Violation[]
  /** Of them all, also those that are not listed. */
  readonly violationCount: number
  readonly store: StoreFigures
}

export interface StoreFigures {
  readonly epoch: number
  readonly tick: number
  readonly characters: number
  readonly entries: number
  readonly links: number
  readonly openings: number
  /** The hash of the last link, in hexadecimal; '' before the first. Keep it elsewhere: a database that is rewritten whole has another one. */
  readonly head: string
}

/** Holds what is saved against the invariants. `saved` must be of one moment. */
export function audit(saved: SavedWorld, value: GameValue, content: unknown): AuditReport {
  return new Audit(saved, value, content).report()
}

/** What a violation is about: a balance (with nobody's, all of that item), a unique thing, or a link. */
interface Subject {
  readonly balance?: Omit<Balance, 'amount'>
  readonly link?: number
}

class Audit {
  private readonly found: { readonly invariant: InvariantName; readonly what: string; readonly subject: Subject }[] = []
  private readonly violated = new Set<string>()
  private count = 0

  constructor(
    private readonly saved: SavedWorld,
    private readonly value: GameValue,
    private readonly content: unknown,
  ) {}

  report(): AuditReport {
    const { saved } = this
    const replayed = new Balances()
    let openings = 0
    for (const { party, item, uid, amount } of saved.openings()) {
      replayed.add(party, item, uid, amount)
      openings += 1
    }
    const tell = (invariant: InvariantName, what: string, link?: number): void => this.tell(invariant, what, { link })
    const { links, entries } = checkChain(saved, tell, ({ movement }) => replayed.book(movement))
    const { balances, characters } = checkHoldings(saved, this.value, this.content, (invariant, what, party, item, uid) =>
      this.tell(invariant, what, { balance: { party, item, uid } }),
    )
    this.compare(replayed, balances)
    this.checkOwners()
    const [owner] = saved.owners
    const head = saved.ledger === undefined ? '' : hexOf(saved.ledger.headHash)
    return {
      ok: this.count === 0,
      checked: allInvariants
        .filter(({ elsewhere }) => elsewhere === undefined)
        .map((invariant) => ({ ...invariant, holds: !this.violated.has(invariant.name) })),
      notChecked: allInvariants.filter(({ elsewhere }) => elsewhere !== undefined),
      violations: this.withHistory(),
      violationCount: this.count,
      store: { epoch: owner?.epoch ?? 0, tick: Math.max(0, owner?.tick ?? 0), characters, entries, links, openings, head },
    }
  }

  private tell(invariant: InvariantName, what: string, subject: Subject): void {
    this.count += 1
    this.violated.add(invariant)
    if (this.found.length < VIOLATIONS_MAX) this.found.push({ invariant, what, subject })
  }

  /** The balances that the ledger gives, beside those that are saved; nobody's is the world's as a whole. */
  private compare(replayed: Balances, saved: Balances): void {
    const differences = new Balances()
    for (const { party, item, uid, amount } of saved.rows()) differences.add(party, item, uid, amount)
    for (const { party, item, uid, amount } of replayed.rows()) {
      differences.add(party, item, uid, -amount)
      if (party !== 0 && amount < 0) {
        const what = `by the ledger character ${party} has ${amount} ${nameOf(item, uid)}`
        this.tell('limits', what, { balance: { party, item, uid } })
      }
    }
    for (const { party, item, uid } of differences.rows()) {
      const [has, should] = [saved.of(party, item, uid), replayed.of(party, item, uid)]
      const balance = { party, item, uid }
      if (party !== 0)
        this.tell('replay', `character ${party} has ${has} ${nameOf(item, uid)}, but ${should} by the ledger`, { balance })
      else if (item === 0) this.tell('gold', `there are ${-has} coins, but minted less burned is ${-should}`, { balance })
      else this.tell('things', `there are ${-has} of item ${item}, but made less used is ${-should}`, { balance })
    }
  }

  private checkOwners(): void {
    const { owners, ledger, lostParts } = this.saved
    if (owners.length > 1) this.tell('owner', `the database has ${owners.length} worlds, of which only one may own it`, {})
    if (lostParts > 0) this.tell('owner', `${lostParts} saved components are of characters that are not there`, {})
    const [owner] = owners
    if (ledger === undefined) return
    for (const { link, epoch, tick } of this.saved.links()) {
      if (owner !== undefined && epoch <= owner.epoch && tick <= Math.max(0, owner.tick)) continue
      const last = `the world is at epoch ${owner?.epoch ?? 0}, tick ${owner?.tick ?? 0}`
      this.tell('owner', `link ${link} is of epoch ${epoch}, tick ${tick}, but ${last}`, { link })
      return
    }
  }

  /** Goes through the entries once more, for the lines that the violations are about. */
  private withHistory(): readonly Violation[] {
    if (this.found.length === 0) return []
    const histories = this.found.map((): HistoryLine[] => [])
    const byBalance = new Map<string, number[]>()
    const byLink = new Map<number, number[]>()
    const note = <K>(map: Map<K, number[]>, key: K, place: number): void => void map.set(key, [...(map.get(key) ?? []), place])
    this.found.forEach(({ subject: { balance, link } }, place) => {
      if (balance !== undefined)
        note(byBalance, balanceKey(balance.uid === 0 ? balance.party : -1, balance.item, balance.uid), place)
      if (link !== undefined) note(byLink, link, place)
    })
    checkChain(
      this.saved,
      () => undefined,
      ({ entry, movement }, link) => {
        const places = new Set(byLink.get(link))
        for (const key of keysOf(movement)) for (const place of byBalance.get(key) ?? []) places.add(place)
        for (const place of places) {
          histories[place].push({ entry, link, ...movement })
          if (histories[place].length > HISTORY_MAX) histories[place].shift()
        }
      },
    )
    return this.found.map(({ invariant, what }, place) => {
      return { invariant, number: invariants[invariant].number, what, history: histories[place] }
    })
  }
}

const nameOf = (item: number, uid: number): string =>
  item === 0 ? 'coins' : uid === 0 ? `of item ${item}` : `of item ${item}, unique ${uid}`

/** Of the balances that a movement is about. A unique thing's lines are told whoever had it. */
function keysOf({ kind, from, to, item, uid, gold }: Movement): string[] {
  const parties = kind === 'transfer' ? [from, to] : [from, to, 0]
  const keys: string[] = []
  if (gold !== 0) for (const party of new Set(parties)) keys.push(balanceKey(party, 0, 0))
  if (item === 0) return keys
  for (const party of new Set(parties)) keys.push(balanceKey(party, item, 0))
  if (uid !== 0) keys.push(balanceKey(-1, item, uid))
  return keys
}
