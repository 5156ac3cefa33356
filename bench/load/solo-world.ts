import { standardGame } from '../../game.js'
import type { InboxEntry, TickInbox } from '../../src/net/inbox.js'
import { type LoadedContent, readContent } from '../../src/server/content-files.js'
import type { WorldSettings } from '../../src/server/game-module.js'
import { createSimulation, type Simulation } from '../../src/server/simulation.js'

export const SEED = 1
export const TICK_HZ = 20
export const STEP_MS = 1000 / TICK_HZ
/** Bots of all levels at the grounds that suit them, as `myriad host` fills its world. */
export const SPREAD = { botLevels: '1:25,2-4:25,5-9:25,10-19:24,20:1', botPlaces: 'grounds' } as const
const TURN_EVERY_TICKS = 20
const CALENDAR_START_MS = Date.UTC(2030, 0, 1)
const nowMs = (): number => performance.now()

export interface SoloOptions {
  readonly bots: number
  readonly creatures: number
  readonly content?: LoadedContent
  readonly settings?: Partial<WorldSettings>
  /** Entities beside those that the game itself makes room for. */
  readonly spare?: number
  /** The clock that the systems are timed by; the wall's when it is not given. */
  readonly nowMs?: () => number
}

/** The standard game without sockets, tick by tick, as `myriad simulate` runs it. */
export class SoloWorld {
  readonly simulation: Simulation
  /** Of the last tick. */
  tickMs = 0
  /** For the next tick. */
  private controls: InboxEntry[]
  private readonly nowMs: () => number

  constructor(options: SoloOptions) {
    const { bots, creatures, spare = 0 } = options
    this.nowMs = options.nowMs ?? nowMs
    this.controls = [{ kind: 'control', name: 'fleetTarget', value: bots }]
    const content = options.content ?? readContent(standardGame)
    this.simulation = createSimulation({
      game: { ...standardGame, capacity: (settings, own) => standardGame.capacity(settings, own) + spare },
      content: content.content,
      settings: { seed: SEED, tickHz: TICK_HZ, bots, creatures, clientsMax: 0, graceS: 0, ...options.settings },
    })
  }

  /** What a server tells its world when ticks take too long, from the next tick on. */
  setLoad(level: number): void {
    this.controls.push({ kind: 'control', name: 'loadLevel', value: level })
  }

  tick(): void {
    const { world, net } = this.simulation
    const inbox: TickInbox = {
      elapsedMs: STEP_MS,
      calendarMs: CALENDAR_START_MS + Math.floor((world.tick + 1) * STEP_MS),
      entries: this.controls,
    }
    this.controls = []
    const startMs = performance.now()
    this.simulation.step(inbox, this.nowMs)
    this.tickMs = performance.now() - startMs
    net.requests = []
  }

  /** The event loop turns now and then, so that the process ends when its parent has. */
  async run(ticks: number): Promise<void> {
    for (let i = 0; i < ticks; i += 1) {
      this.tick()
      if (i % TURN_EVERY_TICKS === 0) await turn()
    }
  }
}

/** Lets observers hear what has happened. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
