import { digestOfBalances, EntryDigest, hashOf, hexOf, sameBytes } from '../../adapters/ledger-chain.js'
import type { LedgerLink, LedgerState } from '../../ports/ledger.js'
import type { NumberedMovement, SavedWorld } from '../../ports/saved-world.js'

/** Told of what is wrong: `link` is the link whose entries are concerned. */
export type Tell = (invariant: 'chain' | 'owner', what: string, link?: number) => void
/** Told of each entry in its order, with the link that has it; 0 for one that no link has. */
export type Visit = (numbered: NumberedMovement, link: number) => void

export interface ChainFigures {
  readonly links: number
  readonly entries: number
}

/** Goes along the chain once, from the opening balances to the head. A wrong link is told once: the next is held against what it says. */
export function checkChain(saved: SavedWorld, tell: Tell, visit: Visit): ChainFigures {
  const chain = new Chain(saved, tell, visit)
  chain.walk()
  return chain
}

class Chain implements ChainFigures {
  links = 0
  entries = 0
  private readonly state: LedgerState | undefined
  private readonly coming: Iterator<NumberedMovement>
  private next: NumberedMovement | undefined
  private nextEntry: number
  /** Whose an entry is can be said only as long as no link is missing. */
  private isWhole = true
  private before: { readonly link: number; readonly hash: Uint8Array; readonly epoch: number; readonly tick: number }
  private opening: LedgerLink | undefined

  constructor(
    private readonly saved: SavedWorld,
    private readonly tell: Tell,
    private readonly visit: Visit,
  ) {
    const { ledger } = saved
    this.state = ledger
    this.coming = saved.entries()[Symbol.iterator]()
    this.nextEntry = ledger?.firstEntry ?? 1
    this.before = { link: ledger?.base ?? 0, hash: ledger?.baseHash ?? new Uint8Array(0), epoch: 0, tick: -1 }
    this.step()
  }

  walk(): void {
    for (const link of this.saved.links()) this.check(link)
    for (; this.next !== undefined; this.step()) this.stray(this.next)
    this.checkEnd()
    this.checkOpening()
  }

  private step(): void {
    const { value, done } = this.coming.next()
    this.next = done === true ? undefined : value
  }

  private stray(numbered: NumberedMovement): void {
    this.tell('chain', `entry ${numbered.entry} belongs to no link`)
    this.visit(numbered, 0)
    this.entries += 1
  }

  private check(link: LedgerLink): void {
    const { before } = this
    this.links += 1
    if (link.link !== before.link + 1) {
      this.isWhole = false
      this.tell('chain', `link ${link.link} follows link ${before.link}: links are missing`)
    }
    if (link.epoch < before.epoch || link.tick < before.tick) {
      const what = `link ${link.link} is of epoch ${link.epoch}, tick ${link.tick}, after epoch ${before.epoch}, tick ${before.tick}`
      this.tell('owner', what, link.link)
    }
    if (link.kind === 'opening') this.opening = link
    const digest = link.kind === 'opening' ? link.digest : this.digestOf(link)
    if (!sameBytes(hashOf(before.hash, { ...link, digest }), link.hash)) {
      const what = link.kind === 'moved' ? 'it, one of its entries, or the link before' : 'it, or the link before'
      this.tell('chain', `link ${link.link} has a hash that does not follow: ${what} was changed`, link.link)
    }
    this.before = link
  }

  /** Of its entries, which are the next `count` numbers. */
  private digestOf({ link, count, tick }: LedgerLink): Uint8Array {
    const digest = new EntryDigest()
    const end = this.nextEntry + count
    for (; this.next !== undefined && this.next.entry < end; this.step()) {
      if (this.next.entry < this.nextEntry) {
        this.stray(this.next)
        continue
      }
      const { movement } = this.next
      if (this.isWhole && (movement.tick > tick || movement.tick <= this.before.tick)) {
        const what = `entry ${this.next.entry} is of tick ${movement.tick}, in a link of the ticks after ${this.before.tick} up to ${tick}`
        this.tell('owner', what, link)
      }
      digest.add(movement)
      this.visit(this.next, link)
      this.entries += 1
    }
    if (digest.count !== count) this.tell('chain', `link ${link} has ${digest.count} of its ${count} entries`, link)
    this.nextEntry = end
    return digest.end()
  }

  private checkEnd(): void {
    const { state, before } = this
    if (state === undefined) {
      if (this.links > 0) this.tell('chain', `there are ${this.links} links, but nothing says where the chain begins and ends`)
    } else if (before.link !== state.head) this.tell('chain', `the chain ends with link ${before.link}, not with ${state.head}`)
    else if (!sameBytes(before.hash, state.headHash))
      this.tell('chain', `the head is ${hexOf(state.headHash)}, but link ${before.link} has ${hexOf(before.hash)}`)
  }

  private checkOpening(): void {
    const { digest, count } = digestOfBalances(this.saved.openings())
    const { opening } = this
    const base = this.state?.base ?? 0
    if (opening === undefined) {
      if (count > 0 || base > 0) this.tell('chain', `there are ${count} opening balances, but no link for them`)
    } else if (opening.base !== base)
      this.tell('chain', `link ${opening.link} opens after link ${opening.base}, but links are folded up to ${base}`)
    else if (opening.count !== count || !sameBytes(opening.digest, digest)) {
      const what = `the ${count} opening balances are not the ${opening.count} that link ${opening.link} has the digest of`
      this.tell('chain', `${what}: they were changed`)
    }
  }
}
