import { Kind, kindType } from '../components/kind.js'
import { Casting } from '../components/spells.js'
import { Stats } from '../components/stats.js'
import { flag, Status } from '../components/status.js'
import { Vitals } from '../components/vitals.js'
import type { Slot } from '../src/ecs/entities.js'
import { type ContextOf, defineSystem } from '../src/ecs/system.js'
import { ContentResource } from './content/resource.js'
import { healthPerSecond, MANA_REST_MS, manaPerSecond, ragePerSecond } from './recovery-rules.js'

/** Each entity recovers this often, in its own tick of the round. */
const EVERY_MS = 500
const gone = flag.dead | flag.ghost

const needs = {
  name: 'recovery',
  reads: { kind: Kind, status: Status, stats: Stats, casting: Casting },
  writes: { vitals: Vitals },
  resources: { content: ContentResource },
  queries: { living: [Vitals, Status] },
} as const
type RecoveryWorld = ContextOf<typeof needs>

function recoverHealth(world: RecoveryWorld, slot: Slot, seconds: number): void {
  const { vitals, stats, content } = world
  const rate = healthPerSecond(content.rates.regeneration, vitals.healthMax[slot], stats.spirit[slot])
  const earned = vitals.healthPart[slot] + rate * seconds
  const whole = Math.floor(earned)
  vitals.healthPart[slot] = earned - whole
  vitals.health[slot] = Math.min(vitals.healthMax[slot], vitals.health[slot] + whole)
}

/** Whether it spent mana so lately that only a trickle comes back. */
function hasSpent({ casting, tick, tickHz }: RecoveryWorld, slot: Slot): boolean {
  const spentTick = casting.spentTick[slot]
  return spentTick !== 0 && (tick - spentTick) * 1_000 < MANA_REST_MS * tickHz
}

function recoverPower(world: RecoveryWorld, slot: Slot, seconds: number, inCombat: boolean): void {
  const { vitals, stats, content } = world
  const { regeneration } = content.rates
  const power = content.classes[world.kind.look[slot]]?.power
  let rate = 0
  if (power === 'energy') rate = regeneration.energyPerSecond
  else if (power === 'rage') rate = ragePerSecond(regeneration, inCombat)
  else rate = manaPerSecond(regeneration, vitals.powerMax[slot], stats.spirit[slot], hasSpent(world, slot), inCombat)
  const earned = vitals.power[slot] + vitals.powerPart[slot] + rate * seconds
  const bounded = earned < 0 ? 0 : Math.min(earned, vitals.powerMax[slot])
  vitals.power[slot] = Math.floor(bounded)
  vitals.powerPart[slot] = bounded - Math.floor(bounded)
}

/** Health, mana, energy and rage as time passes. The dead do not recover. */
export const recovery = defineSystem({
  ...needs,
  run(world) {
    const { vitals, status, kind, living, tick, tickHz } = world
    const round = Math.max(1, Math.floor((EVERY_MS * tickHz) / 1000))
    const seconds = round / tickHz
    for (let i = 0; i < living.length; i += 1) {
      const slot = living[i]
      if ((slot + tick) % round !== 0 || (status.flags[slot] & gone) !== 0) continue
      const inCombat = (status.flags[slot] & flag.inCombat) !== 0
      if (!inCombat && vitals.health[slot] < vitals.healthMax[slot]) recoverHealth(world, slot, seconds)
      if (kind.type[slot] === kindType.character) recoverPower(world, slot, seconds, inCombat)
    }
  },
})
