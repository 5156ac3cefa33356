import { afterEach, expect, test, vi } from 'vitest'
import { createManualClock } from '../../src/adapters/manual-clock.js'
import { createSystemClock } from '../../src/adapters/system-clock.js'
import { clockContract } from './clock.contract.js'

clockContract('system', () => ({ clock: createSystemClock(), run: (done) => done }))

clockContract('manual', () => {
  const clock = createManualClock()
  const run = async (done: Promise<void>) => {
    let over = false
    void done.then(() => {
      over = true
    })
    for (let step = 0; step < 1_000 && !over; step += 1) {
      clock.advance(0.25)
      await Promise.resolve()
    }
    await done
  }
  return { clock, run }
})

test('system: is the machine time', () => {
  const beforeMs = Date.now()
  const saidMs = createSystemClock().calendarMs()
  expect(saidMs).toBeGreaterThanOrEqual(beforeMs)
  expect(saidMs).toBeLessThanOrEqual(Date.now())
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

test('system: a timer that fires early is waited for again, and no delay is too long for it', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const now = vi.spyOn(performance, 'now').mockReturnValue(1_000)
  const timeout = vi.spyOn(globalThis, 'setTimeout')
  const clock = createSystemClock()
  const calls: string[] = []
  clock.after(10, () => void calls.push('ten'))
  const cancel = clock.after(2 ** 40, () => void calls.push('long'))
  expect(timeout.mock.calls.map(([, delayMs]) => delayMs)).toEqual([10, 2 ** 31 - 1])
  now.mockReturnValue(1_009.3)
  vi.advanceTimersByTime(10)
  expect(calls).toEqual([])
  now.mockReturnValue(1_010)
  vi.advanceTimersByTime(1)
  expect(calls).toEqual(['ten'])
  now.mockReturnValue(1_000 + 2 ** 31)
  vi.advanceTimersByTime(2 ** 31)
  cancel()
  expect([calls, vi.getTimerCount()]).toEqual([['ten'], 0])
})

test('manual: calls in the order of due time, then of asking, each at its own time', () => {
  const clock = createManualClock({ nowMs: 100, calendarMs: 5_000 })
  const calls: string[] = []
  const note = (name: string) => () => void calls.push(`${name} ${clock.nowMs()} ${clock.calendarMs()}`)
  clock.after(30, note('c'))
  clock.after(10, note('a'))
  clock.after(10, note('b'))
  clock.after(30, note('d'))
  clock.advance(9)
  expect(calls).toEqual([])
  clock.advance(1)
  expect(calls).toEqual(['a 110 5010', 'b 110 5010'])
  clock.advance(25)
  expect(calls.slice(2)).toEqual(['c 130 5030', 'd 130 5030'])
  expect([clock.nowMs(), clock.calendarMs(), clock.pending]).toEqual([135, 5_035, 0])
})

test('manual: calls what callbacks ask for, if it falls due within', () => {
  const clock = createManualClock()
  const atMs: number[] = []
  const tick = () => {
    atMs.push(clock.nowMs())
    clock.after(50, tick)
  }
  clock.after(50, tick)
  clock.advance(175)
  expect(atMs).toEqual([50, 100, 150])
  expect(clock.pending).toBe(1)
})

test('manual: a callback may cancel another that is due', () => {
  const clock = createManualClock()
  const calls: string[] = []
  clock.after(1, () => cancel())
  const cancel = clock.after(1, () => void calls.push('cancelled'))
  clock.advance(2)
  expect(calls).toEqual([])
})

test('manual: a callback that throws leaves the clock usable at the time it was due', () => {
  const clock = createManualClock()
  clock.after(5, () => {
    throw new Error('mine')
  })
  expect(() => clock.advance(10)).toThrow('mine')
  expect(clock.nowMs()).toBe(5)
  clock.advance(1)
  expect(clock.nowMs()).toBe(6)
})

test('manual: refuses to go back, to be nested, and to run for ever', () => {
  const clock = createManualClock()
  expect(() => clock.advance(-1)).toThrow('cannot advance by -1 ms')
  clock.after(0, () => clock.advance(1))
  expect(() => clock.advance(0)).toThrow('from a callback')
  const again = () => void clock.after(0, again)
  again()
  expect(() => clock.advance(0)).toThrow('give them a delay')
})
