import { beforeAll, describe, expect, it } from 'vitest'
import { BotMind } from '../../components/bot-mind.js'
import { Combat } from '../../components/combat.js'
import { CreatureMind } from '../../components/creature.js'
import { Kind, kindType } from '../../components/kind.js'
import { Place } from '../../components/motion.js'
import { QuestLog, QuestsDone } from '../../components/quest-log.js'
import { standardGame } from '../../game.js'
import { PresenceResource } from '../../src/net/presence.js'
import { BOT_CHARACTER_ID_MIN } from '../../src/ports/store.js'
import { createSimulation, type Simulation } from '../../src/server/simulation.js'
import { objectCount } from '../../systems/content/object-placement.js'
import { SpawnsResource } from '../../systems/spawn-table.js'
import { content } from './arena.js'

const COPIES = 3
const BOTS = 120
const CREATURES = 900
const TICKS = 600

const control = (name: 'fleetTarget', value: number) => ({ kind: 'control' as const, name, value })

function copiedWorld(): Simulation {
  const simulation = createSimulation({
    game: standardGame,
    settings: { seed: 3, tickHz: 20, bots: BOTS, creatures: CREATURES, clientsMax: 0, graceS: 0, zoneCopies: COPIES },
    content,
  })
  for (let tick = 0; tick < TICKS; tick += 1) {
    const entries = tick === 0 ? [control('fleetTarget', BOTS)] : []
    simulation.step({ elapsedMs: 50, calendarMs: 0, entries })
  }
  return simulation
}

/** How many of what there are, by copy. */
function countsOf({ world }: Simulation, slots: ArrayLike<number>): number[] {
  const { instance } = world.columns(Place)
  const counts = new Array<number>(COPIES).fill(0)
  for (const slot of Array.from(slots)) counts[instance[slot]] += 1
  return counts
}

describe(`a zone in ${COPIES} copies`, () => {
  let simulation: Simulation
  beforeAll(() => {
    simulation = copiedWorld()
  })
  const slotsOf = (type: number): number[] => {
    const { type: kinds } = simulation.world.columns(Kind)
    return Array.from(simulation.world.entities.query([Kind, Place])).filter((slot) => kinds[slot] === type)
  }

  it('has all NPCs and objects, as many points of creatures and as many bots in each', () => {
    const each = (count: number) => new Array(COPIES).fill(count)
    const { npcs, copy } = simulation.world.resource(SpawnsResource)
    expect(countsOf(simulation, slotsOf(kindType.npc))).toEqual(each(content.npcList.length))
    expect(npcs.map((list) => list.filter((entity) => entity > 0).length)).toEqual(each(content.npcList.length))
    for (const count of countsOf(simulation, slotsOf(kindType.object))) {
      expect(count).toBeLessThanOrEqual(objectCount(content))
      expect(count).toBeGreaterThan(objectCount(content) / 2)
    }
    expect([0, 1, 2].map((one) => copy.filter((of) => of === one).length)).toEqual(each(CREATURES / COPIES))
    expect(countsOf(simulation, simulation.world.entities.query([BotMind]))).toEqual(each(BOTS / COPIES))
  })

  it('has bots of every class in each, who find their quests there and fight', () => {
    const { world } = simulation
    const { look } = world.columns(Kind)
    const { instance } = world.columns(Place)
    const { quest } = world.columns(QuestLog)
    const { bits } = world.columns(QuestsDone)
    const bots = Array.from(world.entities.query([BotMind]))
    for (let copy = 0; copy < COPIES; copy += 1) {
      const here = bots.filter((slot) => instance[slot] === copy)
      expect(new Set(here.map((slot) => look[slot])).size).toBe(content.classList.length)
      const rowOf = (list: ArrayLike<number>, slot: number, length: number): number[] =>
        Array.from({ length }, (_, i) => list[slot * length + i])
      const perSlot = (list: ArrayLike<number>): number => list.length / (world.setup.capacity + 1)
      const hasQuest = here.filter(
        (slot) =>
          rowOf(quest, slot, perSlot(quest)).some((id) => id > 0) || rowOf(bits, slot, perSlot(bits)).some((byte) => byte > 0),
      )
      expect(hasQuest.length, `of ${here.length} bots in copy ${copy}`).toBeGreaterThan(here.length / 2)
    }
  })

  it('keeps everybody apart: nobody’s target is in another copy', () => {
    const { world } = simulation
    const { instance } = world.columns(Place)
    const { target } = world.columns(Combat)
    const fighters = Array.from(world.entities.query([Combat, Place])).filter((slot) => world.entities.slotOf(target[slot]) !== 0)
    expect(fighters.length).toBeGreaterThan(10)
    expect(fighters.filter((slot) => instance[world.entities.slotOf(target[slot])] !== instance[slot])).toEqual([])
    expect(countsOf(simulation, world.entities.query([CreatureMind])).every((count) => count > 0)).toBe(true)
  })
})

describe('a bot that was saved', () => {
  it.each([
    [3, 2, 2],
    [2, 3, 1],
    [undefined, 5, 0],
  ])(
    'comes back, of %j copies now and then in the one with the number %i, into the one with the number %i',
    (zoneCopies, before, after) => {
      const settings = { seed: 3, tickHz: 20, bots: 1, creatures: 0, clientsMax: 0, graceS: 0, zoneCopies }
      const simulation = createSimulation({ game: standardGame, settings, content })
      const { returning, bots } = simulation.world.resource(PresenceResource)
      const head = { characterId: BOT_CHARACTER_ID_MIN + 7, accountId: 'bot:7', name: 'Returner', classId: 1, level: 1 }
      returning.push({ ...head, components: { Place: { zone: [content.zone.id], instance: [before] } } })
      simulation.step({ elapsedMs: 50, calendarMs: 0, entries: [control('fleetTarget', 1)] })
      const [slot] = bots.keys()
      expect(simulation.world.columns(Place).instance[slot]).toBe(after)
    },
  )
})
