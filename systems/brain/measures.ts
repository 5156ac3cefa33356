import type { BotMind } from '../../components/bot-mind.js'
import { flag, type Status } from '../../components/status.js'
import type { ReadColumns } from '../../src/ecs/columns.js'
import type { Slot } from '../../src/ecs/entities.js'
import { HASH_START, mixNumber } from '../../src/ecs/hash.js'
import { defineResource } from '../../src/ecs/resource.js'
import { STUCK_S } from './travel.js'

/** How often the bots are looked at, and from when on: before, they have not yet got to where there is something to do. */
export const SAMPLE_EVERY_S = 30
export const SETTLED_S = 5 * 60
/** Without experience, gold or a step of a quest for this long, a bot counts as idle (BOTS.md). */
export const IDLE_S = 30 * 60

interface MindColumns {
  readonly minds: ReadColumns<(typeof BotMind)['fields']>
  readonly status: ReadColumns<(typeof Status)['fields']>
}

interface Travels {
  readonly hasDest: ArrayLike<number>
  readonly progressTick: ArrayLike<number>
}

/** Seconds for which a bot that has somewhere to go has come no nearer. */
export function standstillS(minds: Travels, slot: Slot, tick: number, tickHz: number): number {
  return minds.hasDest[slot] === 1 ? Math.max(0, tick - minds.progressTick[slot]) / tickHz : 0
}

/** What the bots were like over time, from samples. Whole sums, so that a replay agrees to the last digit. */
export class Measures {
  samples = 0
  /** Bots in all samples together. */
  botSamples = 0
  settledSamples = 0
  combatShareSum = 0
  combatShareMin = 1
  stuckShareMax = 0
  idleMax = 0
  longestStandstillS = 0

  sample(slots: readonly Slot[], { minds, status }: MindColumns, tick: number, tickHz: number): void {
    let inCombat = 0
    let stuck = 0
    let idle = 0
    for (const slot of slots) {
      if ((status.flags[slot] & flag.inCombat) !== 0) inCombat += 1
      const stillS = standstillS(minds, slot, tick, tickHz)
      if (stillS > STUCK_S) stuck += 1
      if (stillS > this.longestStandstillS) this.longestStandstillS = stillS
      if (tick - minds.gainTick[slot] > IDLE_S * tickHz) idle += 1
    }
    const count = Math.max(1, slots.length)
    this.samples += 1
    this.botSamples += slots.length
    this.stuckShareMax = Math.max(this.stuckShareMax, stuck / count)
    this.idleMax = Math.max(this.idleMax, idle)
    if (tick < SETTLED_S * tickHz) return
    this.settledSamples += 1
    this.combatShareSum += inCombat / count
    this.combatShareMin = Math.min(this.combatShareMin, inCombat / count)
  }

  hash(): number {
    const { samples, botSamples, combatShareSum, stuckShareMax, idleMax, longestStandstillS } = this
    return [samples, botSamples, combatShareSum, stuckShareMax, idleMax, longestStandstillS].reduce(mixNumber, HASH_START)
  }
}

export const MeasuresResource = defineResource('Measures', { create: () => new Measures(), hash: (measures) => measures.hash() })
