import { describe, expect, it } from 'vitest'
import { Interaction } from '../../components/loot.js'
import { QUESTS_MAX, QuestLog, QuestsDone, questState } from '../../components/quest-log.js'
import { flag } from '../../components/status.js'
import { ItemDestroy } from '../../protocol/item.js'
import {
  QuestAbandon,
  QuestAccept,
  QuestComplete,
  QuestCompleted,
  QuestList,
  QuestLogAll,
  QuestOffered,
  QuestProgress,
} from '../../protocol/quest.js'
import { CountersResource } from '../../systems/counters.js'
import { ItemGained, Talked } from '../../systems/events.js'
import { bounty, hares, killHares, lining, PELT, questOf, scene, word } from './quest-scene.js'
import { content, keyed } from './small-world.js'

describe('quest.accept', () => {
  it('puts the quest into the log', () => {
    const { small, hero, npc, accept, state, have } = scene(hares)
    expect(accept()).toBe('ok')
    expect([state(), have()]).toEqual([questState.active, 0])
    expect(small.toldOf(hero, QuestLogAll)).toEqual([{ active: [hares.id] }])
    expect(small.seenOf(Talked)).toEqual([{ character: small.entity(hero), npc: hares.giver }])
    expect(small.column(Interaction, 'npc')[hero]).toBe(npc)
    expect(small.resource(CountersResource).get('questsAccepted')).toBe(1)
  })

  it('twice in one tick takes it once', () => {
    const { small, hero, npc } = scene(hares)
    const first = small.ask(hero, QuestAccept, { giver: npc, quest: hares.id })
    const second = small.ask(hero, QuestAccept, { giver: npc, quest: hares.id })
    small.step()
    expect([first.code, second.code]).toEqual(['ok', 'alreadyDone'])
    expect(small.toldOf(hero, QuestLogAll)).toEqual([{ active: [hares.id] }])
    expect(small.resource(CountersResource).get('questsAccepted')).toBe(1)
  })

  it('is refused for a quest of another giver, an unknown quest, and quest 0', () => {
    const { small, hero, npc } = scene(hares)
    for (const quest of [lining.id, 250, 0, 60_000])
      expect(small.now(hero, QuestAccept, { giver: npc, quest })).toBe('notOffered')
  })

  it('is refused from afar, and to who cannot act', () => {
    const { small, hero, accept } = scene(hares)
    small.setFlags(hero, flag.dead)
    expect(accept()).toBe('dead')
    small.setFlags(hero, flag.stunned)
    expect(accept()).toBe('stunned')
    small.setFlags(hero, flag.feared)
    expect(accept()).toBe('feared')
    small.setFlags(hero, 0)
    small.move(hero, 500, 500)
    expect(accept()).toBe('outOfRange')
  })

  it('is refused below the level, and before what it requires is done', () => {
    const imps = questOf('imps-in-the-hedge')
    const low = scene(bounty, bounty.levelMin - 1)
    expect(low.accept()).toBe('levelTooLow')
    const { small, hero, accept } = scene(imps)
    expect(accept()).toBe('notOffered')
    small.edit(QuestsDone).setAt(hero, 'bits', word.id >> 3, 1 << (word.id & 7))
    expect(accept()).toBe('ok')
  })

  it('is refused once done, unless repeatable', () => {
    for (const quest of [hares, bounty]) {
      const { small, hero, accept } = scene(quest)
      small.edit(QuestsDone).setAt(hero, 'bits', quest.id >> 3, 1 << (quest.id & 7))
      expect(accept()).toBe(quest.repeatable ? 'ok' : 'alreadyDone')
    }
  })

  it('is refused when the log is full', () => {
    const { small, hero, accept } = scene(hares)
    for (let row = 0; row < content.rates.logSize; row += 1) small.edit(QuestLog).setAt(hero, 'quest', row, 200 + row)
    expect(accept()).toBe('questFull')
    small.edit(QuestLog).setAt(hero, 'quest', 11, 0)
    expect(accept()).toBe('ok')
    expect(small.edit(QuestLog).quest[hero * QUESTS_MAX + 11]).toBe(hares.id)
  })

  it('counts what is in the bag already', () => {
    const { small, hero, accept, gain, state } = scene(lining)
    gain(PELT, 9)
    small.step()
    expect(accept()).toBe('ok')
    expect(state()).toBe(questState.complete)
    expect(small.toldOf(hero, QuestProgress)).toEqual([{ quest: lining.id, objective: 0, have: 4, need: 4 }])
    expect(small.toldOf(hero, QuestCompleted)).toEqual([{ quest: lining.id }])
  })
})

describe('progress', () => {
  it('of kills goes to the tap’s owner, whoever struck last', () => {
    const { small, hero, accept, have } = scene(hares)
    const other = small.character()
    accept()
    small.kill(small.creature('bristle-hare'), hero, other)
    small.kill(small.creature('bristle-hare'), other, hero)
    small.kill(small.creature('bristle-hare'), 0, hero)
    small.kill(small.creature('furrow-rat'), hero)
    small.step()
    expect(have()).toBe(2)
    expect(small.toldOf(hero, QuestProgress).map((told) => told.have)).toEqual([1, 2])
  })

  it('a death that is told twice counts once', () => {
    const { small, hero, accept, have } = scene(hares)
    accept()
    const hare = small.creature('bristle-hare')
    small.kill(hare, hero)
    small.kill(hare, hero)
    small.step()
    expect(have()).toBe(1)
  })

  it('stops at what is needed, and completes', () => {
    const { small, hero, accept, have, state } = scene(hares)
    accept()
    killHares(small, hero, 5)
    expect([have(), state()]).toEqual([5, questState.active])
    killHares(small, hero, 3)
    expect([have(), state()]).toEqual([6, questState.complete])
    expect(small.toldOf(hero, QuestCompleted)).toEqual([{ quest: hares.id }])
  })

  it('of collecting follows the bag, back as well', () => {
    const { small, hero, accept, gain, have, state } = scene(lining)
    accept()
    gain(PELT, 3)
    small.step()
    expect([have(), state()]).toEqual([3, questState.active])
    gain(PELT, 3)
    small.step()
    expect([have(), state()]).toEqual([4, questState.complete])
    expect(small.now(hero, ItemDestroy, { bagSlot: 0, count: 4 })).toBe('ok')
    expect([have(), state()]).toEqual([2, questState.active])
    expect(small.toldOf(hero, QuestProgress).map((told) => told.have)).toEqual([3, 4, 2])
  })

  it('of talking comes with the list of that NPC', () => {
    const { small, hero, accept, have, state } = scene(word)
    accept()
    const ysolde = keyed(content.npcList, 'ysolde')
    const warden = small.npc('ysolde')
    small.move(hero, ysolde.x, ysolde.z)
    small.step()
    expect(have()).toBe(0)
    expect(small.now(hero, QuestList, { giver: small.entity(warden) })).toBe('ok')
    small.step()
    expect([have(), state()]).toEqual([1, questState.complete])
    expect(small.now(hero, QuestComplete, { giver: small.entity(warden), quest: word.id })).toBe('ok')
  })

  it('of those who are gone is skipped', () => {
    const { small, hero, accept } = scene(hares)
    accept()
    small.kill(small.creature('bristle-hare'), hero)
    small.emit(ItemGained, { character: small.entity(hero), item: PELT, count: 1 })
    small.world.commands.despawn(hero)
    small.world.commandBuffer.flush()
    expect(() => small.step()).not.toThrow()
  })
})

describe('quest.abandon', () => {
  it('clears the row with its progress', () => {
    const { small, hero, accept, have } = scene(hares)
    accept()
    killHares(small, hero, 4)
    expect(small.now(hero, QuestAbandon, { quest: hares.id })).toBe('ok')
    expect(small.toldOf(hero, QuestLogAll).at(-1)).toEqual({ active: [] })
    expect(accept()).toBe('ok')
    expect(have()).toBe(0)
  })

  it('is refused for what is not under way', () => {
    const { small, hero } = scene(hares)
    for (const quest of [hares.id, 0, 60_000]) expect(small.now(hero, QuestAbandon, { quest })).toBe('noSuchTarget')
  })

  it('then complete in one tick pays nothing', () => {
    const { small, hero, npc, accept } = scene(hares)
    accept()
    killHares(small, hero, 6)
    const replies = [
      small.ask(hero, QuestAbandon, { quest: hares.id }),
      small.ask(hero, QuestComplete, { giver: npc, quest: hares.id }),
    ]
    small.step()
    expect(replies.map((reply) => reply.code)).toEqual(['ok', 'notOffered'])
    expect(small.gold(hero)).toBe(0)
  })
})

describe('quest.list', () => {
  it('lists what is offered and what can be handed in', () => {
    const { small, hero, npc, accept } = scene(hares)
    const ask = () => {
      expect(small.now(hero, QuestList, { giver: npc })).toBe('ok')
      return small.toldOf(hero, QuestOffered).at(-1)
    }
    expect(ask()?.offered).toContain(hares.id)
    accept()
    expect(ask()).toMatchObject({ returned: [] })
    expect(ask()?.offered).not.toContain(hares.id)
    killHares(small, hero, 6)
    expect(ask()).toMatchObject({ giver: npc, returned: [hares.id] })
  })

  it('is refused by those who have no quests', () => {
    const { small, hero } = scene(hares)
    const corvin = keyed(content.npcList, 'corvin')
    const trader = small.npc('corvin')
    small.move(hero, corvin.x, corvin.z)
    expect(small.now(hero, QuestList, { giver: small.entity(trader) })).toBe('noSuchTarget')
    expect(small.seenOf(Talked)).toEqual([])
  })
})
