import { describe, expect, it } from 'vitest'
import { tier } from '../../../components/bot-mind.js'
import { questState } from '../../../components/quest-log.js'
import { flag } from '../../../components/status.js'
import { LOAD_LEVEL_MAX } from '../../../src/server/load-level.js'
import { pauseTicks } from '../../../systems/brain/decide.js'
import { paceHz, tierHz, tierUnder } from '../../../systems/brain/pace.js'
import { content } from '../arena.js'
import { blankMind, FakeView, hare } from './fake-view.js'

describe('a bot with a quest', () => {
  const plain = content.questList.find(({ reward }) => reward.choices.length === 0)
  const choosy = content.questList.find(({ reward }) => reward.choices.length > 1)

  it('hands in what is complete, to the right NPC', () => {
    if (plain === undefined) throw new Error('the content has no quest without a choice')
    const ender = content.npcs[plain.ender]
    const view = new FakeView({ quests: [{ quest: plain.id, state: questState.complete }] })
    const [go] = view.decide()
    expect(go).toMatchObject({ opcode: { name: 'move.to' }, payload: { x: ender?.x, z: ender?.z } })
    Object.assign(view, { x: (ender?.x ?? 0) + 1, z: ender?.z, npcs: { [plain.ender]: 0x100_333 } })
    expect(view.decide()).toMatchObject([{ opcode: { name: 'quest.complete' }, payload: { giver: 0x100_333, quest: plain.id } }])
  })

  it('chooses one of the rewards that there are', () => {
    if (choosy === undefined) throw new Error('the content has no quest with a choice')
    const ender = content.npcs[choosy.ender]
    for (const { id: classId } of content.classList) {
      const view = new FakeView({
        classId,
        quests: [{ quest: choosy.id, state: questState.complete }],
        x: (ender?.x ?? 0) + 1,
        z: ender?.z ?? 0,
        npcs: { [choosy.ender]: 0x100_333 },
      })
      const [act] = view.decideWithin(2)
      expect(act.opcode.name).toBe('quest.chooseReward')
      expect(act.payload).toMatchObject({ giver: 0x100_333, quest: choosy.id })
      expect(act.payload.choice).toBeLessThan(choosy.reward.choices.length)
    }
  })

  it('fetches one that is offered to its level, when it has none', () => {
    const view = new FakeView({ x: 1_000, z: 1_000 })
    const giver = content.npcList.filter(({ id }) => content.questsByGiver[id].length > 0)
    view.npcs = Object.fromEntries(giver.map(({ id }) => [id, 0x100_400 + id]))
    for (let i = 0; i < 20; i += 1) {
      const [act] = view.decideWithin(5)
      if (act?.opcode.name === 'move.to') Object.assign(view, { x: act.payload.x, z: act.payload.z })
      if (act?.opcode.name !== 'quest.accept') continue
      const quest = content.quests[act.payload.quest as number]
      expect(quest?.levelMin).toBe(1)
      expect(quest?.requires).toEqual([])
      expect(act.payload.giver).toBe(0x100_400 + (quest?.giver ?? 0))
      return
    }
    throw new Error('it asked for no quest')
  })

  it('hunts what the quest asks for, and only that', () => {
    const hunt = content.questList.find(({ objectives, levelMin }) => levelMin === 1 && objectives[0].kind === 'kill')
    const objective = hunt?.objectives[0]
    if (hunt === undefined || objective?.kind !== 'kill') throw new Error('the content has no hunt for beginners')
    const others = content.questList.filter(({ id }) => id !== hunt.id).map(({ id }) => id)
    const view = new FakeView({ quests: [{ quest: hunt.id, state: questState.active }], questsDone: others })
    const [go] = view.decideWithin(5)
    Object.assign(view, { x: go.payload.x, z: go.payload.z })
    view.prey = 0x100_777
    view.seen = [hare({ x: view.x + 3, z: view.z })]
    view.decideWithin(5)
    expect(view.preyAsked.at(-1)?.kinds).toEqual(objective.creatures)
    expect(view.mind.target).toBe(0x100_777)
    expect(view.mind.tier).toBe(tier.combat)
  })
})

describe('deciding', () => {
  const scenes: readonly (() => FakeView)[] = [
    () => new FakeView(),
    () => new FakeView({ flags: flag.ghost, corpseX: 5, corpseZ: 5 }),
    () => new FakeView({ health: 10 }),
    () => new FakeView({ mind: { ...blankMind(), target: 0x100_777, untilTick: 2_000 }, seen: [hare()], spells: [1, 2] }),
    () => new FakeView({ quests: [{ quest: content.questList[0].id, state: questState.complete }] }),
    () => new FakeView({ quests: [{ quest: content.questList[0].id, state: questState.active }], prey: 0x100_777 }),
    () => new FakeView({ level: 7, x: 300, z: 1_700, gold: 5 }),
  ]

  it('is pure: the same view and draws give the same acts and the same memory', () => {
    for (const scene of scenes) {
      const run = (): unknown => {
        const view = scene()
        const log: unknown[] = []
        for (let i = 0; i < 30; i += 1) {
          const acts = view.decide((n) => ((n * 7_919 + view.tick * 31) % 997) / 997)
          log.push(
            acts.map(({ opcode, payload }) => [opcode.name, payload]),
            { ...view.mind },
            pauseTicks(view),
          )
          view.tick += pauseTicks(view)
        }
        return log
      }
      expect(run()).toEqual(run())
    }
  })

  it('changes nothing but the memory', () => {
    for (const scene of scenes) {
      const view = scene()
      const before = JSON.stringify({ ...view, mind: undefined, preyAsked: undefined })
      view.decide()
      expect(JSON.stringify({ ...view, mind: undefined, preyAsked: undefined })).toBe(before)
    }
  })

  it('asks for little at once, and for nothing that the gate would call malformed', () => {
    for (const scene of scenes) {
      const view = scene()
      for (let i = 0; i < 200; i += 1) {
        const acts = view.decide((n) => ((n * 104_729 + i * 7) % 1_009) / 1_009)
        expect(acts.length).toBeLessThanOrEqual(4)
        for (const { payload } of acts)
          for (const value of Object.values(payload)) expect(Number.isFinite(value as number)).toBe(true)
        view.tick += pauseTicks(view)
      }
    }
  })

  it('comes as often as its tier says', () => {
    const view = new FakeView()
    for (const [name, hz] of [
      [tier.combat, 10],
      [tier.active, 4],
      [tier.idle, 1],
    ]) {
      view.mind.tier = name
      expect(tierHz[name]).toBe(hz)
      expect(pauseTicks(view)).toBe(20 / hz)
    }
  })

  it('comes less often under load: the unseen first, the idle before the active, the fighters last, and nobody never', () => {
    const tiers = [tier.combat, tier.active, tier.idle]
    for (const isSeen of [true, false])
      for (const one of tiers) {
        let before = Number.POSITIVE_INFINITY
        for (let load = 0; load <= LOAD_LEVEL_MAX + 1; load += 1) {
          const hz = paceHz(one, load, isSeen)
          expect(hz).toBeLessThanOrEqual(before)
          expect(hz).toBeGreaterThanOrEqual(0.2)
          expect(hz).toBeLessThanOrEqual(paceHz(one, load, true))
          before = hz
        }
      }
    const firstSaving = (one: number, isSeen: boolean): number =>
      [1, 2, 3, 4].find((load) => paceHz(one, load, isSeen) < paceHz(one, 0, isSeen)) ?? 9
    expect(tiers.map((one) => firstSaving(one, false))).toEqual([3, 1, 1])
    expect(tiers.map((one) => firstSaving(one, true))).toEqual([4, 3, 2])
    expect(tierUnder(tier.active, 1, false)).toBe(tier.far)
    expect([tierUnder(tier.active, 0, false), tierUnder(tier.active, 1, true)]).toEqual([tier.active, tier.active])
    expect(tierUnder(tier.combat, 4, false)).toBe(tier.combat)
  })

  it('notes when something was gained', () => {
    const view = new FakeView({ gold: 10 })
    view.decide()
    expect(view.mind.gainTick).toBe(1_000)
    view.tick = 1_100
    view.decide()
    expect(view.mind.gainTick).toBe(1_000)
    view.experience = 5
    view.decide()
    expect(view.mind.gainTick).toBe(1_100)
  })
})
