import { describe, expect, it } from 'vitest'
import { Purse } from '../../components/bag.js'
import { BotMind } from '../../components/bot-mind.js'
import { Kind } from '../../components/kind.js'
import { Progress } from '../../components/progress.js'
import { QuestsDone } from '../../components/quest-log.js'
import { SPELLS_MAX, Spellbook } from '../../components/spells.js'
import { flag, Status } from '../../components/status.js'
import { standardGame } from '../../game.js'
import { readContent } from '../../src/server/content-files.js'
import type { WorldSettings } from '../../src/server/game-module.js'
import { createSimulation, type Simulation } from '../../src/server/simulation.js'
import { GridResource, layer } from '../../src/space/grid.js'
import { NamesResource } from '../../src/space/names.js'
import { testServer } from '../../src/testing/index.js'
import { botName, pointIn } from '../../systems/character-rules.js'
import { ARRIVALS_PER_TICK_MAX, FleetResource } from '../../systems/fleet.js'
import { content } from './arena.js'

function world(): { simulation: Simulation; target: (bots: number) => void; step: (times?: number) => void } {
  const simulation = createSimulation({
    game: standardGame,
    settings: { seed: 4, tickHz: 20, bots: 1_000, creatures: 0, clientsMax: 4, graceS: 60 },
    content,
  })
  let due: number | undefined
  return {
    simulation,
    target: (bots) => {
      due = bots
    },
    step: (times = 1) => {
      for (let i = 0; i < times; i += 1) {
        const entries = due === undefined ? [] : [{ kind: 'control' as const, name: 'fleetTarget' as const, value: due }]
        due = undefined
        simulation.step({ elapsedMs: 50, calendarMs: 0, entries })
      }
    },
  }
}

describe('the fleet', () => {
  it(`comes ${ARRIVALS_PER_TICK_MAX} a tick to its target, and goes as fast`, () => {
    const { simulation, target, step } = world()
    const { slots } = simulation.world.resource(FleetResource)
    step()
    expect(slots).toHaveLength(0)
    target(600)
    const sizes: number[] = []
    for (let tick = 0; tick < 4; tick += 1) {
      step()
      sizes.push(slots.length)
    }
    expect(sizes).toEqual([250, 500, 600, 600])
    target(150)
    step()
    expect(slots).toHaveLength(350)
    step()
    expect(slots).toHaveLength(150)
    step(5)
    expect(slots).toHaveLength(150)
  })

  it('is characters like others: classes in turn, level 1, a name, a place at a start', () => {
    const { simulation, target, step } = world()
    target(40)
    step()
    const { world: w } = simulation
    const { slots } = w.resource(FleetResource)
    const { look } = w.columns(Kind)
    slots.forEach((slot, number) => {
      expect(look[slot]).toBe(content.classList[number % content.classList.length].id)
      expect(w.columns(Status).level[slot]).toBe(1)
      expect(w.columns(Status).flags[slot] & flag.bot).toBe(flag.bot)
      expect(w.resource(NamesResource).get(slot)).toMatch(/^[A-Z][a-z]+$/)
      expect(w.resource(GridResource).layerOf[slot]).toBe(layer.characters)
    })
    const at = w.columns(standardGame.space.position)
    const isAtStart = (slot: number): boolean =>
      content.zone.starts.some((start) => Math.hypot(at.x[slot] - start.x, at.z[slot] - start.z) <= start.radiusM + 1)
    expect(slots.every(isAtStart)).toBe(true)
  })

  it('leaves nothing behind, and its slots come back clean', () => {
    const { simulation, target, step } = world()
    const { world: w } = simulation
    target(1_000)
    step(10)
    const full = w.entities.count
    const entities = w.resource(FleetResource).slots.map((slot) => w.entityOf(slot))
    target(0)
    step(10)
    expect(full - w.entities.count).toBe(1_000)
    for (const entity of entities) {
      expect(w.entities.slotOf(entity)).toBe(0)
      expect(w.resource(GridResource).cellOf(entity & 0xfffff)).toBeUndefined()
      expect(w.resource(NamesResource).get(entity & 0xfffff)).toBe('')
    }
    // In and out until the rested ids come round again.
    for (let round = 0; round < 6; round += 1) {
      target(1_000)
      step(4)
      target(0)
      step(5)
    }
    target(100)
    step()
    const { slots } = w.resource(FleetResource)
    expect(w.entities.slotMax).toBeLessThanOrEqual(simulation.capacity)
    const mind = w.columns(BotMind)
    for (const slot of slots) {
      expect([mind.goal[slot], mind.target[slot], mind.corpse[slot], mind.giveUps[slot], mind.hasDest[slot]]).toEqual([
        0, 0, 0, 0, 0,
      ])
      expect(mind.gainTick[slot]).toBe(w.tick)
    }
  })
})

describe('a fleet of many levels', () => {
  const spread = (more: Partial<WorldSettings>) => {
    const settings = { seed: 4, tickHz: 20, bots: 200, creatures: 0, clientsMax: 4, graceS: 60, ...more }
    const simulation = createSimulation({ game: standardGame, settings, content, shadow: true })
    const entries = [{ kind: 'control' as const, name: 'fleetTarget' as const, value: 200 }]
    const step = () => simulation.step({ elapsedMs: 50, calendarMs: 0, entries })
    return { world: simulation.world, step, slots: simulation.world.resource(FleetResource).slots }
  }

  it('has them in the proportions asked for, with what such characters have', () => {
    const { world: w, step, slots } = spread({ botLevels: '1:1,10:1', botClasses: 'mender:3,blade:1' })
    step()
    expect(slots).toHaveLength(200)
    const { level } = w.columns(Status)
    const { look } = w.columns(Kind)
    const high = slots.filter((slot) => level[slot] === 10)
    const menders = slots.filter((slot) => content.classes[look[slot]]?.key === 'mender')
    expect(slots.every((slot) => level[slot] === 1 || level[slot] === 10)).toBe(true)
    expect(high.length).toBeGreaterThan(70)
    expect(high.length).toBeLessThan(130)
    expect(menders.length).toBeGreaterThan(120)
    expect(menders.length).toBeLessThan(180)
    for (const slot of high) {
      const classKind = content.classes[look[slot]]
      const known = classKind?.spells.filter((entry) => entry.level <= 10).length ?? 0
      const spells = [...w.columns(Spellbook).spell.subarray(slot * SPELLS_MAX, (slot + 1) * SPELLS_MAX)]
      expect(spells.filter((spell) => spell !== 0)).toHaveLength(known)
      expect(w.columns(Purse).gold[slot]).toBeGreaterThan(0)
      expect(w.columns(Progress).level[slot]).toBe(10)
      const bits = w.columns(QuestsDone).bits.subarray(slot * 32, (slot + 1) * 32)
      expect(bits.some((byte) => byte !== 0)).toBe(true)
    }
  })

  it('comes at most as fast as asked for', () => {
    const { step, slots } = spread({ botArrivalsPerS: 400 })
    step()
    expect(slots).toHaveLength(20)
    step()
    expect(slots).toHaveLength(40)
  })
})

describe('a player who looks', () => {
  it('sees no bot appear, and those who find no place elsewhere wait', async () => {
    const settings = { bots: 300, creatures: 0, botLevels: '1-20', botArrivalsPerS: 40 }
    const server = await testServer({ game: standardGame, settings, content: readContent(standardGame) })
    const { world: w } = server
    const { slot } = await server.enter('watcher')
    const at = w.columns(standardGame.space.position)
    const { slots } = w.resource(FleetResource)
    const grid = w.resource(GridResource)
    const cellsAway = (other: number): number =>
      Math.max(
        Math.abs(grid.column(at.x[other]) - grid.column(at.x[slot])),
        Math.abs(grid.column(at.z[other]) - grid.column(at.z[slot])),
      )
    let came = 0
    for (let tick = 0; tick < 60; tick += 1) {
      const before = new Set(slots)
      await server.step()
      for (const other of slots) if (!before.has(other)) expect(cellsAway(other)).toBeGreaterThan(2)
      came += slots.filter((other) => !before.has(other)).length
    }
    expect(came).toBeGreaterThan(50)
  })
})

describe('what follows from a bot’s number', () => {
  it('is a name, the same each time, among many', () => {
    const names = Array.from({ length: 500 }, (_, number) => botName(7, number))
    expect(names).toEqual(Array.from({ length: 500 }, (_, number) => botName(7, number)))
    expect(new Set(names).size).toBeGreaterThan(400)
    expect(names.every((name) => name.length >= 3 && name.length <= 24)).toBe(true)
  })

  it('is a point in a disc', () => {
    for (let n = 0; n < 200; n += 1) {
      const at = pointIn({ x: 10, z: 20, radiusM: 5 }, (draw) => ((draw * 7_919 + n * 104_729) % 1_000) / 1_000)
      expect(Math.hypot(at.x - 10, at.z - 20)).toBeLessThanOrEqual(5)
    }
    // Draws that never hit the disc end in its middle.
    expect(pointIn({ x: 10, z: 20, radiusM: 5 }, () => 0.999_999)).toEqual({ x: 10, z: 20 })
  })
})
