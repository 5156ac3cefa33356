import { Kind, kindType } from '../components/kind.js'
import { flag, Status } from '../components/status.js'
import { Vitals } from '../components/vitals.js'
import type { Slot } from '../src/ecs/entities.js'
import { type ContextOf, defineSystem } from '../src/ecs/system.js'
import { ContentResource } from './content/resource.js'

/** Each entity recovers this often, in its own tick of the round. */
const EVERY_MS = 500

const needs = {
  name: 'recovery',
  reads: { kind: Kind, status: Status },
  writes: { vitals: Vitals },
  resources: { content: ContentResource },
  queries: { living: [Vitals, Status] },
} as const
type RecoveryWorld = ContextOf<typeof needs>

function recoverHealth(world: RecoveryWorld, slot: Slot, seconds: number): void {
  const { vitals, content } = world
  const { healthPerSecondFraction } = content.rates.regeneration
  const earned = vitals.healthPart[slot] + vitals.healthMax[slot] * healthPerSecondFraction * seconds
  const whole = Math.floor(earned)
  vitals.healthPart[slot] = earned - whole
  vitals.health[slot] = Math.min(vitals.healthMax[slot], vitals.health[slot] + whole)
}

function recoverPower(world: RecoveryWorld, slot: Slot, seconds: number, inCombat: boolean): void {
  const { vitals, content } = world
  const { regeneration } = content.rates
  const power = content.classes[world.kind.look[slot]]?.power
  let change = 0
  if (power === 'energy') change = regeneration.energyPerSecond * seconds
  else if (power === 'rage') change = inCombat ? 0 : -regeneration.rageDecayPerSecond * seconds
  else if (!inCombat) change = vitals.powerMax[slot] * regeneration.manaPerSecondFraction * seconds
  const earned = vitals.power[slot] + vitals.powerPart[slot] + change
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
      if ((slot + tick) % round !== 0 || (status.flags[slot] & (flag.dead | flag.ghost)) !== 0) continue
      const inCombat = (status.flags[slot] & flag.inCombat) !== 0
      if (!inCombat && vitals.health[slot] < vitals.healthMax[slot]) recoverHealth(world, slot, seconds)
      if (kind.type[slot] === kindType.character) recoverPower(world, slot, seconds, inCombat)
    }
  },
})
