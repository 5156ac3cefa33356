import { describe, expect, it } from 'vitest'
import { ResumeTokens } from '../../src/server/resume-tokens.js'

const OTHERS = 20_001
const ALICE = 1

/** Tokens, of which Alice's session has one. */
function stage() {
  const tokens = new ResumeTokens()
  const token = tokens.issue(ALICE, 'guest:alice', 'player', 3)
  tokens.name(ALICE, ALICE)
  return { tokens, token, saved: tokens.savedOf(ALICE) }
}

describe('the token of a session that lives', () => {
  it('gives way to none of those who are let in and come into no session', () => {
    const { tokens, token, saved } = stage()
    for (let socket = 2; socket <= OTHERS; socket += 1) tokens.issue(socket, 'guest:thief', 'player', 0)
    expect(tokens.savedOf(ALICE)).toEqual(saved)
    expect(tokens.take(token)).toMatchObject({ session: ALICE, accountId: 'guest:alice', generation: 3 })
  })

  it('gives way to none of other sessions, be they saved ones or of this run', () => {
    const { tokens, token, saved } = stage()
    const others = Array.from({ length: OTHERS }, (_, i) => i + 2)
    for (const socket of others) {
      tokens.issue(socket, 'guest:thief', 'player', 0)
      tokens.name(socket, socket)
    }
    tokens.restore(
      others.map((i) => ({
        id: OTHERS + i,
        accountId: 'guest:earlier',
        role: 'player' as const,
        characterId: i,
        lastSeq: 1,
        results: [],
        tokenHash: `${i}`.padStart(64, '0'),
        generation: 0,
      })),
    )
    // An empty hash would be saved over the good one.
    expect(saved.tokenHash).toHaveLength(64)
    expect(tokens.savedOf(ALICE)).toEqual(saved)
    expect(tokens.take(token)?.session).toBe(ALICE)
  })

  it('is none that was issued to a connection which is gone', () => {
    const { tokens } = stage()
    const late = tokens.issue(2, 'guest:bert', 'player', 0)
    tokens.gone(2)
    tokens.name(2, 2)
    expect([tokens.lives(2), tokens.take(late)]).toEqual([false, undefined])
  })

  it('goes with the session', () => {
    const { tokens, token } = stage()
    tokens.end(ALICE)
    expect([tokens.lives(ALICE), tokens.savedOf(ALICE)]).toEqual([false, { tokenHash: '', generation: 0 }])
    expect(tokens.take(token)).toBeUndefined()
  })
})
