import { AdminKick } from '../protocol/admin.js'
import { result } from '../protocol/result-codes.js'
import type { Entity, Slot } from '../src/ecs/entities.js'
import { type ContextOf, defineSystem } from '../src/ecs/system.js'
import { AuditResource } from '../src/net/audit.js'
import { PresenceResource } from '../src/net/presence.js'
import type { ResultCode } from '../src/protocol/result-codes.js'
import { cleanLine } from './chat-rules.js'

const needs = {
  name: 'moderation',
  resources: { presence: PresenceResource, audit: AuditResource },
  intents: [AdminKick],
} as const
type ModerationWorld = ContextOf<typeof needs>

/** Refused uses are written down too. A moderator's own death does not matter: this is not an act of the character. */
function kick(world: ModerationWorld, actor: Slot, target: Entity, reason: string): ResultCode {
  const { presence, audit, tick } = world
  if (!audit.hasRoom(tick)) return result.limit
  const slot = world.slotOf(target)
  const accountOf = (of: Slot): string => presence.characters.get(of)?.accountId ?? ''
  const actorAccount = accountOf(actor)
  const targetAccount = slot === 0 ? '' : accountOf(slot)
  const code = slot !== 0 && presence.kick(slot) ? result.ok : result.noSuchTarget
  audit.write({
    tick,
    actor: world.entityOf(actor),
    actorAccount,
    action: AdminKick.name,
    target,
    targetAccount,
    reason: cleanLine(reason),
    code,
  })
  return code
}

/** What moderators do to sessions. */
export const moderation = defineSystem({
  ...needs,
  run(world) {
    for (const intent of world.intents) {
      const { target, reason } = intent.payload
      world.answer(intent, kick(world, intent.actor, target, reason))
    }
  },
})
