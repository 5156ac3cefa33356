import { applied, difference, type Effect, type Holding, holdingText } from './holding.js'

/** A command that was sent and has no answer yet: what it does to each of the characters that it concerns. */
export interface Claim {
  /** The opcode's name. */
  readonly name: string
  /** For people: what was asked for. */
  readonly text: string
  readonly sides: readonly { readonly characterId: number; readonly effect: Effect }[]
}

/** What became of the commands that had no answer when the server was killed. */
export interface Settled {
  readonly kept: number
  readonly undone: number
}

/**
 * What every character was promised to have. A command that is answered `ok` changes it for ever; one that has no answer when the server
 * is killed may have happened or not, but whole: with a trade, to both sides or to none. What does not hold is a violation, in words.
 */
export class Book {
  /** Durable commands that were answered `ok`, by name. */
  readonly acknowledgedBy = new Map<string, number>()
  readonly violations: string[] = []
  private readonly promised: Map<number, Holding>
  private readonly open = new Map<number, Claim>()

  constructor(opening: ReadonlyMap<number, Holding>) {
    this.promised = new Map(opening)
  }

  get acknowledged(): number {
    return [...this.acknowledgedBy.values()].reduce((sum, count) => sum + count, 0)
  }

  of(characterId: number): Holding {
    const holding = this.promised.get(characterId)
    if (holding === undefined) throw new Error(`character ${characterId} is not in the book`)
    return holding
  }

  begin(claim: Claim): Claim {
    for (const { characterId } of claim.sides) {
      const before = this.open.get(characterId)
      if (before !== undefined) throw new Error(`character ${characterId} asks for ${claim.text} while ${before.text} is open`)
      this.open.set(characterId, claim)
    }
    return claim
  }

  /** It was answered `ok`; `shown` is what the owners see of it. */
  confirm(claim: Claim, shown: readonly Holding[]): void {
    this.acknowledgedBy.set(claim.name, (this.acknowledgedBy.get(claim.name) ?? 0) + 1)
    claim.sides.forEach(({ characterId, effect }, i) => {
      const problem = difference(applied(this.of(characterId), effect), shown[i], true)
      if (problem !== '') this.violations.push(`character ${characterId} after ${claim.text}, answered ok: ${problem}`)
      this.promised.set(characterId, shown[i])
      this.open.delete(characterId)
    })
  }

  /** It was refused, or has come to nothing. */
  refuse(claim: Claim, shown: readonly Holding[]): void {
    claim.sides.forEach(({ characterId }, i) => {
      const problem = difference(this.of(characterId), shown[i], false)
      if (problem !== '') this.violations.push(`character ${characterId} after ${claim.text}, which was refused: ${problem}`)
      this.promised.set(characterId, shown[i])
      this.open.delete(characterId)
    })
  }

  /** The server was killed and has started again over `stored`, which from now on is what everybody has. */
  recovered(where: string, stored: ReadonlyMap<number, Holding>): Settled {
    const claims = new Set(this.open.values())
    const inDoubt = new Set([...claims].flatMap(({ sides }) => sides.map(({ characterId }) => characterId)))
    for (const [characterId, holding] of this.promised)
      if (!inDoubt.has(characterId)) this.compare(where, characterId, holding, stored.get(characterId))
    let kept = 0
    for (const claim of claims) if (this.settle(where, claim, stored)) kept += 1
    this.open.clear()
    for (const [characterId, holding] of stored) if (this.promised.has(characterId)) this.promised.set(characterId, holding)
    return { kept, undone: claims.size - kept }
  }

  private compare(where: string, characterId: number, wanted: Holding, found: Holding | undefined): void {
    const problem = found === undefined ? 'it is gone' : difference(wanted, found, false)
    if (problem !== '') this.violations.push(`${where}: character ${characterId}, what was answered ok is not there: ${problem}`)
  }

  /** True when it happened. */
  private settle(where: string, claim: Claim, stored: ReadonlyMap<number, Holding>): boolean {
    const fits = (wanted: (side: Claim['sides'][number]) => Holding, mayBeNew: boolean): boolean =>
      claim.sides.every((side) => {
        const found = stored.get(side.characterId)
        return found !== undefined && difference(wanted(side), found, mayBeNew) === ''
      })
    if (fits(({ characterId }) => this.of(characterId), false)) return false
    if (fits(({ characterId, effect }) => applied(this.of(characterId), effect), true)) return true
    const found = claim.sides.map(({ characterId }) => {
      const holding = stored.get(characterId)
      const has = holding === undefined ? 'nothing' : holdingText(holding)
      return `character ${characterId} has ${has}, before it ${holdingText(this.of(characterId))}`
    })
    this.violations.push(
      `${where}: ${claim.text}, without an answer, has neither happened whole nor not at all: ${found.join('; ')}`,
    )
    return false
  }
}
