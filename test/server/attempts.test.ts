import { describe, expect, it } from 'vitest'
import { createManualClock } from '../../src/adapters/manual-clock.js'
import { ATTEMPT_KEYS_MAX, Attempts, addressKey, SWEEP_EVERY_MS } from '../../src/server/attempts.js'

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

  it('are remembered of a bounded number of keys: none that spent some is forgotten for a new one, which waits', () => {
    const { clock, attempts } = stage()
    for (let i = 0; i < 3; i += 1) for (const key of ['old', 'older']) attempts.take(key)
    for (let i = 0; i < ATTEMPT_KEYS_MAX - 2; i += 1) expect(attempts.take(`key ${i}`)).toBe(0)
    for (let i = 0; i < 5; i += 1) expect(attempts.take(`new ${i}`)).toBe(SWEEP_EVERY_MS)
    expect(attempts.size).toBe(ATTEMPT_KEYS_MAX)
    expect([attempts.take('old'), attempts.take('older')]).toEqual([1_000, 1_000])
    clock.advance(1_000)
    expect(attempts.take('new 0')).toBe(0)
    // Those that had spent one of their tries made room; the others have got one back, and no more.
    expect(attempts.size).toBe(3)
    expect([attempts.take('old'), attempts.take('old')]).toEqual([0, 1_000])
  })

  it('that were given back make room for a new key, looked for at most once a second', () => {
    const { clock, attempts } = stage()
    for (let i = 0; i < ATTEMPT_KEYS_MAX; i += 1) attempts.take(`key ${i}`)
    expect(attempts.take('new')).toBeGreaterThan(0)
    attempts.giveBack('key 7')
    clock.advance(SWEEP_EVERY_MS - 1)
    expect(attempts.take('new')).toBeGreaterThan(0)
    clock.advance(1)
    expect(attempts.take('new')).toBe(0)
    expect(attempts.size).toBeLessThan(ATTEMPT_KEYS_MAX)
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
