import { standardGame } from '../../game.js'
import type { InboxEntry } from '../../src/net/inbox.js'
import type { GameModule, WorldSettings } from '../../src/server/game-module.js'
import { createSimulation, type Simulation } from '../../src/server/simulation.js'
import { parseContent } from '../../systems/content/tables.js'
import type { Content } from '../../systems/content/types.js'
import { contentFiles } from '../systems/content-files.js'

export const content: Content = parseContent(contentFiles())
export const TICK_HZ = 20

export interface WorldOptions extends Partial<WorldSettings> {
  readonly shadow?: boolean
  /** Fewer entities than the game would ask for, so that slots are used again at once. */
  readonly capacity?: number
}

/** The standard game with bots and creatures, and nobody else. */
export function populatedWorld({ shadow = false, capacity, ...settings }: WorldOptions): Simulation {
  const game: GameModule = capacity === undefined ? standardGame : { ...standardGame, capacity: () => capacity }
  const all = { seed: 1, tickHz: TICK_HZ, bots: 0, creatures: 0, clientsMax: 4, graceS: 60, ...settings }
  return createSimulation({ game, settings: all, content, shadow })
}

/** Runs ticks; the first brings the fleet's target in. */
export function run(simulation: Simulation, ticks: number, target?: number): void {
  for (let i = 0; i < ticks; i += 1) {
    const { tick } = simulation.world
    const value = tick === 0 ? simulation.settings.bots : i === 0 ? target : undefined
    const entries: InboxEntry[] = value === undefined ? [] : [{ kind: 'control', name: 'fleetTarget', value }]
    simulation.step({ elapsedMs: 1_000 / TICK_HZ, calendarMs: 0, entries })
    // Nobody is there to be answered.
    simulation.net.requests = []
  }
}

/** What the game counts, the bots' give-ups among it. */
export const countersOf = (simulation: Simulation): Readonly<Record<string, number>> =>
  standardGame.report(simulation.world).counters
