import { describe, expect, it } from 'vitest'
import { Threat } from '../../components/combat.js'
import { headingOf } from '../../src/ecs/maths.js'
import { afterArmour, amountAt, isFacing, shouldSwitch, swingOutcome } from '../../systems/combat-rules.js'
import { addThreat, clearThreat, dropThreat, isHated, threatOf } from '../../systems/threat-rules.js'
import { content } from './arena.js'

const { combat } = content.rates

describe('the table of a swing', () => {
  it('has the content’s chances, in the order miss, dodge, crit, hit', () => {
    const ROLLS = 100_000
    const counts: Record<string, number> = { miss: 0, dodge: 0, crit: 0, hit: 0 }
    const order: string[] = []
    for (let i = 0; i < ROLLS; i += 1) {
      const outcome = swingOutcome(i / ROLLS, combat.missChance, combat.dodgeChance, combat.critChance)
      counts[outcome] += 1
      if (order.at(-1) !== outcome) order.push(outcome)
    }
    expect(order).toEqual(['miss', 'dodge', 'crit', 'hit'])
    expect(counts.miss / ROLLS).toBeCloseTo(combat.missChance, 3)
    expect(counts.dodge / ROLLS).toBeCloseTo(combat.dodgeChance, 3)
    expect(counts.crit / ROLLS).toBeCloseTo(combat.critChance, 3)
  })
})

describe('armour', () => {
  it('keeps off armour ÷ (armour + k · level)', () => {
    expect(afterArmour(100, 0, 5, 60)).toBe(100)
    expect(afterArmour(100, 60, 1, 60)).toBeCloseTo(50, 9)
    expect(afterArmour(100, 180, 1, 60)).toBeCloseTo(25, 9)
    expect(afterArmour(100, 300, 5, 60)).toBeCloseTo(50, 9)
  })

  it('helps ever less, and never wholly', () => {
    let before = Number.POSITIVE_INFINITY
    let saved = Number.POSITIVE_INFINITY
    for (let armour = 0; armour <= 3_000; armour += 50) {
      const left = afterArmour(100, armour, 5, 60)
      expect(left).toBeGreaterThan(0)
      expect(left).toBeLessThan(before)
      if (armour > 0) expect(before - left).toBeLessThan(saved)
      if (armour > 0) saved = before - left
      before = left
    }
  })
})

describe('an amount', () => {
  it('is a roll between its bounds, and more with each level', () => {
    expect(amountAt(10, 20, 3, 1, 0)).toBe(10)
    expect(amountAt(10, 20, 3, 1, 1)).toBe(20)
    expect(amountAt(10, 20, 3, 5, 0.5)).toBe(15 + 12)
  })
})

describe('facing', () => {
  it('is within half of the arc to each side, all around the circle', () => {
    for (let heading = 0; heading < 65_536; heading += 4_096) {
      for (let away = -180; away < 180; away += 5) {
        if (Math.abs(Math.abs(away) - 60) < 1) continue
        const turn = ((heading / 65_536) * 360 + away) * (Math.PI / 180)
        expect(isFacing(heading, Math.cos(turn), Math.sin(turn), 120)).toBe(Math.abs(away) < 60)
      }
    }
  })

  it('is anything for whoever stands on the other', () => {
    expect(isFacing(0, -0.01, 0, 1)).toBe(true)
  })

  it('is what one has after turning there', () => {
    for (const [dx, dz] of [
      [1, 0],
      [-3, 4],
      [0.1, -9],
      [-5, -5],
    ])
      expect(isFacing(headingOf(dx, dz), dx, dz, 2)).toBe(true)
  })
})

describe('turning to another', () => {
  it('takes more than 110 % in reach, 130 % out of it', () => {
    expect(shouldSwitch(100, 110, true)).toBe(false)
    expect(shouldSwitch(100, 110.5, true)).toBe(true)
    expect(shouldSwitch(100, 130, false)).toBe(false)
    expect(shouldSwitch(100, 130.5, false)).toBe(true)
  })
})

describe('the list of threat', () => {
  const list = () => ({ entity: new Uint32Array(24), amount: new Float32Array(24) }) as never as Parameters<typeof addThreat>[0]
  const slot = 1
  const size = Threat.fields.entity.length

  it('adds up by entity, and keeps to its row', () => {
    const threat = list()
    addThreat(threat, slot, 7, 10)
    addThreat(threat, slot, 8, 5)
    addThreat(threat, slot, 7, 2.5)
    expect(threatOf(threat, slot, 7)).toBe(12.5)
    expect(threatOf(threat, slot, 8)).toBe(5)
    expect(threatOf(threat, slot, 9)).toBe(0)
    expect(threatOf(threat, 0, 7) + threatOf(threat, 2, 7)).toBe(0)
  })

  it('when full, lets the least hated go for one who is hated more', () => {
    const threat = list()
    for (let i = 0; i < size; i += 1) addThreat(threat, slot, 100 + i, 10 + i)
    addThreat(threat, slot, 200, 9)
    expect(isHated(threat, slot, 200)).toBe(false)
    addThreat(threat, slot, 201, 50)
    expect(isHated(threat, slot, 201)).toBe(true)
    expect(isHated(threat, slot, 100)).toBe(false)
    expect(isHated(threat, slot, 101)).toBe(true)
  })

  it('uses places again that were dropped, and is empty when cleared', () => {
    const threat = list()
    for (let i = 0; i < size; i += 1) addThreat(threat, slot, 100 + i, 10)
    dropThreat(threat, slot, 3)
    addThreat(threat, slot, 300, 1)
    expect(threatOf(threat, slot, 300)).toBe(1)
    clearThreat(threat, slot)
    for (let i = 0; i < size; i += 1) expect(isHated(threat, slot, 100 + i)).toBe(false)
  })

  it('has somebody who is hated by 0, too: he healed, though it healed nothing', () => {
    const threat = list()
    addThreat(threat, slot, 7, 0)
    expect(isHated(threat, slot, 7)).toBe(true)
  })
})
