import { Auras } from '../components/auras.js'
import { Equipment } from '../components/equipment.js'
import { Kind, kindType } from '../components/kind.js'
import { Motion } from '../components/motion.js'
import { Progress } from '../components/progress.js'
import { Spellbook } from '../components/spells.js'
import { Stats } from '../components/stats.js'
import { Status } from '../components/status.js'
import { Vitals } from '../components/vitals.js'
import type { Entity, Slot } from '../src/ecs/entities.js'
import { type ContextOf, defineSystem } from '../src/ecs/system.js'
import { learnSpells } from './character-rules.js'
import { ContentResource } from './content/resource.js'
import type { ClassKind } from './content/types.js'
import { CountersResource } from './counters.js'
import { ExperienceEarned, Killed, LevelGained } from './events.js'
import { advance, killExperience } from './experience-rules.js'
import { canAct } from './interaction-rules.js'
import { creditOf, distinctKills } from './kill-rules.js'
import { refreshStats } from './stats-of.js'

const needs = {
  name: 'experience',
  reads: { kind: Kind, auras: Auras, equipment: Equipment },
  writes: { progress: Progress, status: Status, vitals: Vitals, book: Spellbook, motion: Motion, stats: Stats },
  resources: { content: ContentResource, counters: CountersResource },
  events: { killed: Killed, earned: ExperienceEarned },
  emits: [LevelGained],
} as const
type ExperienceWorld = ContextOf<typeof needs>

/** Stats and spells of the new level, and full health and power; a dead character waits for its revival to be healed. */
function reachLevel(world: ExperienceWorld, slot: Slot, classKind: ClassKind, level: number): void {
  const { progress, status, vitals } = world
  progress.set(slot, 'level', level)
  status.level[slot] = level
  refreshStats(world, slot)
  if (canAct(status.flags[slot])) {
    vitals.health[slot] = vitals.healthMax[slot]
    vitals.power[slot] = vitals.powerMax[slot]
  }
  learnSpells(world.book, slot, classKind, level)
  world.counters.add('levelUps', 1)
  world.emit(LevelGained, { character: world.entityOf(slot), level })
}

function earn(world: ExperienceWorld, slot: Slot, amount: number): void {
  const { progress, content } = world
  const before = { level: progress.level[slot], experience: progress.experience[slot] }
  const after = advance(before, Math.floor(amount), content.experienceToNext, content.rates.levelMax)
  progress.set(slot, 'experience', after.experience)
  const classKind = content.classes[progress.class[slot]]
  if (classKind === undefined) return
  for (let level = before.level + 1; level <= after.level; level += 1) reachLevel(world, slot, classKind, level)
}

function earnKill(world: ExperienceWorld, killer: Entity, victim: Entity): void {
  const { kind, status, progress, content } = world
  const corpse = world.slotOf(victim)
  if (corpse === 0 || kind.type[corpse] !== kindType.creature) return
  const slot = world.slotOf(creditOf(status.tap[corpse], killer))
  const creature = content.creatures[kind.look[corpse]]
  if (slot === 0 || creature === undefined || !world.has(slot, Progress)) return
  earn(world, slot, killExperience(progress.level[slot], status.level[corpse], creature.experienceFactor))
}

/** Experience for kills and for what other systems say was earned, and the levels it leads to. */
export const experience = defineSystem({
  ...needs,
  run(world) {
    for (const { killer, victim } of distinctKills(world.killed)) earnKill(world, killer, victim)
    for (const { character, amount } of world.earned) {
      const slot = world.slotOf(character)
      if (slot !== 0 && world.has(slot, Progress)) earn(world, slot, amount)
    }
  },
})
