import { describe, expect, it } from 'vitest'
import { createManualClock } from '../../src/adapters/manual-clock.js'
import { createMemoryLog } from '../../src/adapters/memory-log.js'
import type { Identified, Identity } from '../../src/ports/identity.js'
import { CHECK_EVERY_MS, SessionChecks } from '../../src/server/session-checks.js'

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))
const session = (socket: number, accountId: string) => ({ socket, accountId, role: 'player' as const, generation: socket })

function stage(given: Partial<Identity> = {}) {
  const [clock, log] = [createManualClock(), createMemoryLog()]
  const locked = new Set<string>()
  const [asked, ended]: [string[], number[]] = [[], []]
  const identity: Identity = {
    verify: async () => ({ ok: false, code: 'notAllowed' }),
    async stillAllows(accountId, role): Promise<Identified> {
      asked.push(accountId)
      return locked.has(accountId) ? { ok: false, code: 'notAllowed' } : { ok: true, accountId, role }
    },
    ...given,
  }
  const sessions = [session(1, 'a'), session(2, 'b'), session(3, 'a')]
  const checks = new SessionChecks({ identity, clock, log, sessions: () => sessions, end: (socket) => void ended.push(socket) })
  const round = async () => {
    clock.advance(CHECK_EVERY_MS)
    await settled()
  }
  return { clock, log, locked, asked, ended, checks, round }
}

describe('connected sessions', () => {
  it('are asked for in rounds, and those of an account that may not play any more are ended', async () => {
    const { checks, round, locked, asked, ended } = stage()
    checks.start()
    expect(asked).toEqual([])
    await round()
    expect([asked, ended]).toEqual([['a', 'b', 'a'], []])
    locked.add('a')
    await round()
    expect(ended).toEqual([1, 3])
  })

  it('are left alone while nobody can tell, which is a line of the log; the next round asks again', async () => {
    let isGone = true
    const stillAllows = async (): Promise<Identified> => {
      if (isGone) throw new Error('no route to the store')
      return { ok: false, code: 'notAllowed' }
    }
    const { checks, round, log, ended } = stage({ stillAllows })
    checks.start()
    await round()
    expect(ended).toEqual([])
    expect(log.lines).toMatchObject([{ level: 'warn', fields: { error: 'no route to the store' } }])
    isGone = false
    await round()
    expect(ended).toEqual([1, 2, 3])
  })

  it('are asked for by the login that each began with', async () => {
    const stillAllows: Identity['stillAllows'] = async (accountId, role, generation) =>
      generation === 2 ? { ok: true, accountId, role } : { ok: false, code: 'notAllowed' }
    const { checks, round, ended } = stage({ stillAllows })
    checks.start()
    await round()
    expect(ended).toEqual([1, 3])
  })

  it('are asked for no more after the end, not even by a round under way', async () => {
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const stillAllows = async (): Promise<Identified> => {
      await held
      return { ok: false, code: 'notAllowed' }
    }
    const { checks, clock, round, ended } = stage({ stillAllows })
    checks.start()
    await round()
    checks.stop()
    release()
    await round()
    expect([ended, clock.pending]).toEqual([[], 0])
  })

  it('cost nothing where an identity has nothing to ask', () => {
    const { checks, clock } = stage({ stillAllows: undefined })
    checks.start()
    expect(clock.pending).toBe(0)
  })
})
