import { describe, expect, it } from 'vitest'
import { QUESTS_MAX, QuestLog, QuestsDone, questState } from '../../components/quest-log.js'
import { flag } from '../../components/status.js'
import {
  QuestAbandon,
  QuestAccept,
  QuestChooseReward,
  QuestComplete,
  QuestCompleted,
  QuestFailed,
  QuestList,
  QuestOffered,
  QuestProgress,
} from '../../protocol/quest.js'
import type { Slot } from '../../src/ecs/entities.js'
import { CountersResource } from '../../systems/counters.js'
import { ExperienceEarned, ItemLost, ItemUsed } from '../../systems/events.js'
import { boundLimits, rowOf } from '../../systems/quest-rules.js'
import { HORN, npcKey, questOf, scene } from './quest-scene.js'
import { content, keyed, type SmallWorld, TICK_HZ } from './small-world.js'

const ashes = questOf('ashes-at-the-fords')
const ear = questOf('the-wardens-ear')
const coin = questOf('the-clerks-coin')
const bread = questOf('bread-while-warm')
const lime = questOf('lime-on-the-clover')
const OVEN_LOAF = keyed(content.itemList, 'oven-loaf').id
const LIME = keyed(content.itemList, 'slaked-lime').id
/** Long enough for the watch over places and limits to come by. */
const WATCH_TICKS = TICK_HZ

/** Walks the hero to an NPC of the content and returns it. */
function meet(small: SmallWorld, hero: Slot, npcId: number): number {
  const kind = keyed(content.npcList, npcKey(npcId))
  const npc = small.npc(kind.key)
  small.move(hero, kind.x + 1, kind.z)
  return small.entity(npc)
}

const markDone = (small: SmallWorld, hero: Slot, quest: number): void => {
  const { bits } = small.edit(QuestsDone)
  small.edit(QuestsDone).setAt(hero, 'bits', quest >> 3, bits[hero * 32 + (quest >> 3)] | (1 << (quest & 7)))
}

describe('explore', () => {
  it('is met by standing in the place, each place for its own objective, and then is met for good', () => {
    const { small, hero, accept, have, state } = scene(ashes)
    accept()
    const [west, east] = ashes.objectives.map((objective) => objective.where[0])
    small.move(hero, west.x + west.radiusM + 1, west.z)
    small.step(WATCH_TICKS)
    expect([have(0), have(1)]).toEqual([0, 0])
    small.move(hero, west.x + west.radiusM - 1, west.z)
    small.step(WATCH_TICKS)
    expect([have(0), have(1), state()]).toEqual([1, 0, questState.active])
    small.move(hero, east.x, east.z)
    small.step(WATCH_TICKS)
    expect([have(0), have(1), state()]).toEqual([1, 1, questState.complete])
    expect(small.toldOf(hero, QuestProgress)).toHaveLength(2)
    expect(small.toldOf(hero, QuestCompleted)).toEqual([{ quest: ashes.id }])
  })

  it('is not met by ghosts, nor by those who did not take the quest', () => {
    const { small, hero, accept, have } = scene(ashes)
    const other = small.character()
    accept()
    const [west] = ashes.objectives[0].where
    small.setFlags(hero, flag.ghost)
    for (const slot of [hero, other]) small.move(slot, west.x, west.z)
    small.step(WATCH_TICKS)
    expect(have()).toBe(0)
    expect(small.toldOf(other, QuestProgress)).toEqual([])
  })
})

describe('deliver', () => {
  it('gives the things with the quest, and the NPC who is spoken to takes them', () => {
    const { small, hero, accept, have, held, state } = scene(bread)
    expect(accept()).toBe('ok')
    expect(held(OVEN_LOAF)).toBe(3)
    const anka = meet(small, hero, bread.ender)
    expect(small.now(hero, QuestList, { giver: anka })).toBe('ok')
    expect([held(OVEN_LOAF), have(), state()]).toEqual([0, 3, questState.complete])
    expect(small.toldOf(hero, QuestOffered).at(-1)?.returned).toEqual([bread.id])
    expect(small.seenOf(ItemLost)).toEqual([{ character: small.entity(hero), item: OVEN_LOAF, count: 3 }])
    expect(small.now(hero, QuestComplete, { giver: anka, quest: bread.id })).toBe('ok')
    expect(small.gold(hero)).toBe(bread.reward.gold)
  })

  it('comes with the hand-in too, and twice in one tick is taken and paid once', () => {
    const { small, hero, accept, held } = scene(bread)
    accept()
    const anka = meet(small, hero, bread.ender)
    const replies = [1, 2].map(() => small.ask(hero, QuestComplete, { giver: anka, quest: bread.id }))
    small.step(2)
    expect(replies.map((reply) => reply.code)).toEqual(['ok', 'notOffered'])
    expect([held(OVEN_LOAF), small.gold(hero)]).toEqual([0, bread.reward.gold])
    expect(small.seenOf(ItemLost)).toHaveLength(1)
    expect(small.seenOf(ExperienceEarned)).toHaveLength(1)
  })

  it('takes what there is, and the rest another time; nobody else takes any', () => {
    const { small, hero, npc, accept, have, held, state, gain } = scene(bread)
    accept()
    small.putStack(hero, 0, OVEN_LOAF, 1)
    expect(small.now(hero, QuestList, { giver: npc })).toBe('ok')
    expect([held(OVEN_LOAF), have()]).toEqual([1, 0])
    const anka = meet(small, hero, bread.ender)
    expect(small.now(hero, QuestComplete, { giver: anka, quest: bread.id })).toBe('notReady')
    expect([held(OVEN_LOAF), have(), state()]).toEqual([0, 1, questState.active])
    gain(OVEN_LOAF, 5)
    small.step()
    expect(small.now(hero, QuestList, { giver: anka })).toBe('ok')
    expect([held(OVEN_LOAF), have(), state()]).toEqual([3, 3, questState.complete])
  })

  it('is not taken with the quest when the bag has no room', () => {
    const { small, hero, accept, held, row } = scene(bread)
    small.fillBag(hero, HORN, content.rates.bagSlots)
    expect(accept()).toBe('bagFull')
    expect([row(), held(OVEN_LOAF)]).toEqual([-1, 0])
    expect(small.resource(CountersResource).get('questsAccepted')).toBe(0)
    small.putStack(hero, 0, 0, 0)
    expect(accept()).toBe('ok')
  })

  it('twice in one tick is taken once, with one set of things', () => {
    const { small, hero, npc, held } = scene(bread)
    const replies = [1, 2].map(() => small.ask(hero, QuestAccept, { giver: npc, quest: bread.id }))
    small.step()
    expect(replies.map((reply) => reply.code)).toEqual(['ok', 'alreadyDone'])
    expect(held(OVEN_LOAF)).toBe(3)
  })

  it('is given back when the quest is given up, however often', () => {
    const { small, hero, accept, held } = scene(bread)
    for (let round = 0; round < 3; round += 1) {
      expect(accept()).toBe('ok')
      expect(held(OVEN_LOAF)).toBe(3)
      expect(small.now(hero, QuestAbandon, { quest: bread.id })).toBe('ok')
      expect(held(OVEN_LOAF)).toBe(0)
    }
    expect(small.resource(CountersResource).get('questsAbandoned')).toBe(3)
    small.step()
    expect(small.seenOf(ItemLost)).toHaveLength(3)
  })
})

describe('use of an item', () => {
  /** The item's use has taken effect on a creature of that kind. */
  function use(small: SmallWorld, hero: Slot, item: number, target: Slot): void {
    small.emit(ItemUsed, { character: small.entity(hero), bagSlot: 0, item, target: small.entity(target) })
  }

  it('counts each use on the right kind of creature, up to what is needed', () => {
    const { small, hero, accept, have, state } = scene(lime)
    expect(accept()).toBe('ok')
    const beetle = small.creature('clover-beetle')
    use(small, hero, LIME, small.creature('furrow-rat'))
    use(small, hero, OVEN_LOAF, beetle)
    use(small, hero, LIME, hero)
    small.step()
    expect(have()).toBe(0)
    for (let i = 0; i < 5; i += 1) use(small, hero, LIME, beetle)
    small.step()
    expect([have(), state()]).toEqual([5, questState.active])
    for (let i = 0; i < 4; i += 1) use(small, hero, LIME, small.creature('clover-beetle'))
    small.step()
    expect([have(), state()]).toEqual([6, questState.complete])
  })

  it('counts for him who used it, and not on what is gone', () => {
    const { small, hero, accept, have } = scene(lime)
    accept()
    const other = small.character()
    use(small, other, LIME, small.creature('clover-beetle'))
    const gone = small.creature('clover-beetle')
    use(small, hero, LIME, gone)
    small.world.commands.despawn(gone)
    small.world.commandBuffer.flush()
    small.step()
    expect(have()).toBe(0)
  })

  it('leaves nothing of what came with the quest after the hand-in', () => {
    const { small, hero, accept, held } = scene(lime)
    accept()
    for (let i = 0; i < 6; i += 1) use(small, hero, LIME, small.creature('clover-beetle'))
    small.step()
    small.putStack(hero, 0, LIME, 2)
    const merle = meet(small, hero, lime.ender)
    const replies = [0, 1].map((choice) => small.ask(hero, QuestChooseReward, { giver: merle, quest: lime.id, choice }))
    small.step(2)
    expect(replies.map((reply) => reply.code)).toEqual(['ok', 'notOffered'])
    expect([held(LIME), small.gold(hero)]).toEqual([0, lime.reward.gold])
    expect(small.seenOf(ItemLost).at(-1)).toEqual({ character: small.entity(hero), item: LIME, count: 2 })
  })
})

const limitTicks = (bread.timeLimitMs * TICK_HZ) / 1000

describe('a quest with a time limit', () => {
  it('fails when its time is over, and is only to be given up, and then taken again', () => {
    const { small, hero, npc, accept, state, held } = scene(bread)
    accept()
    const until = small.edit(QuestLog).untilTick[hero * QUESTS_MAX + rowOf(small.edit(QuestLog), hero, bread.id)]
    expect(until).toBe(small.world.tick + limitTicks)
    small.step(limitTicks - 1)
    expect(state()).toBe(questState.active)
    small.step(WATCH_TICKS)
    expect(state()).toBe(questState.failed)
    expect(small.toldOf(hero, QuestFailed)).toEqual([{ quest: bread.id }])
    expect(small.resource(CountersResource).get('questsFailed')).toBe(1)
    const anka = meet(small, hero, bread.ender)
    expect(small.now(hero, QuestComplete, { giver: anka, quest: bread.id })).toBe('notReady')
    expect(held(OVEN_LOAF)).toBe(3)
    meet(small, hero, bread.giver)
    expect(small.now(hero, QuestAccept, { giver: npc, quest: bread.id })).toBe('alreadyDone')
    expect(small.now(hero, QuestAbandon, { quest: bread.id })).toBe('ok')
    expect(held(OVEN_LOAF)).toBe(0)
    expect(small.edit(QuestLog).untilTick[hero * QUESTS_MAX]).toBe(0)
    expect(accept()).toBe('ok')
    expect([state(), held(OVEN_LOAF)]).toEqual([questState.active, 3])
  })

  it('takes nothing from the tick on at which its time is over, before it is told so', () => {
    const { small, hero, accept, have, held } = scene(bread)
    accept()
    const row = rowOf(small.edit(QuestLog), hero, bread.id)
    small.edit(QuestLog).setAt(hero, 'untilTick', row, small.world.tick + 1)
    const anka = meet(small, hero, bread.ender)
    expect(small.now(hero, QuestComplete, { giver: anka, quest: bread.id })).toBe('notReady')
    expect([have(), held(OVEN_LOAF)]).toEqual([0, 3])
  })

  it('stops its clock when its objectives are met', () => {
    const { small, hero, accept, state } = scene(bread)
    accept()
    const anka = meet(small, hero, bread.ender)
    small.now(hero, QuestList, { giver: anka })
    small.step(limitTicks + WATCH_TICKS)
    expect(state()).toBe(questState.complete)
    expect(small.now(hero, QuestComplete, { giver: anka, quest: bread.id })).toBe('ok')
  })
})

describe('a log that was saved by another world', () => {
  it('has no longer than from this world’s start, and what is shorter stays', () => {
    const { small, hero, accept } = scene(bread)
    accept()
    const log = small.edit(QuestLog)
    const until = (): number => log.untilTick[hero * QUESTS_MAX]
    log.setAt(hero, 'untilTick', 0, 9_000_000)
    boundLimits(log, hero, content, 100, TICK_HZ)
    expect(until()).toBe(100 + limitTicks)
    boundLimits(log, hero, content, 500, TICK_HZ)
    expect(until()).toBe(100 + limitTicks)
    log.setAt(hero, 'quest', 0, ashes.id)
    boundLimits(log, hero, content, 500, TICK_HZ)
    expect(until()).toBe(0)
  })
})

describe('quests of one group', () => {
  it('close each other while one is under way, and for good once one is done', () => {
    const { small, hero, npc } = scene(ear)
    markDone(small, hero, ashes.id)
    const take = (quest: number): string | undefined => small.now(hero, QuestAccept, { giver: npc, quest })
    const offered = (): readonly number[] => {
      small.now(hero, QuestList, { giver: npc })
      return small.toldOf(hero, QuestOffered).at(-1)?.offered ?? []
    }
    expect(offered()).toEqual(expect.arrayContaining([ear.id, coin.id]))
    expect(take(ear.id)).toBe('ok')
    expect(take(coin.id)).toBe('notOffered')
    expect(offered()).not.toContain(coin.id)
    expect(small.now(hero, QuestAbandon, { quest: ear.id })).toBe('ok')
    expect(take(coin.id)).toBe('ok')
    markDone(small, hero, coin.id)
    expect(small.now(hero, QuestAbandon, { quest: coin.id })).toBe('ok')
    expect([take(ear.id), take(coin.id)]).toEqual(['alreadyDone', 'alreadyDone'])
  })

  it('both taken in one tick: the first one', () => {
    const { small, hero, npc } = scene(ear)
    markDone(small, hero, ashes.id)
    const replies = [coin, ear].map((quest) => small.ask(hero, QuestAccept, { giver: npc, quest: quest.id }))
    small.step()
    expect(replies.map((reply) => reply.code)).toEqual(['ok', 'notOffered'])
  })
})
