/**
 * `mint`: made out of nothing; `burn`: gone for good; `transfer`: from one party to another. `unknown` is never written: it is read
 * where a store has none of them.
 */
export type MovedKind = 'mint' | 'burn' | 'transfer' | 'unknown'
/** As entries are numbered by them in stores and in what is hashed. */
export const movedKinds: readonly MovedKind[] = Object.freeze(['mint', 'burn', 'transfer'])

/**
 * One movement of value. `from` and `to` are character ids, 0 for nobody. `item` 0 for gold alone; `uid` 0 for what stacks. `session` and
 * `seq` name the command, both 0 where none did it.
 */
export interface Movement {
  readonly tick: number
  readonly kind: MovedKind
  readonly reason: string
  readonly from: number
  readonly to: number
  readonly item: number
  readonly count: number
  readonly uid: number
  readonly gold: number
  readonly session: number
  readonly seq: number
}

/** Numbers of one movement in `PackedMovements`. */
export const MOVEMENT_VALUES = 11

/** Movements in the order in which they happened, so packed that they cross to another thread as one block. */
export interface PackedMovements {
  /** What the numbers of `kind` and `reason` stand for: places in these lists. */
  readonly kinds: readonly MovedKind[]
  readonly reasons: readonly string[]
  /** For each movement `MOVEMENT_VALUES` numbers: tick, kind, reason, from, to, item, count, uid, gold, session, seq. */
  readonly values: Float64Array
}

export const NOTHING_MOVED: PackedMovements = Object.freeze({
  kinds: movedKinds,
  reasons: Object.freeze([]),
  values: new Float64Array(0),
})

/** One movement after the other; those of a tick up to `afterTick` are left out. */
export function* movementsOf({ kinds, reasons, values }: PackedMovements, afterTick = -1): Generator<Movement> {
  for (let at = 0; at < values.length; at += MOVEMENT_VALUES) {
    const [tick, kind, reason, from, to, item, count, uid, gold, session, seq] = values.subarray(at, at + MOVEMENT_VALUES)
    if (tick <= afterTick) continue
    yield { tick, kind: kinds[kind], reason: reasons[reason], from, to, item, count, uid, gold, session, seq }
  }
}

export function packMovements(movements: readonly Movement[]): PackedMovements {
  const reasons = [...new Set(movements.map(({ reason }) => reason))]
  const values = movements.flatMap((one) => {
    const { tick, kind, reason, from, to, item, count, uid, gold, session, seq } = one
    return [tick, movedKinds.indexOf(kind), reasons.indexOf(reason), from, to, item, count, uid, gold, session, seq]
  })
  return { kinds: movedKinds, reasons, values: Float64Array.from(values) }
}

/** What a party has of one thing: coins (`item` 0), pieces, or one unique thing. Party 0 is nobody: less what was made, more what is gone. */
export interface Balance {
  readonly party: number
  readonly item: number
  readonly uid: number
  readonly amount: number
}

/**
 * One link of the ledger's chain. `moved`: the movements of one commit, `count` of them. `opening`: the balances that stand for all links
 * up to `base`, `count` of them.
 */
export interface LedgerLink {
  /** From 1, without a gap. */
  readonly link: number
  readonly kind: 'moved' | 'opening'
  /** The owner that wrote it. */
  readonly epoch: number
  /** The last tick of the commit. */
  readonly tick: number
  readonly count: number
  /** 0 in a link of movements. */
  readonly base: number
  /** SHA-256 of the balances of an opening; empty in a link of movements, whose digest follows from its entries. */
  readonly digest: Uint8Array
  /** SHA-256 over the hash before, the numbers above, and the digest. */
  readonly hash: Uint8Array
}

/** Where the chain begins and ends. */
export interface LedgerState {
  /** The last link, and its hash; 0 and zeros before the first. */
  readonly head: number
  readonly headHash: Uint8Array
  /** The last link that is folded away, and its hash. */
  readonly base: number
  readonly baseHash: Uint8Array
  /** Entries are numbered on and on; the first that is kept, and the next to come. */
  readonly firstEntry: number
  readonly nextEntry: number
  /** When balances were folded last, as a tick. */
  readonly foldTick: number
}

/** Where a character's value lies among what is saved of it. The fields of a list of things are as long as each other. */
export interface ValuePlaces {
  readonly gold: { readonly component: string; readonly field: string }
  /** Without `count` there is one in each place, without `uid` nothing there is unique. */
  readonly things: readonly {
    readonly component: string
    readonly item: string
    readonly count?: string
    readonly uid?: string
  }[]
}

/** How old entries fold. */
export interface FoldTerms {
  /** Ticks from one fold to the next: each takes the store a while, in which nothing is committed. */
  readonly everyTicks: number
  /** The same when more than `everyTicks` of entries are due. */
  readonly againTicks: number
  /** Entries that one fold takes for each `everyTicks` that it is behind, or one link if that has more. */
  readonly entriesMax: number
  /** However far it is behind, a fold takes so many times that and no more. */
  readonly timesMax: number
  /** Links that one fold takes. */
  readonly linksMax: number
}

/** What a store must know to keep the ledger of its world. */
export interface LedgerTerms {
  readonly places: ValuePlaces
  /** Entries are kept for so many ticks, then they fold into opening balances; 0: for ever. */
  readonly keepTicks: number
  /** Those of a store unless given. */
  readonly folds?: FoldTerms
}
