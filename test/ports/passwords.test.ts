import { describe, expect, it } from 'vitest'
import { createArgon2Passwords } from '../../src/adapters/argon2-passwords.js'

const cheap = createArgon2Passwords({ memoryCost: 64, timeCost: 1 })

describe('passwords', () => {
  it('are kept as Argon2id with a salt of their own, at the cost that is advised for it', async () => {
    const passwords = createArgon2Passwords()
    const [one, two] = [await passwords.hash('correct horse'), await passwords.hash('correct horse')]
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
    expect(two).not.toBe(one)
    expect(one).not.toContain('correct')
    expect(await passwords.matches('correct horse', one)).toBe(true)
    expect(await passwords.matches('correct horse ', one)).toBe(false)
  })

  it('are the same however a keyboard spells them', async () => {
    const hash = await cheap.hash('caf\u00e9')
    expect(await cheap.matches('cafe\u0301', hash)).toBe(true)
    expect(await cheap.matches('cafe', hash)).toBe(false)
  })

  it('of nobody match nothing, and are checked for as long as anybody’s', async () => {
    const passwords = createArgon2Passwords()
    const known = await passwords.hash('correct horse')
    const times: { known: number[]; unknown: number[] } = { known: [], unknown: [] }
    const timed = async (hash: string | null) => {
      const startMs = performance.now()
      expect(await passwords.matches('wrong horse', hash)).toBe(false)
      return performance.now() - startMs
    }
    // By turns, so that a busy machine slows both alike.
    for (let round = 0; round < 15; round += 1) {
      times.known.push(await timed(known))
      times.unknown.push(await timed(null))
    }
    const median = (list: number[]) => list.sort((a, b) => a - b)[7]!
    const ratio = median(times.unknown) / median(times.known)
    expect(ratio).toBeGreaterThan(0.5)
    expect(ratio).toBeLessThan(2)
  })

  it('are hashed beside the thread that asks: it goes on meanwhile', async () => {
    let turns = 0
    const timer = setInterval(() => {
      turns += 1
    }, 1)
    const passwords = createArgon2Passwords({ memoryCost: 19_456, timeCost: 20 })
    await passwords.hash('correct horse')
    clearInterval(timer)
    expect(turns).toBeGreaterThan(10)
  })

  it('a hash that is none is an error that holds nothing of the password', async () => {
    const error = await cheap.matches('correct horse', 'no hash').catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(Error)
    expect(String((error as Error).stack)).not.toContain('horse')
  })
})
