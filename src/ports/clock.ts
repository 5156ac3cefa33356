/** Time as the edge knows it. Systems never see it: they get the tick header's `elapsedMs` and `calendarMs`. */
export interface Clock {
  /** Monotonic milliseconds with fraction, from an arbitrary start. */
  nowMs(): number
  /** Milliseconds since 1970, UTC. */
  calendarMs(): number
  /** Calls back once, no earlier than `delayMs` from now. Returns what cancels it. */
  after(delayMs: number, callback: () => void): () => void
}
