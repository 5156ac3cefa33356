import { describe, expect, it } from 'vitest'
import { createManualClock } from '../../src/adapters/manual-clock.js'
import { createMemoryLog } from '../../src/adapters/memory-log.js'
import { CALL_TIMEOUT_MS, CIRCUIT_FAILURES_MAX, CIRCUIT_REST_MS, CIRCUIT_REST_MS_MAX, Circuit } from '../../src/server/circuit.js'

function setUp() {
  const clock = createManualClock()
  const log = createMemoryLog()
  const circuit = new Circuit(clock, log)
  let calls = 0
  const ask = (answer: () => Promise<number>) =>
    circuit
      .run(() => {
        calls += 1
        return answer()
      })
      .catch((error: Error) => error.message)
  const fail = () => ask(() => Promise.reject(new Error('gone')))
  const work = () => ask(() => Promise.resolve(7))
  const open = async () => {
    for (let i = 0; i < CIRCUIT_FAILURES_MAX; i += 1) await fail()
  }
  return { clock, log, circuit, ask, fail, work, open, calls: () => calls }
}
const REFUSED = /^the store has failed \d+ times on end; it is asked again in a moment$/

describe('a circuit', () => {
  it('asks everything while few fail on end, and answers as the call does', async () => {
    const { circuit, fail, work, calls } = setUp()
    for (let round = 0; round < 4; round += 1) {
      for (let i = 1; i < CIRCUIT_FAILURES_MAX; i += 1) expect(await fail()).toBe('gone')
      expect(await work()).toBe(7)
    }
    expect([circuit.state, circuit.refused, calls()]).toEqual(['closed', 0, 4 * CIRCUIT_FAILURES_MAX])
  })

  it('asks nothing for a while after failures on end, and refuses at once', async () => {
    const { clock, circuit, open, work, calls } = setUp()
    await open()
    expect(circuit.state).toBe('open')
    expect(await work()).toMatch(REFUSED)
    clock.advance(CIRCUIT_REST_MS - 1)
    expect(await work()).toMatch(REFUSED)
    expect([circuit.refused, calls()]).toEqual([2, CIRCUIT_FAILURES_MAX])
  })

  it('lets a single call try after its rest; when that is answered everybody may ask', async () => {
    const { clock, log, circuit, ask, open, work, calls } = setUp()
    await open()
    clock.advance(CIRCUIT_REST_MS)
    expect(circuit.state).toBe('halfOpen')
    let answer: (value: number) => void = () => undefined
    const trial = ask(
      () =>
        new Promise((resolve) => {
          answer = resolve
        }),
    )
    expect(await work()).toMatch(REFUSED)
    answer(3)
    expect(await trial).toBe(3)
    expect([circuit.state, await work(), calls()]).toEqual(['closed', 7, CIRCUIT_FAILURES_MAX + 2])
    expect(log.lines.map(({ level, text }) => [level, text])).toEqual([
      ['warn', 'the store is asked nothing for a while'],
      ['info', 'the store answers again'],
    ])
  })

  it('rests twice as long after each trial that fails, up to its maximum', async () => {
    const { clock, circuit, fail, open } = setUp()
    await open()
    for (const restMs of [1, 2, 4, 5, 5].map((times) => times * CIRCUIT_REST_MS)) {
      expect(restMs).toBeLessThanOrEqual(CIRCUIT_REST_MS_MAX)
      clock.advance(restMs - 1)
      expect(circuit.state).toBe('open')
      clock.advance(1)
      expect(await fail()).toBe('gone')
    }
  })

  it('takes what is never answered for a failure, and leaves no timer behind', async () => {
    const { clock, circuit, ask, work } = setUp()
    const waiting = Array.from({ length: CIRCUIT_FAILURES_MAX }, () => ask(() => new Promise(() => undefined)))
    clock.advance(CALL_TIMEOUT_MS - 1)
    expect(circuit.state).toBe('closed')
    clock.advance(1)
    for (const message of await Promise.all(waiting)) expect(message).toMatch(/^the store has not answered for 10000 ms; /)
    expect(circuit.state).toBe('open')
    clock.advance(CIRCUIT_REST_MS_MAX)
    await work()
    expect([circuit.state, clock.pending]).toEqual(['closed', 0])
  })

  it('closes as well when somebody else has got an answer', async () => {
    const { circuit, open, work } = setUp()
    await open()
    circuit.worked()
    expect([circuit.state, await work()]).toEqual(['closed', 7])
  })
})
