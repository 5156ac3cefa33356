import { describe, expect, it } from 'vitest'
import { Purse } from '../../components/bag.js'
import { QuestsDone, questState } from '../../components/quest-log.js'
import { ItemDestroy } from '../../protocol/item.js'
import { QuestChooseReward, QuestComplete, QuestCompleted, QuestLogAll, QuestRewarded } from '../../protocol/quest.js'
import { CountersResource } from '../../systems/counters.js'
import { ExperienceEarned, ItemGained, ItemLost } from '../../systems/events.js'
import { isDone } from '../../systems/quest-rules.js'
import { bounty, HORN, hares, killHares, LOAF, lining, PELT, scene } from './quest-scene.js'
import { content, keyed } from './small-world.js'

describe('quest.complete', () => {
  /** The hares are dead: the quest can be handed in. */
  function ready() {
    const all = scene(hares)
    all.accept()
    killHares(all.small, all.hero, 6)
    return all
  }

  it('pays experience, gold and items, and remembers it', () => {
    const { small, hero, complete, held, row } = ready()
    expect(complete()).toBe('ok')
    expect([small.gold(hero), held(LOAF), row()]).toEqual([12, 2, -1])
    const character = small.entity(hero)
    expect(small.seenOf(ExperienceEarned)).toEqual([{ character, amount: 450 }])
    expect(small.seenOf(ItemGained)).toEqual([{ character, item: LOAF, count: 2 }])
    expect(small.toldOf(hero, QuestRewarded)).toEqual([{ quest: hares.id, experience: 450, gold: 12 }])
    expect(small.toldOf(hero, QuestLogAll).at(-1)).toEqual({ active: [] })
    expect(isDone(small.edit(QuestsDone), hero, hares.id)).toBe(true)
    expect(small.resource(CountersResource).all()).toMatchObject({ questsCompleted: 1, itemsGained: 2 })
  })

  it('double complete in one tick pays once', () => {
    const { small, hero, npc, held } = ready()
    const first = small.ask(hero, QuestComplete, { giver: npc, quest: hares.id })
    const second = small.ask(hero, QuestComplete, { giver: npc, quest: hares.id })
    small.step(2)
    expect([first.code, second.code]).toEqual(['ok', 'notOffered'])
    expect([small.gold(hero), held(LOAF)]).toEqual([12, 2])
    expect(small.seenOf(ExperienceEarned)).toHaveLength(1)
    expect(small.toldOf(hero, QuestRewarded)).toHaveLength(1)
    expect(small.resource(CountersResource).get('questsCompleted')).toBe(1)
  })

  it('is refused before it is done, to another NPC, from afar, and for what was never taken', () => {
    const { small, hero, npc, accept, complete } = scene(hares)
    expect(complete()).toBe('notOffered')
    accept()
    expect(complete()).toBe('notReady')
    killHares(small, hero, 6)
    const tobin = keyed(content.npcList, 'tobin')
    const miller = small.npc('tobin')
    expect(small.now(hero, QuestComplete, { giver: small.entity(miller), quest: hares.id })).toBe('outOfRange')
    small.move(hero, tobin.x, tobin.z)
    expect(small.now(hero, QuestComplete, { giver: small.entity(miller), quest: hares.id })).toBe('notOffered')
    expect(small.now(hero, QuestComplete, { giver: npc, quest: hares.id })).toBe('outOfRange')
    expect(small.gold(hero)).toBe(0)
  })

  it('changes nothing when the bag has no room, and pays when it has', () => {
    const { small, hero, complete, state, held } = ready()
    small.fillBag(hero, HORN, content.rates.bagSlots)
    expect(complete()).toBe('bagFull')
    expect([small.gold(hero), state(), held(LOAF)]).toEqual([0, questState.complete, 0])
    expect(small.seenOf(ExperienceEarned)).toEqual([])
    small.putStack(hero, 0, 0, 0)
    expect(complete()).toBe('ok')
    expect([small.gold(hero), held(LOAF)]).toEqual([12, 2])
  })

  it('changes nothing when the purse cannot hold the gold', () => {
    const { small, hero, complete, state, held } = ready()
    small.edit(Purse).set(hero, 'gold', content.rates.goldMax - 11)
    expect(complete()).toBe('limit')
    expect([small.gold(hero), state(), held(LOAF)]).toEqual([content.rates.goldMax - 11, questState.complete, 0])
  })

  it('can be done again when repeatable', () => {
    const { small, hero, accept, complete } = scene(bounty)
    for (let round = 1; round <= 2; round += 1) {
      expect(accept()).toBe('ok')
      for (let i = 0; i < 10; i += 1) small.kill(small.creature('moor-stag'), hero)
      small.step()
      expect(complete()).toBe('ok')
      expect(small.gold(hero)).toBe(round * bounty.reward.gold)
    }
  })
})

describe('quest.chooseReward', () => {
  /** Seven pelts in the bag, four of which the quest takes. */
  function ready() {
    const all = scene(lining)
    all.gain(PELT, 7)
    all.small.step()
    all.accept()
    return all
  }
  const choose = ({ small, hero, npc }: ReturnType<typeof ready>, choice: number): string | undefined =>
    small.now(hero, QuestChooseReward, { giver: npc, quest: lining.id, choice })

  it('is asked for where there is a choice', () => {
    const all = ready()
    const before = all.small.toldOf(all.hero, QuestCompleted).length
    expect(all.complete()).toBe('notReady')
    expect(all.small.toldOf(all.hero, QuestCompleted)).toHaveLength(before + 1)
    expect(all.state()).toBe(questState.complete)
  })

  it('takes the collected items and gives the chosen one', () => {
    const all = ready()
    const { small, hero, held } = all
    expect(choose(all, 0)).toBe('ok')
    expect([held(PELT), held(LOAF), small.gold(hero)]).toEqual([3, 5, 15])
    const character = small.entity(hero)
    expect(small.seenOf(ItemLost)).toEqual([{ character, item: PELT, count: 4 }])
    expect(small.seenOf(ItemGained).at(-1)).toEqual({ character, item: LOAF, count: 5 })
  })

  it('double choice in one tick pays one of them', () => {
    const { small, hero, npc, held } = ready()
    const replies = [0, 1].map((choice) => small.ask(hero, QuestChooseReward, { giver: npc, quest: lining.id, choice }))
    small.step(2)
    expect(replies.map((reply) => reply.code)).toEqual(['ok', 'notOffered'])
    const water = keyed(content.itemList, 'well-water').id
    expect([held(PELT), held(LOAF), held(water), small.gold(hero)]).toEqual([3, 5, 0, 15])
  })

  it('refuses a choice that is not there', () => {
    expect(choose(ready(), 2)).toBe('noSuchTarget')
    const plain = scene(hares)
    plain.accept()
    killHares(plain.small, plain.hero, 6)
    expect(plain.small.now(plain.hero, QuestChooseReward, { giver: plain.npc, quest: hares.id, choice: 0 })).toBe('noSuchTarget')
    expect(plain.small.gold(plain.hero)).toBe(0)
  })

  it('has room where the collected items lay', () => {
    const all = scene(lining)
    const { small, hero, held } = all
    small.fillBag(hero, HORN, content.rates.bagSlots)
    all.gain(PELT, 4, 5)
    small.step()
    all.accept()
    expect(choose(all, 0)).toBe('ok')
    expect([held(PELT), held(LOAF)]).toEqual([0, 5])
  })

  it('is refused when the items left the bag in the same tick', () => {
    const { small, hero, npc } = ready()
    const destroyed = small.ask(hero, ItemDestroy, { bagSlot: 0, count: 7 })
    const chosen = small.ask(hero, QuestChooseReward, { giver: npc, quest: lining.id, choice: 0 })
    small.step()
    expect([destroyed.code, chosen.code]).toEqual(['ok', 'notReady'])
    expect(small.gold(hero)).toBe(0)
  })
})
