import { Auras } from '../../components/auras.js'
import { Equipment } from '../../components/equipment.js'
import { Kind } from '../../components/kind.js'
import { Motion, Place, Position } from '../../components/motion.js'
import { Stats } from '../../components/stats.js'
import { Status } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import type { Ground } from '../../scripts/fuzz/stage-hand.js'
import type { Component } from '../../src/ecs/component.js'
import type { Slot } from '../../src/ecs/entities.js'
import { botCharacterId, PresenceResource } from '../../src/net/presence.js'
import { GridResource } from '../../src/space/grid.js'
import { LedgerResource } from '../../systems/ledger.js'
import { SpawnsResource } from '../../systems/spawn-table.js'
import { refreshStats, type StatsSources } from '../../systems/stats-of.js'

const LEVEL = 10
/** They stand on a lattice, away from the places where creatures appear. */
const LATTICE_M = 20
const QUIET_M = 30
/** Numbers that the fleet gives to no bot of its own. */
export const LASTING_NUMBER_MIN = 1_000_000

/** It lasts as a bot does: whatever changes of it is saved, and its movements of value are its own. */
export function joinFleet({ world, content }: Ground, slot: Slot, number: number): void {
  world.resource(LedgerResource).owner(slot, botCharacterId(number))
  world.resource(PresenceResource).botCreated(slot, number, `Figure${number}`, content.classList[0].id)
}

/** Places on the lattice where no creature appears near by. */
export function quietPlaces({ world, content }: Ground): readonly { readonly x: number; readonly z: number }[] {
  const spawns = world.resource(SpawnsResource)
  const perSide = Math.floor(content.zone.sizeM / LATTICE_M)
  const isLoud = new Uint8Array(perSide * perSide)
  const reach = Math.ceil(QUIET_M / LATTICE_M)
  for (let i = 0; i < spawns.count; i += 1) {
    const column = Math.floor(spawns.x[i] / LATTICE_M)
    const line = Math.floor(spawns.z[i] / LATTICE_M)
    for (let z = Math.max(0, line - reach); z <= Math.min(perSide - 1, line + reach); z += 1)
      for (let x = Math.max(0, column - reach); x <= Math.min(perSide - 1, column + reach); x += 1) isLoud[z * perSide + x] = 1
  }
  const places: { readonly x: number; readonly z: number }[] = []
  // Not at the edge: they walk to and fro.
  for (let line = 1; line < perSide - 1; line += 1)
    for (let column = 1; column < perSide - 1; column += 1)
      if (isLoud[line * perSide + column] === 0) places.push({ x: (column + 0.5) * LATTICE_M, z: (line + 0.5) * LATTICE_M })
  return places
}

/** One more of them, there from the next flush of the world's commands on. */
export function spawn({ world, content }: Ground, components: readonly Component[], which: number, x: number, z: number): Slot {
  const slot = world.commands.spawn(components)
  world.resource(GridResource).layerOf[slot] = which
  const position = world.columns(Position)
  position.x[slot] = x
  position.z[slot] = z
  world.columns(Place).zone[slot] = content.zone.id
  return slot
}

/** Gives it its kind, and what level and kind make of it. */
export function shape({ world, content }: Ground, slot: Slot, type: number, look: number): void {
  const kind = world.columns(Kind)
  const status = world.columns(Status)
  const vitals = world.columns(Vitals)
  kind.type[slot] = type
  kind.look[slot] = look
  status.level[slot] = LEVEL
  const sources: unknown = {
    kind,
    status,
    vitals,
    content,
    motion: world.columns(Motion),
    stats: world.editor(Stats),
    auras: world.columns(Auras),
    equipment: world.columns(Equipment),
  }
  refreshStats(sources as StatsSources, slot)
  vitals.health[slot] = vitals.healthMax[slot]
}
