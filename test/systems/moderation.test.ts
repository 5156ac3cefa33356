import { describe, expect, it } from 'vitest'
import { flag } from '../../components/status.js'
import { AdminKick } from '../../protocol/admin.js'
import { result } from '../../protocol/result-codes.js'
import { AUDIT_ENTRIES_MAX, AuditResource } from '../../src/net/audit.js'
import { PresenceResource } from '../../src/net/presence.js'
import { moderation } from '../../systems/moderation.js'
import { SmallWorld } from './small-world.js'

function scene() {
  const small = new SmallWorld([moderation])
  const presence = small.resource(PresenceResource)
  const audit = small.resource(AuditResource)
  const judge = small.character()
  const culprit = small.character()
  const kicked: number[] = []
  presence.characters.set(judge, { characterId: 1, accountId: 'guest:judge', name: 'Judge', classId: 1 })
  presence.characters.set(culprit, { characterId: 2, accountId: 'guest:culprit', name: 'Culprit', classId: 1 })
  presence.onKick = (slot) => {
    if (slot !== culprit || kicked.includes(slot)) return false
    kicked.push(slot)
    return true
  }
  return { small, audit, judge, culprit, kicked }
}

describe('admin.kick', () => {
  it('ends the session and is written down', () => {
    const { small, audit, judge, culprit, kicked } = scene()
    const target = small.entity(culprit)
    expect(small.now(judge, AdminKick, { target, reason: 'shouting\n[forged line]' })).toBe('ok')
    expect(kicked).toEqual([culprit])
    expect(audit.drain()).toEqual([
      {
        tick: 1,
        actor: small.entity(judge),
        actorAccount: 'guest:judge',
        action: 'admin.kick',
        target,
        targetAccount: 'guest:culprit',
        reason: 'shouting[forged line]',
        code: result.ok,
      },
    ])
    expect(audit.drain()).toEqual([])
  })

  it('is written down when nobody plays the target or it is gone', () => {
    const { small, audit, judge, kicked } = scene()
    const bot = small.character()
    for (const target of [small.entity(bot), 0, 123_456_789]) {
      expect(small.now(judge, AdminKick, { target, reason: '' })).toBe('noSuchTarget')
      expect(audit.drain()).toMatchObject([{ target, targetAccount: '', code: result.noSuchTarget }])
    }
    expect(kicked).toEqual([])
  })

  it('works for a moderator whose character is dead', () => {
    const { small, judge, culprit } = scene()
    small.setFlags(judge, flag.dead)
    expect(small.now(judge, AdminKick, { target: small.entity(culprit), reason: 'x' })).toBe('ok')
  })

  it('twice in one tick kicks once', () => {
    const { small, audit, judge, culprit, kicked } = scene()
    const replies = [1, 2].map(() => small.ask(judge, AdminKick, { target: small.entity(culprit), reason: 'x' }))
    small.step()
    expect(replies.map((reply) => reply.code)).toEqual(['ok', 'noSuchTarget'])
    expect(kicked).toHaveLength(1)
    expect(audit.drain()).toHaveLength(2)
  })

  it('does nothing that cannot be written down', () => {
    const { small, audit, judge, culprit, kicked } = scene()
    for (let i = 0; i < AUDIT_ENTRIES_MAX; i += 1) small.ask(judge, AdminKick, { target: 0, reason: '' })
    const over = small.ask(judge, AdminKick, { target: small.entity(culprit), reason: 'x' })
    small.step()
    expect(over.code).toBe('limit')
    expect(kicked).toEqual([])
    expect(small.now(judge, AdminKick, { target: small.entity(culprit), reason: 'x' })).toBe('ok')
    expect(audit.drain()).toHaveLength(1)
  })

  it('comes to the same state whether or not the entries are drained', () => {
    const hashes = [true, false].map((drains) => {
      const { small, audit, judge } = scene()
      for (let tick = 0; tick < 3; tick += 1) {
        for (let i = 0; i < 200; i += 1) small.ask(judge, AdminKick, { target: 0, reason: `${i}` })
        small.step()
        if (drains) audit.drain()
      }
      return small.world.stateHash()
    })
    expect(hashes[0]).toBe(hashes[1])
  })
})
