import { describe, expect, it } from 'vitest'
import { BAG_SLOTS } from '../../components/bag.js'
import { OBJECTIVES_MAX, QUEST_IDS_MAX, QUESTS_MAX, questState } from '../../components/quest-log.js'
import { resultCodes } from '../../protocol/result-codes.js'
import { countOf } from '../../systems/bag-rules.js'
import type { Content, Objective, QuestKind } from '../../systems/content/types.js'
import {
  broughtOf,
  type DoneReader,
  isAtOneOf,
  isLate,
  isRunning,
  isUseFor,
  type LogReader,
  lackOf,
  limitTick,
  offerCode,
  planAbandon,
  planAccept,
  planHandIn,
  wantsItem,
} from '../../systems/quest-rules.js'
import { Uids } from '../../systems/uids.js'
import { content, keyed } from '../systems/small-world.js'

/** A log of one character, in slot 0: rows are [quest, state, untilTick, have]. */
function logOf(...rows: readonly (readonly [quest: number, state?: number, untilTick?: number, have?: readonly number[]])[]) {
  const log = {
    quest: new Uint16Array(QUESTS_MAX),
    state: new Uint8Array(QUESTS_MAX),
    untilTick: new Uint32Array(QUESTS_MAX),
    have: new Uint16Array(QUESTS_MAX * OBJECTIVES_MAX),
  }
  rows.forEach(([quest, state = questState.active, untilTick = 0, have = []], row) => {
    log.quest[row] = quest
    log.state[row] = state
    log.untilTick[row] = untilTick
    log.have.set(have, row * OBJECTIVES_MAX)
  })
  return log as unknown as LogReader
}

function doneOf(...quests: readonly number[]): DoneReader {
  const bits = new Uint8Array(QUEST_IDS_MAX / 8)
  for (const quest of quests) bits[quest >>> 3] |= 1 << (quest & 7)
  return { bits } as unknown as DoneReader
}

function bagOf(...stacks: readonly (readonly [item: number, count: number])[]) {
  const bag = { item: new Uint16Array(BAG_SLOTS), count: new Uint16Array(BAG_SLOTS), uid: new Float64Array(BAG_SLOTS) }
  stacks.forEach(([item, count], place) => {
    bag.item[place] = item
    bag.count[place] = count
  })
  return { ...bag, durability: new Uint16Array(BAG_SLOTS) } as unknown as Parameters<typeof planAccept>[0]
}

const base = keyed(content.questList, 'hares-in-the-herbs')
const questWith = (change: Partial<QuestKind>): QuestKind => ({ ...base, id: 7, requires: [], ...change })
const name = (code: number): string => resultCodes.list[code].name
const LOAF = keyed(content.itemList, 'barley-loaf').id
const LIME = keyed(content.itemList, 'slaked-lime').id
const making = { content, uids: new Uids() }

describe('whether a quest is offered', () => {
  const guardian = { level: 5, classId: 1 }
  const group = questWith({ exclusive: 'g', excludes: [8, 9] })
  const table: readonly (readonly [string, QuestKind, LogReader, DoneReader, string])[] = [
    ['to anybody of the level', questWith({}), logOf(), doneOf(), 'ok'],
    ['below its level', questWith({ levelMin: 6 }), logOf(), doneOf(), 'levelTooLow'],
    ['in the log', questWith({}), logOf([7]), doneOf(), 'alreadyDone'],
    ['in the log and failed', questWith({}), logOf([7, questState.failed]), doneOf(), 'alreadyDone'],
    ['done', questWith({}), logOf(), doneOf(7), 'alreadyDone'],
    ['done and repeatable', questWith({ repeatable: true }), logOf(), doneOf(7), 'ok'],
    ['before what it requires', questWith({ requires: [3, 4] }), logOf(), doneOf(3), 'notOffered'],
    ['after what it requires', questWith({ requires: [3, 4] }), logOf(), doneOf(3, 4), 'ok'],
    ['with nothing of its group', group, logOf([10]), doneOf(11), 'ok'],
    ['with another of its group done', group, logOf(), doneOf(9), 'alreadyDone'],
    ['with another of its group in the log', group, logOf([3], [8]), doneOf(), 'notOffered'],
    ['with another of its group failed', group, logOf([8, questState.failed]), doneOf(), 'notOffered'],
    ['to its class', questWith({ classes: [1, 2] }), logOf(), doneOf(), 'ok'],
    ['to another class', questWith({ classes: [2, 3] }), logOf(), doneOf(), 'notOffered'],
  ]
  it.each(table)('%s', (_what, quest, log, done, code) => {
    expect(name(offerCode(quest, guardian, log, done, 0))).toBe(code)
  })
})

describe('a time limit', () => {
  it.each([
    [0, 100, 0],
    [1, 100, 101],
    [50, 100, 101],
    [1_000, 100, 120],
    [300_000, 100, 6_100],
  ])('of %i ms from tick %i ends at tick %i', (timeLimitMs, tick, until) => {
    expect(limitTick(questWith({ timeLimitMs }), tick, 20)).toBe(until)
  })

  it.each([
    [questState.active, 0, 1_000_000, false, true],
    [questState.active, 120, 119, false, true],
    [questState.active, 120, 120, true, false],
    [questState.complete, 120, 500, false, true],
    [questState.failed, 120, 500, false, false],
    [questState.empty, 0, 500, false, false],
  ])('in state %i until tick %i is at tick %i: late %s, running %s', (state, until, tick, late, running) => {
    const log = logOf([7, state, until])
    expect(isLate(log, 0, 0, tick)).toBe(late)
    expect(isRunning(log, 0, 0, tick)).toBe(running)
  })
})

describe('objectives', () => {
  const where = [{ x: 10, z: 20, radiusM: 5 }]
  const source = { creatures: [], objects: [], where: [] }
  const collect: Objective = { kind: 'collect', item: LOAF, creatures: [], objects: [], count: 4, where }
  const deliver: Objective = { kind: 'deliver', item: LOAF, npc: 3, count: 4, where, source }
  const use: Objective = { kind: 'useItem', item: LIME, creatures: [5, 6], npc: 0, count: 4, where, source }

  it.each([
    ['collect', collect, LOAF, 1, 1, 3],
    ['collect with enough', collect, LOAF, 3, 9, 0],
    ['collect of another item', collect, LIME, 0, 0, 0],
    ['deliver counts what was brought', deliver, LOAF, 1, 1, 2],
    ['deliver that is met', deliver, LOAF, 4, 0, 0],
    ['use of what is used up', use, LIME, 1, 1, 2],
    ['kill asks for nothing', { kind: 'kill', creatures: [5], count: 4, where } as Objective, LOAF, 0, 0, 0],
  ])('lack: %s', (_what, objective, item, have, held, lack) => {
    expect(lackOf(objective, item, have, held, content)).toBe(lack)
  })

  it('lack one of what is not used up, and none when it is held', () => {
    const kept = { items: content.items.map((i) => (i?.id === LIME ? { ...i, use: { spell: 1, consumed: false } } : i)) }
    expect(lackOf(use, LIME, 1, 0, kept as unknown as Content)).toBe(1)
    expect(lackOf(use, LIME, 1, 1, kept as unknown as Content)).toBe(0)
  })

  it.each([
    [3, 0, 2, 2],
    [3, 2, 2, 1],
    [3, 3, 9, 0],
    [3, 0, 0, 0],
    [3, 0, 9, 3],
  ])('of %i with %i brought before and %i held, an NPC takes %i', (need, have, held, taken) => {
    expect(broughtOf(need, have, held)).toBe(taken)
  })

  it.each([
    [LIME, 5, 0, true],
    [LIME, 6, 0, true],
    [LIME, 7, 0, false],
    [LOAF, 5, 0, false],
    [LIME, 0, 0, false],
    [LIME, 0, 5, false],
  ])('use of item %i on creature %i or npc %i counts: %s', (item, creature, npc, counts) => {
    expect(isUseFor(use, item, creature, npc)).toBe(counts)
    expect(isUseFor({ ...use, creatures: [], npc: 9 } as Objective, item, creature, npc)).toBe(false)
    expect(isUseFor({ ...use, creatures: [], npc: 9 } as Objective, LIME, 0, 9)).toBe(true)
  })

  it('places reach to their edge and no farther', () => {
    expect(isAtOneOf(where, 15, 20)).toBe(true)
    expect(isAtOneOf(where, 15.01, 20)).toBe(false)
    expect(isAtOneOf([...where, { x: 100, z: 100, radiusM: 5 }], 100, 104)).toBe(true)
    expect(isAtOneOf([], 10, 20)).toBe(false)
  })

  it('want an item only while their quest is under way', () => {
    const lining = keyed(content.questList, 'a-warm-lining')
    const pelt = keyed(content.itemList, 'hare-pelt').id
    const wants = (log: LogReader, held: number): boolean => wantsItem(log, 0, content, lining.id, pelt, held)
    expect(wants(logOf(), 0)).toBe(false)
    expect(wants(logOf([lining.id]), 3)).toBe(true)
    expect(wants(logOf([lining.id]), 4)).toBe(false)
    expect(wants(logOf([lining.id, questState.failed]), 0)).toBe(false)
    expect(wantsItem(logOf([lining.id]), 0, content, lining.id, LOAF, 0)).toBe(false)
    expect(wantsItem(logOf([250]), 0, content, 250, pelt, 0)).toBe(false)
  })
})

describe('what a quest does to the bag', () => {
  const quest = questWith({ given: [{ item: LIME, count: 6 }] })
  const counts = (plan: unknown): number[] => [LIME, LOAF].map((item) => countOf(plan as Parameters<typeof countOf>[0], 0, item))
  const full = Array.from({ length: content.rates.bagSlots }, () => [LOAF, 20] as const)

  it('is what it gives, when there is room', () => {
    expect(counts(planAccept(bagOf([LOAF, 3]), 0, quest, making))).toEqual([6, 3])
    expect(name(planAccept(bagOf(...full), 0, quest, making) as number)).toBe('bagFull')
  })

  it.each([
    [0, 0],
    [4, 0],
    [6, 0],
    [8, 2],
  ])('is the given things gone when it is given up: of %i held, %i stay', (held, stay) => {
    const { plan, lost } = planAbandon(bagOf([LOAF, 3], [LIME, held]), 0, quest, content)
    expect(counts(plan)).toEqual([stay, 3])
    expect(lost).toEqual(held === 0 ? [] : [{ item: LIME, count: held - stay }])
  })

  it('is the collected and the rest of the given gone, and the reward there, when it is handed in', () => {
    const collecting = questWith({
      given: [{ item: LIME, count: 6 }],
      objectives: [{ kind: 'collect', item: LOAF, creatures: [], objects: [], count: 4, where: [] }],
      reward: { experience: 0, gold: 0, items: [], choices: [{ item: LOAF, count: 1 }] },
    })
    const change = planHandIn(bagOf([LOAF, 5], [LIME, 2]), 0, collecting, 0, making)
    if (typeof change === 'number') throw new Error(name(change))
    expect(counts(change.plan)).toEqual([0, 2])
    expect(change.lost).toEqual([
      { item: LOAF, count: 4 },
      { item: LIME, count: 2 },
    ])
    expect(name(planHandIn(bagOf([LOAF, 3]), 0, collecting, 0, making) as number)).toBe('notReady')
  })
})
