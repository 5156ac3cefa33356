import { assert } from '../assert.js'
import type { Clock } from '../ports/clock.js'

/** Callbacks waiting at once; one more is an assert. */
export const TIMERS_MAX = 65_536
/** Callbacks fired by one `advance`; one more is an assert, for a callback that asks for no delay again and again would never end. */
export const FIRED_PER_ADVANCE_MAX = 1_000_000

export interface ManualClockOptions {
  /** What `nowMs` says first. */
  readonly nowMs?: number
  /** What `calendarMs` says first, whole milliseconds since 1970. */
  readonly calendarMs?: number
}

export interface ManualClock extends Clock {
  /** Callbacks that wait. */
  readonly pending: number
  /**
   * Moves time on by `elapsedMs` ≥ 0 and calls what falls due, by rising due time, then in the order of asking; each sees the time at
   * which it was due. What they ask for is called too if it falls due within.
   */
  advance(elapsedMs: number): void
}

interface Timer {
  readonly dueMs: number
  readonly callback: () => void
}

const CALENDAR_START_MS = Date.UTC(2030, 0, 1)

/** Time by hand, for tests and simulations. */
export function createManualClock(options: ManualClockOptions = {}): ManualClock {
  const startMs = options.nowMs ?? 0
  const calendarStartMs = options.calendarMs ?? CALENDAR_START_MS
  let nowMs = startMs
  let advancing = false
  /** By rising due time; equal ones in the order of asking. */
  const timers: Timer[] = []

  const fireUntil = (endMs: number) => {
    for (let fired = 0; timers[0] !== undefined && timers[0].dueMs <= endMs; fired += 1) {
      assert(fired < FIRED_PER_ADVANCE_MAX, `more than ${FIRED_PER_ADVANCE_MAX} callbacks in one advance; give them a delay`)
      const timer = timers[0]
      timers.shift()
      nowMs = timer.dueMs
      timer.callback()
    }
    nowMs = endMs
  }

  return {
    nowMs: () => nowMs,
    calendarMs: () => Math.floor(calendarStartMs + nowMs - startMs),
    get pending() {
      return timers.length
    },
    after(delayMs, callback) {
      assert(delayMs >= 0 && Number.isFinite(delayMs), `a delay of ${delayMs} ms is not a finite number from 0 upwards`)
      assert(timers.length < TIMERS_MAX, `more than ${TIMERS_MAX} callbacks wait; cancel those that are no longer wanted`)
      const timer: Timer = { dueMs: nowMs + delayMs, callback }
      let at = timers.length
      while (at > 0 && timers[at - 1]!.dueMs > timer.dueMs) at -= 1
      timers.splice(at, 0, timer)
      return () => {
        const index = timers.indexOf(timer)
        if (index >= 0) timers.splice(index, 1)
      }
    },
    advance(elapsedMs) {
      assert(
        elapsedMs >= 0 && Number.isFinite(elapsedMs),
        `time cannot advance by ${elapsedMs} ms; give a finite number from 0 upwards`,
      )
      assert(!advancing, 'advance() was called from a callback of advance(); ask for an after() instead')
      advancing = true
      try {
        fireUntil(nowMs + elapsedMs)
      } finally {
        advancing = false
      }
    },
  }
}
