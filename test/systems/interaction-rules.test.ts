import { describe, expect, it } from 'vitest'
import { Kind } from '../../components/kind.js'
import { Place, Position } from '../../components/motion.js'
import { flag, Status } from '../../components/status.js'
import { resultCodes } from '../../protocol/result-codes.js'
import { defineSystem } from '../../src/ecs/system.js'
import { ContentResource } from '../../systems/content/resource.js'
import type { Service } from '../../systems/content/types.js'
import { actCode, canAct, heldCode, npcGate } from '../../systems/interaction-rules.js'
import { content, keyed, SmallWorld } from './small-world.js'

const { interactRangeM } = content.rates
const anka = keyed(content.npcList, 'anka')

/** A world with Anka (quests, vendor) and a character beside her; `ask` puts the gate's question in a system of its own. */
function scene() {
  const question = { actor: 0, npc: 0, service: 'quests' as Service, code: '' }
  const asker = defineSystem({
    name: 'asker',
    reads: { position: Position, place: Place, kind: Kind, status: Status },
    resources: { content: ContentResource },
    run(context) {
      question.code = resultCodes.list[npcGate(context, question.actor, question.npc, question.service)].name
    },
  })
  const small = new SmallWorld([asker])
  const npc = small.npc('anka')
  const actor = small.character({ x: anka.x + 1, z: anka.z })
  const ask = (target = small.entity(npc), service: Service = 'quests'): string => {
    Object.assign(question, { actor, npc: target, service })
    small.step()
    return question.code
  }
  return { small, npc, actor, ask }
}

describe('what these flags let one do', () => {
  const rows: readonly [string, number, boolean, string, string][] = [
    ['free', 0, true, 'ok', 'ok'],
    ['rooted and silenced, in combat', flag.rooted | flag.silenced | flag.inCombat | flag.casting, true, 'ok', 'ok'],
    ['stunned', flag.stunned, true, 'stunned', 'stunned'],
    ['afraid', flag.feared, true, 'feared', 'feared'],
    ['stunned and afraid', flag.stunned | flag.feared, true, 'stunned', 'stunned'],
    ['dead', flag.dead, false, 'ok', 'dead'],
    ['dead and stunned', flag.dead | flag.stunned, false, 'stunned', 'dead'],
    ['a ghost in fear', flag.ghost | flag.feared, false, 'feared', 'dead'],
  ]
  it.each(rows)('%s', (_name, flags, lives, held, code) => {
    const nameOf = (given: number): string => resultCodes.list[given].name
    expect([canAct(flags), nameOf(heldCode(flags)), nameOf(actCode(flags))]).toEqual([lives, held, code])
  })
})

describe('npcGate', () => {
  it('lets a living character near her in', () => {
    const { ask } = scene()
    expect(ask()).toBe('ok')
    expect(ask(undefined, 'vendor')).toBe('ok')
  })

  for (const [name, flags, code] of [
    ['dead', flag.dead, 'dead'],
    ['a ghost', flag.ghost, 'dead'],
    ['stunned', flag.stunned, 'stunned'],
    ['afraid', flag.feared, 'feared'],
  ] as const) {
    it(`refuses an actor who is ${name}`, () => {
      const { small, actor, ask } = scene()
      small.setFlags(actor, flags)
      expect(ask()).toBe(code)
    })
  }

  it('refuses a dead NPC', () => {
    const { small, npc, ask } = scene()
    small.setFlags(npc, flag.dead)
    expect(ask()).toBe('dead')
  })

  it('refuses a service that she does not have', () => {
    expect(scene().ask(undefined, 'spiritHealer')).toBe('noSuchTarget')
  })

  it('refuses nobody, a creature, a character and an entity that is gone', () => {
    const { small, npc, actor, ask } = scene()
    const creature = small.creature('bristle-hare', { x: anka.x, z: anka.z })
    const gone = small.entity(npc)
    expect(ask(0)).toBe('noSuchTarget')
    expect(ask(small.entity(creature))).toBe('noSuchTarget')
    expect(ask(small.entity(actor))).toBe('noSuchTarget')
    small.world.commands.despawn(npc)
    small.world.commandBuffer.flush()
    expect(ask(gone)).toBe('noSuchTarget')
  })

  it('measures the distance on the ground', () => {
    const { small, actor, ask } = scene()
    small.move(actor, anka.x + interactRangeM, anka.z)
    expect(ask()).toBe('ok')
    small.move(actor, anka.x + interactRangeM + 0.01, anka.z)
    expect(ask()).toBe('outOfRange')
  })

  it('does not reach into another zone or another copy of the zone', () => {
    for (const field of ['zone', 'instance']) {
      const { small, actor, ask } = scene()
      small.column(Place, field)[actor] += 1
      expect(ask()).toBe('outOfRange')
    }
  })
})
