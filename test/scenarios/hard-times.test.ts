import { describe, expect, it } from 'vitest'
import { Kind, kindType } from '../../components/kind.js'
import { flag, Status } from '../../components/status.js'
import { standardGame } from '../../game.js'
import { definePipeline } from '../../src/ecs/pipeline.js'
import { defineSystem } from '../../src/ecs/system.js'
import { createSimulation } from '../../src/server/simulation.js'
import { AuraGiven, Struck } from '../../systems/events.js'
import { FleetResource } from '../../systems/fleet.js'
import { broken } from './invariants.js'
import { content, countersOf, run, TICK_HZ } from './worlds.js'

const auraOf = (key: string): number => content.auraList.find((aura) => aura.key === key)?.id ?? 0
/** A silence, a stun, a root, a fear. */
const ORDEALS = ['stilled', 'staggered', 'rimed', 'dreading'].map(auraOf)
/** Of each bot, a tick: some ordeal twice a minute, death every eight minutes. */
const ORDEAL_CHANCE = 2 / (60 * TICK_HZ)
const DEATH_CHANCE = 1 / (480 * TICK_HZ)
const FATAL = 60_000

/** Befalls bots at random, by the world's seed: what holds them, and what kills them. */
const fate = defineSystem({
  name: 'fate',
  reads: { kind: Kind, status: Status },
  queries: { everybody: [Kind, Status] },
  emits: [AuraGiven, Struck],
  run({ kind, status, everybody, emit, entityOf, random }) {
    let beast = 0
    for (let i = 0; i < everybody.length; i += 1) if (kind.type[everybody[i]] === kindType.creature) beast = everybody[i]
    for (let i = 0; i < everybody.length; i += 1) {
      const slot = everybody[i]
      if (kind.type[slot] !== kindType.character || (status.flags[slot] & (flag.dead | flag.ghost)) !== 0) continue
      const target = entityOf(slot)
      const caster = entityOf(beast)
      const aura = ORDEALS[Math.floor(random(slot, 1) * ORDEALS.length)]
      if (random(slot, 0) < ORDEAL_CHANCE) emit(AuraGiven, { target, caster, aura })
      if (random(slot, 2) < DEATH_CHANCE) emit(Struck, { attacker: caster, victim: target, amount: FATAL, spell: 0, how: 0 })
    }
  },
})

const { phases } = standardGame.pipeline
const game = { ...standardGame, pipeline: definePipeline({ ...phases, dispatch: [...phases.dispatch, fate] }) }

describe('bots whom fate does not spare', () => {
  it.each([1, 2])('are silenced, stunned, rooted, driven off and killed, and go on with their lives (seed %i)', (seed) => {
    const settings = { seed, tickHz: TICK_HZ, bots: 40, creatures: 2_000, clientsMax: 4, graceS: 60 }
    const simulation = createSimulation({ game, settings, content })
    const { world } = simulation
    const { flags } = world.columns(Status)
    const seen = new Set<number>()
    const MINUTES = 6
    for (let step = 0; step < MINUTES * 60; step += 1) {
      run(simulation, TICK_HZ)
      for (const slot of world.resource(FleetResource).slots)
        for (const held of [flag.silenced, flag.stunned, flag.rooted, flag.feared, flag.dead, flag.ghost])
          if ((flags[slot] & held) !== 0) seen.add(held)
    }
    expect(seen.size).toBe(6)
    const counters = countersOf(simulation)
    const text = `seed ${seed}: ${JSON.stringify(counters)}`
    expect(counters.deaths, text).toBeGreaterThan(20)
    // Whoever fell in the last two minutes may still be on the way back.
    expect(counters.deaths - counters.revivals, text).toBeLessThan(15)
    expect(counters.kills, text).toBeGreaterThan(120)
    expect(counters.questsCompleted, text).toBeGreaterThan(10)
    expect(counters.brainFaults, text).toBe(0)
    const report = standardGame.report(world)
    expect(report).toMatchObject({ stuckBots: 0, idleBots: 0, experiencedShare: 1 })
    expect(report.measures?.stuckShareMax, text).toBeLessThan(0.05)
    expect(report.measures?.giveUpsPerBotHour, text).toBeLessThan(1)
    expect(broken(world)).toEqual([])
  })
})
