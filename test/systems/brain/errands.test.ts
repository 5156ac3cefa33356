import { describe, expect, it } from 'vitest'
import { goal } from '../../../components/bot-mind.js'
import { questState } from '../../../components/quest-log.js'
import type { Objective, QuestKind } from '../../../systems/content/types.js'
import { content } from '../arena.js'
import { blankMind, FakeView, hare, names } from './fake-view.js'

type Of<K extends Objective['kind']> = Extract<Objective, { kind: K }>

/** A quest of the shipped content with such an objective, and where in it that stands. */
function questWith<K extends Objective['kind']>(kind: K, fits: (objective: Of<K>) => boolean = () => true) {
  for (const quest of content.questList) {
    const index = quest.objectives.findIndex((o) => o.kind === kind && fits(o as Of<K>))
    if (index >= 0) return { quest, index, objective: quest.objectives[index] as Of<K> }
  }
  throw new Error(`the content has no quest with ${kind}`)
}

/** Far along in the goal, with all other objectives met. */
function on({ quest, index }: { quest: QuestKind; index: number }, over: Partial<FakeView> = {}): FakeView {
  const have = quest.objectives.map(({ count }, i) => (i === index ? 0 : count))
  return new FakeView({
    mind: { ...blankMind(), goal: goal.quest, quest: quest.id, objective: index, goalTick: 1e9, gearTick: 1e9, luckTick: 1_000 },
    quests: [{ quest: quest.id, state: questState.active, have }],
    ...over,
  })
}

describe('a bot on an errand', () => {
  it('explores by standing in the place', () => {
    const task = questWith('explore')
    const view = on(task)
    const [place] = task.objective.where
    expect(view.decide()).toMatchObject([{ opcode: { name: 'move.to' }, payload: { x: place.x, z: place.z } }])
    Object.assign(view, { x: place.x + 1, z: place.z, tick: view.tick + 1 })
    expect(view.decide()).toEqual([])
    view.quests = [{ ...view.quests[0], have: task.quest.objectives.map(({ count }) => count) }]
    view.decide()
    expect(view.mind.goal).toBe(goal.none)
  })

  it('clicks the objects that hold what it collects', () => {
    const task = questWith('collect', ({ objects }) => objects.length > 0)
    const [object] = content.objectList.filter(({ id }) => task.objective.objects.includes(id))
    const [place] = object.places
    const index = task.objective.where.findIndex(({ x, z }) => x === place.x && z === place.z)
    const view = on(task, { x: place.x, z: place.z, object: 0x100_901 })
    view.mind.areaIndex = index
    view.seen = [hare({ entity: 0x100_901, x: place.x + 9, z: place.z })]
    expect(view.decideWithin(2)).toMatchObject([{ opcode: { name: 'move.to' }, payload: { x: place.x + 9, z: place.z } }])
    view.x = place.x + 6
    expect(view.decideWithin(2)).toMatchObject([{ opcode: { name: 'object.click' }, payload: { entity: 0x100_901 } }])
  })

  it('brings what it was given to whom it is for', () => {
    const task = questWith('deliver', ({ source }) => source.where.length === 0)
    const npc = content.npcs[task.objective.npc]
    const view = on(task, { bag: [{ item: task.objective.item, count: task.objective.count }] })
    expect(view.decide()).toMatchObject([{ opcode: { name: 'move.to' }, payload: { x: npc?.x, z: npc?.z } }])
    Object.assign(view, { x: npc?.x, z: npc?.z, npcs: { [task.objective.npc]: 0x100_333 } })
    expect(view.decide()).toMatchObject([{ opcode: { name: 'quest.list' }, payload: { giver: 0x100_333 } }])
  })

  it('uses an item on what it is for: goes near, turns to it, uses it', () => {
    const task = questWith('useItem', ({ creatures }) => creatures.length > 0)
    const [place] = task.objective.where
    const view = on(task, { x: place.x, z: place.z, prey: 0x100_777, bag: [{ item: task.objective.item, count: 6 }] })
    view.seen = [hare({ x: place.x + 4, z: place.z })]
    const asked: string[] = []
    for (let i = 0; i < 4 && !asked.includes('item.use'); i += 1) {
      asked.push(...names(view.decideWithin(2)))
      view.tick += 5
    }
    expect(asked).toEqual(['move.to', 'item.use'])
  })

  it('gives a failed quest up, and counts why', () => {
    const { quest } = questWith('kill')
    const view = new FakeView({ quests: [{ quest: quest.id, state: questState.failed }] })
    expect(view.decide()).toMatchObject([{ opcode: { name: 'quest.abandon' }, payload: { quest: quest.id } }])
    expect(view.mind).toMatchObject({ quitFailed: 1, shunned: quest.id })
  })

  it('does the quest first whose time runs out', () => {
    const hunts = content.questList.filter(({ objectives }) => objectives[0].kind === 'kill').slice(0, 3)
    const quests = hunts.map(({ id }, i) => ({ quest: id, state: questState.active, until: i === 2 ? 5_000 : 0 }))
    for (const draw of [0, 0.3, 0.6, 0.9]) {
      const view = new FakeView({
        quests,
        questsDone: content.questList.map(({ id }) => id),
        mind: { ...blankMind(), shopTick: 1e9, gearTick: 1e9 },
      })
      view.decide(() => draw)
      expect(view.mind.quest).toBe(hunts[2].id)
    }
  })
})

describe('a bot at a trader’s', () => {
  const trader = content.npcsByService.vendor.find(({ stock }) => stock.length > 0)
  if (trader === undefined) throw new Error('the content has no trader with stock')
  const junk = content.itemList.find((item) => item.kind === 'junk')
  const at = (over: Partial<FakeView>): FakeView =>
    new FakeView({
      mind: { ...blankMind(), goal: goal.shop, quest: trader.id, gearTick: 1e9 },
      x: trader.x,
      z: trader.z,
      npcs: { [trader.id]: 0x100_444 },
      ...over,
    })

  it('sells what it does not need, and keeps the rest', () => {
    const view = at({ bag: [{ item: junk?.id ?? 0, count: 7 }] })
    expect(view.decide()).toMatchObject([{ opcode: { name: 'vendor.sell' }, payload: { npc: 0x100_444, bagSlot: 0, count: 7 } }])
    view.bag = []
    view.decide()
    expect(view.mind.goal).toBe(goal.none)
    expect(view.mind.shopTick).toBeGreaterThan(view.tick)
  })

  it('buys only what it will use, and only what it can well afford', () => {
    for (const { id: classId } of content.classList)
      for (const gold of [0, 5, 50, 500, 50_000]) {
        const view = at({ classId, gold, level: 6 })
        const [buy] = view.decide()
        if (buy === undefined) continue
        expect(buy.opcode.name).toBe('vendor.buy')
        const item = content.items[Number(buy.payload.item)]
        if (item === undefined) throw new Error('it buys what does not exist')
        expect(trader.stock[Number(buy.payload.index)].item).toBe(item.id)
        expect(item.buyPrice * Number(buy.payload.count)).toBeLessThanOrEqual(gold * 0.6)
        expect(item.use !== undefined || item.slot !== undefined).toBe(true)
        expect(item.classes.length === 0 || item.classes.includes(classId)).toBe(true)
        expect(item.levelMin).toBeLessThanOrEqual(6)
      }
  })
})
