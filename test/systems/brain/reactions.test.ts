import { describe, expect, it } from 'vitest'
import { goal } from '../../../components/bot-mind.js'
import { flag } from '../../../components/status.js'
import { DeathRelease } from '../../../protocol/death.js'
import { result } from '../../../protocol/result-codes.js'
import { EVENTS_KEPT, EventRings, MindEvents, mindEvent } from '../../../systems/brain/event-rings.js'
import { content, keyed } from '../arena.js'
import { blankMind, FakeView, hare, names } from './fake-view.js'

const fighting = (over: Partial<FakeView>): FakeView =>
  new FakeView({ mind: { ...blankMind(), target: 0x100_777, untilTick: 2_000 }, seen: [hare()], target: 0x100_777, ...over })

describe('a bot that is not its own master', () => {
  it.each([
    ['stunned', flag.stunned],
    ['afraid', flag.feared],
  ])('does nothing while %s, in a fight or out of it', (_what, bit) => {
    expect(fighting({ flags: bit | flag.inCombat, spells: [1] }).decide()).toEqual([])
    expect(new FakeView({ flags: bit }).decide()).toEqual([])
  })

  it('rooted does not try to walk, but strikes and casts what reaches', () => {
    const [blow] = keyed(content.classList, 'guardian').spells
    const near = fighting({ flags: flag.rooted | flag.inCombat, spells: [blow.spell] })
    expect(names(near.decide())).toEqual(['spell.cast'])
    const far = fighting({ flags: flag.rooted | flag.inCombat, spells: [blow.spell], seen: [hare({ x: 1_515 })] })
    expect(names(far.decide())).toEqual([])
  })

  it('silenced casts nothing but what needs no voice', () => {
    const mender = keyed(content.classList, 'mender')
    const [spark] = mender.spells
    const flags = flag.silenced | flag.inCombat
    const view = fighting({
      flags,
      classId: mender.id,
      spells: [spark.spell],
      mind: { ...blankMind(), target: 0x100_777, faced: 0x100_777, untilTick: 2_000 },
    })
    expect(names(view.decide())).toEqual([])
    view.flags = flag.inCombat
    expect(names(view.decide())).toEqual(['spell.cast'])
  })
})

describe('a bot that burns', () => {
  const source = hare({ x: 1_497, z: 1_500, target: 0x100_005 })
  const burning = (over: Partial<FakeView> = {}): FakeView =>
    new FakeView({ flags: flag.inCombat, events: { [mindEvent.harmed]: source.entity }, seen: [source], ...over })

  it('steps out, away from where it comes from, and does not dance', () => {
    const view = burning()
    const [step] = view.decide()
    expect(step).toMatchObject({ opcode: { name: 'move.to' }, payload: { x: 1_509, z: 1_500 } })
    Object.assign(view, { tick: view.tick + 2, isMoving: true })
    expect(view.decide()).toEqual([])
    view.isMoving = false
    view.tick += 40
    expect(names(view.decide())).toContain('move.to')
  })

  it('stands its ground when it is attacked', () => {
    const view = burning({ attacker: source.entity, attackers: 1 })
    expect(names(view.decide())).toContain('combat.attack')
  })
})

describe('a bot that is refused', () => {
  it('again and again for its own mistakes lets go and chooses anew', () => {
    const view = fighting({ refusedOpcode: DeathRelease.id, refusedCode: result.noSuchTarget })
    const before = view.mind.giveUps
    for (let i = 0; i < 4; i += 1) view.decide()
    expect(view.mind).toMatchObject({ target: 0x100_777, giveUps: before })
    view.decide()
    expect(view.mind).toMatchObject({ target: 0, avoid: 0x100_777, giveUps: before + 1 })
    expect(view.mind.asideTick).toBeGreaterThan(view.tick)
  })

  it('for what passes by itself goes on', () => {
    const view = fighting({ refusedOpcode: 1, refusedCode: result.notReady })
    for (let i = 0; i < 50; i += 1) view.decide()
    expect(view.mind).toMatchObject({ target: 0x100_777, giveUps: 0 })
  })

  it('now and then among successes goes on', () => {
    const view = new FakeView({ mind: { ...blankMind(), goal: goal.grind, goalTick: 1e9 } })
    for (let i = 0; i < 60; i += 1) {
      view.refusedCode = i % 3 === 0 ? result.stale : 0
      view.decide()
    }
    expect(view.mind.giveUps).toBe(0)
  })
})

describe('the ring of events', () => {
  it('keeps the last of them, and finds the latest of a kind in time', () => {
    const rings = new EventRings(2)
    for (let i = 1; i <= 200; i += 1) rings.note(1, i % 2 === 0 ? mindEvent.harmed : mindEvent.refused, i, i, 1_000 + i)
    expect(rings.latest(1, mindEvent.harmed, 0)).toBe(200)
    expect(rings.latest(1, mindEvent.refused, 1_199)).toBe(199)
    expect(rings.latest(1, mindEvent.refused, 1_200)).toBe(0)
    expect(rings.latest(1, mindEvent.levelled, 0)).toBe(0)
    expect(rings.latest(0, mindEvent.harmed, 0)).toBe(0)
    rings.note(1, mindEvent.levelled, 7, 2, 1_300)
    for (let i = 0; i < EVENTS_KEPT - 1; i += 1) rings.note(1, mindEvent.harmed, 8, 1, 1_300)
    expect(rings.latest(1, mindEvent.levelled, 0)).toBe(7)
    rings.note(1, mindEvent.harmed, 8, 1, 1_300)
    expect(rings.latest(1, mindEvent.levelled, 0)).toBe(0)
  })

  it('is one a bot, empty for each new one', () => {
    const events = new MindEvents(2, 10)
    events.join(4)
    events.join(9)
    events.note(4, mindEvent.harmed, 77, 5, 100)
    events.note(5, mindEvent.harmed, 78, 5, 100)
    expect([4, 5, 9].map((slot) => events.latest(slot, mindEvent.harmed, 0))).toEqual([77, 0, 0])
    events.leave(4)
    events.join(6)
    expect([4, 6].map((slot) => events.latest(slot, mindEvent.harmed, 0))).toEqual([0, 0])
    expect([events.has(4), events.has(6)]).toEqual([false, true])
  })
})
