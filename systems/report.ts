import { BotMind } from '../components/bot-mind.js'
import { Progress } from '../components/progress.js'
import { flag, Status } from '../components/status.js'
import type { World } from '../src/ecs/world.js'
import type { GameReport } from '../src/server/game-module.js'
import { STUCK_S } from './brain/travel.js'
import { CountersResource } from './counters.js'
import { FleetResource } from './fleet.js'

const tierNames = ['combat', 'active', 'idle', 'far'] as const
/** Without gain for this long, a bot counts as idle (BOTS.md). */
const IDLE_S = 30 * 60

/** What people want to know of the world as it is now. Reads only. */
export function reportGame(world: World): GameReport {
  const { slots } = world.resource(FleetResource)
  const minds = world.columns(BotMind)
  const status = world.columns(Status)
  const progress = world.columns(Progress)
  const botsByTier: Record<string, number> = Object.fromEntries(tierNames.map((name) => [name, 0]))
  let inCombat = 0
  let stuck = 0
  let idle = 0
  let experienced = 0
  let giveUps = 0
  for (const slot of slots) {
    botsByTier[tierNames[minds.tier[slot]]] += 1
    if ((status.flags[slot] & flag.inCombat) !== 0) inCombat += 1
    if (minds.hasDest[slot] === 1 && world.tick - minds.progressTick[slot] > STUCK_S * world.tickHz) stuck += 1
    if (world.tick - minds.gainTick[slot] > IDLE_S * world.tickHz) idle += 1
    if (status.level[slot] > 1 || progress.experience[slot] > 0) experienced += 1
    giveUps += minds.giveUps[slot]
  }
  const count = Math.max(1, slots.length)
  return {
    counters: { ...world.resource(CountersResource).all(), giveUps },
    botsByTier,
    bots: slots.length,
    inCombatShare: inCombat / count,
    stuckBots: stuck,
    idleBots: idle,
    experiencedShare: experienced / count,
  }
}
