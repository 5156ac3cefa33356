import { Auras } from '../../components/auras.js'
import { CreatureMind } from '../../components/creature.js'
import { Equipment } from '../../components/equipment.js'
import { Kind } from '../../components/kind.js'
import { Motion } from '../../components/motion.js'
import { Stats } from '../../components/stats.js'
import { Status } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import type { Slot } from '../../src/ecs/entities.js'
import type { World } from '../../src/ecs/world.js'
import { ContentResource } from '../../systems/content/resource.js'
import { refreshStats, type StatsSources } from '../../systems/stats-of.js'

/** What the game does whenever somebody appears: a test that spawns by hand must do it too. */
export function refreshBySlot(world: World, slot: Slot): void {
  const sources = {
    kind: world.columns(Kind),
    auras: world.columns(Auras),
    equipment: world.columns(Equipment),
    creatureMind: world.columns(CreatureMind),
    status: world.columns(Status),
    vitals: world.columns(Vitals),
    motion: world.columns(Motion),
    stats: world.editor(Stats),
    content: world.resource(ContentResource),
  }
  refreshStats(sources as unknown as StatsSources, slot)
}
