import { describe, expect, test } from 'vitest'
import type { Clock } from '../../src/ports/clock.js'

export interface ClockHarness {
  readonly clock: Clock
  /** Lets time go on until `done`. */
  run(done: Promise<void>): Promise<void>
}

const YEAR_2020_MS = Date.UTC(2020, 0, 1)

const wait = (clock: Clock, delayMs: number) => new Promise<void>((resolve) => void clock.after(delayMs, resolve))

/** What every clock promises. */
export function clockContract(name: string, create: () => ClockHarness): void {
  describe(name, () => {
    callingContract(create)
    refusingContract(create)
  })
}

function callingContract(create: () => ClockHarness): void {
  test('time never goes back, and the calendar is in whole milliseconds since 1970', async () => {
    const { clock, run } = create()
    let beforeMs = clock.nowMs()
    for (let turn = 0; turn < 3; turn += 1) {
      await run(wait(clock, 1))
      expect(clock.nowMs()).toBeGreaterThan(beforeMs)
      beforeMs = clock.nowMs()
    }
    expect(clock.calendarMs()).toBeGreaterThan(YEAR_2020_MS)
    expect(Number.isInteger(clock.calendarMs())).toBe(true)
  })

  test.each([0, 0.4, 1, 3.7, 12])('after %d ms calls back no earlier, never inside the call, and once', async (delayMs) => {
    const { clock, run } = create()
    const startMs = clock.nowMs()
    let calls = 0
    const done = new Promise<void>((resolve) => {
      clock.after(delayMs, () => {
        calls += 1
        resolve()
      })
    })
    expect(calls).toBe(0)
    await run(done)
    expect(clock.nowMs() - startMs).toBeGreaterThanOrEqual(delayMs)
    await run(wait(clock, delayMs + 2))
    expect(calls).toBe(1)
  })

  test('shorter delays come first, and one may be asked for from another', async () => {
    const { clock, run } = create()
    const order: string[] = []
    const done = new Promise<void>((resolve) => {
      clock.after(20, () => {
        order.push('late')
        clock.after(1, () => {
          order.push('last')
          resolve()
        })
      })
      clock.after(1, () => void order.push('early'))
    })
    await run(done)
    expect(order).toEqual(['early', 'late', 'last'])
  })
}

function refusingContract(create: () => ClockHarness): void {
  test('what was cancelled is not called; cancelling again, or too late, does nothing', async () => {
    const { clock, run } = create()
    let calls = 0
    const cancel = clock.after(1, () => {
      calls += 1
    })
    cancel()
    cancel()
    const fired = wait(clock, 1)
    const cancelLate = clock.after(1, () => {})
    await run(fired)
    await run(wait(clock, 3))
    cancelLate()
    expect(calls).toBe(0)
  })

  test('a very long delay does not fire at once', async () => {
    const { clock, run } = create()
    let calls = 0
    const cancel = clock.after(2 ** 40, () => {
      calls += 1
    })
    await run(wait(clock, 5))
    cancel()
    expect(calls).toBe(0)
  })

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('a delay of %d is our mistake', (delayMs) => {
    const { clock } = create()
    expect(() => clock.after(delayMs, () => {})).toThrow('not a finite number')
  })
}
