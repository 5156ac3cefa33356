import { Auras } from '../components/auras.js'
import { CreatureMind } from '../components/creature.js'
import { Equipment } from '../components/equipment.js'
import { Kind } from '../components/kind.js'
import { Motion } from '../components/motion.js'
import { Stats } from '../components/stats.js'
import { Status } from '../components/status.js'
import { Vitals } from '../components/vitals.js'
import { defineSystem } from '../src/ecs/system.js'
import { ContentResource } from './content/resource.js'
import { StatsChanged } from './events.js'
import { refreshStats } from './stats-of.js'

/** Computes anew the stats of those whose level, equipment or auras have changed. */
export const stats = defineSystem({
  name: 'stats',
  reads: { kind: Kind, auras: Auras, equipment: Equipment, creatureMind: CreatureMind },
  writes: { status: Status, vitals: Vitals, motion: Motion, stats: Stats },
  resources: { content: ContentResource },
  events: { changed: StatsChanged },
  run(world) {
    const { changed, slotOf, has } = world
    for (const { entity } of changed) {
      const slot = slotOf(entity)
      if (slot !== 0 && has(slot, Stats)) refreshStats(world, slot)
    }
  },
})
