import { describe, expect, it } from 'vitest'
import { standardGame } from '../../game.js'
import { readContent } from '../../src/server/content-files.js'
import { createSimulation, type Simulation } from '../../src/server/simulation.js'

const TICKS = 300
const loaded = readContent(standardGame)
const settings = { seed: 11, tickHz: 20, bots: 80, creatures: 160, clientsMax: 4, graceS: 60 }

/** The state after some seconds of the standard game, in which somebody from outside does `look` after every tick. */
function hashAfter(
  look: (simulation: Simulation) => void,
  options: { readonly shadow?: boolean; readonly seed?: number } = {},
): string {
  const { shadow = false, seed = settings.seed } = options
  const simulation = createSimulation({ game: standardGame, settings: { ...settings, seed }, content: loaded.content, shadow })
  for (let tick = 0; tick < TICKS; tick += 1) {
    const target = { kind: 'control', name: 'fleetTarget', value: settings.bots } as const
    simulation.step({ elapsedMs: 50, calendarMs: 0, entries: tick === 0 ? [target] : [] })
    look(simulation)
  }
  return simulation.world.stateHash()
}

describe('a world', () => {
  const alone = hashAfter(() => undefined)

  it('comes out the same whether or not status lines, metrics and hashes look at it', () => {
    const looks = ({ world }: Simulation) => {
      standardGame.report(world)
      for (const component of world.components) world.entities.query([component])
      if (world.tick % 50 === 0) world.stateHash()
    }
    expect(hashAfter(looks)).toBe(alone)
  })

  it('comes out the same with shadow copies, which find no write around an editor', () => {
    expect(hashAfter(() => undefined, { shadow: true })).toBe(alone)
  })

  it('comes out differently from another seed', () => {
    expect(hashAfter(() => undefined, { seed: 12 })).not.toBe(alone)
  })
})
