import type { Moved } from '../../systems/ledger.js'

/** One side of a trade as a client was shown it: gold, and pieces by item, in one line. */
export interface TradeView {
  readonly revision: number
  readonly mine: string
  readonly theirs: string
  /** Who had accepted it. */
  readonly isMineAccepted: boolean
  readonly isTheirsAccepted: boolean
}

/** A request that was sent, and what became of it. */
export interface Sent {
  /** Which life of the server, which session, which seq: a command's name for ever. */
  readonly key: string
  readonly life: number
  readonly seq: number
  readonly characterId: number
  readonly name: string
  readonly durable: boolean
  readonly payload: Readonly<Record<string, number>>
  /** What was agreed to, of an accept. */
  readonly view?: TradeView
  /** The answer that a client got; of refusals that say nothing of the command, none. */
  answer: string | undefined
  /** What it moved, and when. */
  rows: readonly Moved[]
  tick: number
  /** An accept that has been part of a trade. */
  isUsed: boolean
}

export const keyOf = (life: number, session: number, seq: number): string => `${life}.${session}.${seq}`

/** One side of a trade in one line, whatever the order of its things. */
export function sideText(gold: number, things: readonly { readonly item: number; readonly count: number }[]): string {
  const counts = new Map<number, number>()
  for (const { item, count } of things) counts.set(item, (counts.get(item) ?? 0) + count)
  const pieces = [...counts].sort(([a], [b]) => a - b).map(([item, count]) => `${count} of ${item}`)
  return [`${gold} gold`, ...pieces].join(', ')
}
