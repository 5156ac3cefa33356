import { describe, expect, it } from 'vitest'
import { ResumeTokens } from '../../src/server/resume-tokens.js'

const OTHERS = 20_001
const ALICE = 1
const thief = { accountId: 'guest:thief', role: 'player', generation: 0 } as const

/** Tokens, of which Alice's session has one. */
function stage() {
  const tokens = new ResumeTokens()
  const token = tokens.issue(ALICE, { accountId: 'guest:alice', role: 'player', generation: 3 })
  tokens.name(ALICE, ALICE)
  return { tokens, token, saved: tokens.savedOf(ALICE) }
}

/** What a connection that came by that token is issued. */
const comeBy = (tokens: ResumeTokens, token: string, socket: number): string => {
  const kept = tokens.find(token)!
  return tokens.issue(socket, kept, kept)
}

const working = (tokens: ResumeTokens, ...list: readonly string[]): boolean[] =>
  list.map((token) => tokens.find(token)?.session === ALICE)

describe('the token of a session that lives', () => {
  it('gives way to none of those who are let in and come into no session', () => {
    const { tokens, token, saved } = stage()
    for (let socket = 2; socket <= OTHERS; socket += 1) tokens.issue(socket, thief)
    expect(tokens.savedOf(ALICE)).toEqual(saved)
    expect(tokens.find(token)).toMatchObject({ session: ALICE, accountId: 'guest:alice', generation: 3 })
  })

  it('gives way to none of other sessions, be they saved ones or of this run', () => {
    const { tokens, token, saved } = stage()
    const others = Array.from({ length: OTHERS }, (_, i) => i + 2)
    for (const socket of others) {
      tokens.issue(socket, thief)
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
    expect(tokens.find(token)?.session).toBe(ALICE)
  })

  it('is none that was issued to a connection which is gone', () => {
    const { tokens } = stage()
    const late = tokens.issue(2, thief)
    tokens.gone(2)
    tokens.name(2, 2)
    expect([tokens.savedOf(2).tokenHash, tokens.find(late)]).toEqual(['', undefined])
  })

  it('goes with the session', () => {
    const { tokens, token } = stage()
    tokens.end(ALICE)
    expect(tokens.savedOf(ALICE)).toEqual({ tokenHash: '', generation: 0 })
    expect(tokens.find(token)).toBeUndefined()
  })

  it('works until a client that came by it is heard over its new connection, with the token which that was told', () => {
    const { tokens, token } = stage()
    const second = comeBy(tokens, token, 2)
    tokens.name(2, ALICE)
    expect(working(tokens, token, second)).toEqual([true, true])
    tokens.heard(2)
    expect(working(tokens, token, second)).toEqual([false, true])
    // The row has the newest.
    expect(tokens.savedOf(ALICE).tokenHash).toBe(tokens.find(second)!.hash)
  })

  it('is one of two at most, however often a client that hears nothing dials', () => {
    const { tokens, token } = stage()
    const told = [2, 3, 4].map((socket) => {
      const next = comeBy(tokens, token, socket)
      tokens.name(socket, ALICE)
      tokens.gone(socket)
      return next
    })
    expect(working(tokens, token, ...told)).toEqual([true, false, false, true])
    const last = comeBy(tokens, told[2]!, 5)
    tokens.name(5, ALICE)
    expect(working(tokens, token, told[2]!, last)).toEqual([false, true, true])
    tokens.end(ALICE)
    expect(working(tokens, token, told[2]!, last)).toEqual([false, false, false])
  })

  it('is not given up for a frame from before the session was named, or from a connection that was taken over', () => {
    const { tokens, token } = stage()
    comeBy(tokens, token, 2)
    tokens.heard(2)
    tokens.name(2, ALICE)
    const newest = comeBy(tokens, token, 3)
    tokens.name(3, ALICE)
    tokens.heard(2)
    expect(working(tokens, token, newest)).toEqual([true, true])
    tokens.heard(3)
    expect(working(tokens, token, newest)).toEqual([false, true])
  })
})
