/** Passwords that may wait for their turn, the one under way included. What comes beyond it is told to try again. */
export const HASHES_PENDING_MAX = 32

/**
 * Lets one password be hashed after the other: each keeps a whole core busy and 19 MiB, and the world needs a core, too.
 */
export class HashLine {
  private pending = 0
  private last: Promise<unknown> = Promise.resolve()

  get isFull(): boolean {
    return this.pending >= HASHES_PENDING_MAX
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    this.pending += 1
    const turn = this.last.then(work)
    this.last = turn.catch(() => undefined)
    try {
      return await turn
    } finally {
      this.pending -= 1
    }
  }
}
