import { describe, expect, it } from 'vitest'
import { createManualClock } from '../../src/adapters/manual-clock.js'
import { ATTEMPT_KEYS_MAX, Attempts, addressKey } from '../../src/server/attempts.js'

function stage() {
  const clock = createManualClock()
  return { clock, attempts: new Attempts({ countMax: 3, everyMs: 1_000 }, clock) }
}

describe('tries', () => {
  it('may come at once up to their number; then one each while, and never more than the number again', () => {
    const { clock, attempts } = stage()
    expect([1, 2, 3, 4].map(() => attempts.take('a'))).toEqual([0, 0, 0, 1_000])
    clock.advance(400)
    expect(attempts.take('a')).toBe(600)
    clock.advance(600)
    expect([attempts.take('a'), attempts.take('a')]).toEqual([0, 1_000])
    clock.advance(3_600_000)
    expect([1, 2, 3, 4].map(() => attempts.take('a'))).toEqual([0, 0, 0, 1_000])
  })

  it('of one key are not those of another', () => {
    const { attempts } = stage()
    for (let i = 0; i < 4; i += 1) attempts.take('a')
    expect(attempts.take('b')).toBe(0)
  })

  it('that are refused cost nothing, and one given back can be taken again, but not two', () => {
    const { clock, attempts } = stage()
    for (let i = 0; i < 50; i += 1) attempts.take('a')
    clock.advance(1_000)
    expect(attempts.take('a')).toBe(0)
    attempts.giveBack('a')
    expect([attempts.take('a'), attempts.take('a')]).toEqual([0, 1_000])
    for (let i = 0; i < 9; i += 1) attempts.giveBack('a')
    expect([1, 2, 3, 4].map(() => attempts.take('a'))).toEqual([0, 0, 0, 1_000])
    attempts.giveBack('nobody')
  })

  it('are remembered of a bounded number of keys; who tried longest ago is forgotten', () => {
    const { attempts } = stage()
    for (let i = 0; i < 3; i += 1) for (const key of ['old', 'kept']) attempts.take(key)
    for (let i = 0; i < ATTEMPT_KEYS_MAX - 2; i += 1) attempts.take(`key ${i}`)
    expect(attempts.take('kept')).toBeGreaterThan(0)
    attempts.take('one more')
    expect(attempts.size).toBe(ATTEMPT_KEYS_MAX)
    expect(attempts.take('kept')).toBeGreaterThan(0)
    expect(attempts.take('old')).toBe(0)
  })
})

describe('the key of an address', () => {
  it.each([
    ['10.0.0.9', '10.0.0.9'],
    ['::ffff:10.0.0.9', '10.0.0.9'],
    ['::1', '0:0:0:0'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:DB8:0001:2::6', '2001:db8:1:2'],
    ['2001:db8::6', '2001:db8:0:0'],
    ['fe80::', 'fe80:0:0:0'],
  ])('%s is %s', (address, key) => {
    expect(addressKey(address)).toBe(key)
  })
})
