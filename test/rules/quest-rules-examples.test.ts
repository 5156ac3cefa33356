import { describe, expect, it } from 'vitest'
import { OBJECTIVES_MAX, QUEST_IDS_MAX, QUESTS_MAX, questState } from '../../components/quest-log.js'
import type { QuestKind } from '../../systems/content/types.js'
import {
  activeQuests,
  collectedBy,
  type DoneReader,
  freeRow,
  haveOf,
  isDone,
  type LogReader,
  objectivesMet,
  rewardedBy,
  rowOf,
  stateOf,
} from '../../systems/quest-rules.js'

const SLOT = 2
const LAST = QUESTS_MAX - 1

/** The logs of four characters; those of slots 1 and 3 are full of quest 99. */
function log(rows: Readonly<Record<number, number>> = {}) {
  const quest = new Uint16Array(4 * QUESTS_MAX)
  quest.fill(99, QUESTS_MAX, 2 * QUESTS_MAX).fill(99, 3 * QUESTS_MAX)
  const state = Uint8Array.from(quest, (id) => (id === 0 ? questState.empty : questState.complete))
  const have = new Uint16Array(4 * QUESTS_MAX * OBJECTIVES_MAX)
  have.fill(77, QUESTS_MAX * OBJECTIVES_MAX, 2 * QUESTS_MAX * OBJECTIVES_MAX).fill(77, 3 * QUESTS_MAX * OBJECTIVES_MAX)
  for (const [row, id] of Object.entries(rows)) {
    quest[SLOT * QUESTS_MAX + Number(row)] = id
    state[SLOT * QUESTS_MAX + Number(row)] = questState.active
  }
  const met = (row: number, ...counts: readonly number[]) => have.set(counts, (SLOT * QUESTS_MAX + row) * OBJECTIVES_MAX)
  return { reader: { quest, state, have } as never as LogReader, met }
}
const full = Object.fromEntries(Array.from({ length: QUESTS_MAX }, (_, row) => [row, 10 + row]))

describe('the log', () => {
  it.each([0, 7, LAST])('has a quest in row %d, with its own state', (row) => {
    const { reader } = log({ [row]: 40 })
    expect([rowOf(reader, SLOT, 40), stateOf(reader, SLOT, row)]).toEqual([row, questState.active])
    expect([rowOf(reader, SLOT, 41), rowOf(reader, SLOT, 99), rowOf(reader, 0, 40)]).toEqual([-1, -1, -1])
    expect(stateOf(reader, SLOT, row === 0 ? 1 : 0)).toBe(questState.empty)
  })

  it('is what is under way, in the order of the rows', () => {
    expect(activeQuests(log().reader, SLOT)).toEqual([])
    expect(activeQuests(log({ [LAST]: 5, 3: 8 }).reader, SLOT)).toEqual([8, 5])
    expect(activeQuests(log(full).reader, SLOT)).toEqual(Object.values(full))
  })

  it.each([
    ['the first row of an empty log', {}, 20, 0],
    ['a gap', { 0: 1, 2: 3 }, 20, 1],
    ['the last row that content allows', { 0: 1, 1: 2 }, 3, 2],
    ['none where content allows no more', { 0: 1, 1: 2 }, 2, -1],
    ['none where nothing is allowed', {}, 0, -1],
    ['none in a full log, whatever content allows', full, QUESTS_MAX + 5, -1],
  ])('has room in %s', (_what, rows, logSize, wanted) => {
    expect(freeRow(log(rows).reader, SLOT, logSize)).toBe(wanted)
  })

  it('keeps the progress of each objective by itself', () => {
    const { reader, met } = log({ 0: 40, [LAST]: 41 })
    met(0, 1, 2, 3, 4)
    met(LAST, 5, 6, 7, 8)
    expect([0, 1, 2, 3].map((i) => haveOf(reader, SLOT, 0, i))).toEqual([1, 2, 3, 4])
    expect([0, 1, 2, 3].map((i) => haveOf(reader, SLOT, LAST, i))).toEqual([5, 6, 7, 8])
    expect(haveOf(reader, SLOT, 1, 0)).toBe(0)
  })
})

describe('a quest', () => {
  const objective = (count: number, item = 0) => ({
    kind: item === 0 ? 'kill' : 'collect',
    item,
    creatures: [],
    count,
    where: [],
  })
  const quest = {
    id: 40,
    objectives: [objective(3, 51), objective(2), objective(1, 52)],
    reward: { experience: 0, gold: 0, items: [{ item: 60, count: 2 }], choices: [61, 62].map((item) => ({ item, count: 1 })) },
  } as never as QuestKind

  it.each([
    [[3, 2, 1], true],
    [[9, 9, 9], true],
    [[2, 2, 1], false],
    [[3, 1, 1], false],
    [[3, 2, 0], false],
    [[0, 0, 0], false],
  ])('with %j is met: %s', (counts, isMet) => {
    const { reader, met } = log({ 4: 40 })
    met(4, ...counts)
    expect(objectivesMet(reader, SLOT, 4, quest)).toBe(isMet)
  })

  it('takes what it collects, and nothing for its other objectives', () => {
    expect(collectedBy(quest)).toEqual([
      { item: 51, count: 3 },
      { item: 52, count: 1 },
    ])
  })

  it.each([
    [undefined, []],
    [0, [{ item: 61, count: 1 }]],
    [1, [{ item: 62, count: 1 }]],
    [2, []],
  ])('gives its rewards, and of choice %s what was chosen', (choice, chosen) => {
    expect(rewardedBy(quest, choice)).toEqual([{ item: 60, count: 2 }, ...chosen])
  })
})

it.each([1, 7, 8, 9, 128, QUEST_IDS_MAX - 1])('quest %d is done when its own bit is set', (id) => {
  const bits = new Uint8Array((3 * QUEST_IDS_MAX) / 8)
  const done = { bits } as never as DoneReader
  const all = Array.from({ length: QUEST_IDS_MAX }, (_, i) => i)
  bits[QUEST_IDS_MAX / 8 + (id >>> 3)] = 1 << (id & 7)
  expect(all.filter((other) => isDone(done, 1, other))).toEqual([id])
  expect(all.filter((other) => isDone(done, 0, other) || isDone(done, 2, other))).toEqual([])
})
