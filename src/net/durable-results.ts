import type { Session } from './session.js'

interface Held {
  readonly session: Session
  readonly seq: number
  /** The tick in which it came about. */
  readonly tick: number
}

/**
 * Answers `ok` to what is durable, kept back until the store has the tick in which they came about; other answers overtake them. The world
 * never waits for them: they are no part of its state.
 */
export class DurableResults {
  private held: Held[] = []

  get count(): number {
    return this.held.length
  }

  hold(session: Session, seq: number, tick: number): void {
    session.hold(seq)
    this.held.push({ session, seq, tick })
  }

  /** Gives out what is of that tick or before, oldest first. */
  release(tick: number, give: (session: Session, seq: number) => void): void {
    const due = this.held.filter((result) => result.tick <= tick)
    if (due.length === 0) return
    this.held = this.held.filter((result) => result.tick > tick)
    for (const { session, seq } of due) give(session, seq)
  }
}
