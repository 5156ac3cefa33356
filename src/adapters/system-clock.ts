import { assert } from '../assert.js'
import type { Clock } from '../ports/clock.js'

/** Longest delay that `setTimeout` takes, in milliseconds; it fires at once for a longer one. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1

/** The machine's clock. A pending `after` keeps the process alive. */
export function createSystemClock(): Clock {
  const nowMs = () => performance.now()
  return {
    nowMs,
    calendarMs: () => Date.now(),
    after(delayMs, callback) {
      assert(delayMs >= 0 && Number.isFinite(delayMs), `a delay of ${delayMs} ms is not a finite number from 0 upwards`)
      const dueMs = nowMs() + delayMs
      let timer: NodeJS.Timeout
      // Timers run on the loop's own, coarser time and can fire up to a millisecond early: what is left is waited for again.
      const wait = () => {
        const leftMs = dueMs - nowMs()
        timer = setTimeout(fire, Math.min(Math.ceil(Math.max(leftMs, 0)), TIMEOUT_MS_MAX))
      }
      const fire = () => (nowMs() < dueMs ? wait() : callback())
      wait()
      return () => clearTimeout(timer)
    },
  }
}
