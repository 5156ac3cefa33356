import { THREATS_MAX, type Threat } from '../components/combat.js'
import type { ReadColumns, WriteColumns } from '../src/ecs/columns.js'
import type { Entity, Slot } from '../src/ecs/entities.js'

type ThreatFields = (typeof Threat)['fields']

/** Adds hate for an entity. In a full list the least hated gives way, if it is hated less than the new one. */
export function addThreat(threat: WriteColumns<ThreatFields>, slot: Slot, entity: Entity, amount: number): void {
  const start = slot * THREATS_MAX
  let place = -1
  let least = start
  for (let i = start; i < start + THREATS_MAX; i += 1) {
    if (threat.entity[i] === entity) {
      threat.amount[i] += amount
      return
    }
    if (threat.entity[i] === 0 && place < 0) place = i
    if (threat.amount[i] < threat.amount[least]) least = i
  }
  if (place < 0) {
    if (threat.amount[least] >= amount) return
    place = least
  }
  threat.entity[place] = entity
  threat.amount[place] = amount
}

/** Whether the entity is in the list, however little it is hated. */
export function isHated(threat: ReadColumns<ThreatFields>, slot: Slot, entity: Entity): boolean {
  for (let i = slot * THREATS_MAX; i < (slot + 1) * THREATS_MAX; i += 1) if (threat.entity[i] === entity) return true
  return false
}

export function threatOf(threat: ReadColumns<ThreatFields>, slot: Slot, entity: Entity): number {
  const start = slot * THREATS_MAX
  for (let i = start; i < start + THREATS_MAX; i += 1) if (threat.entity[i] === entity) return threat.amount[i]
  return 0
}

/** How much the most hated one is hated; 0 when nobody is. */
export function mostThreat(threat: ReadColumns<ThreatFields>, slot: Slot): number {
  let most = 0
  for (let i = slot * THREATS_MAX; i < (slot + 1) * THREATS_MAX; i += 1) if (threat.amount[i] > most) most = threat.amount[i]
  return most
}

export function clearThreat(threat: WriteColumns<ThreatFields>, slot: Slot): void {
  const start = slot * THREATS_MAX
  threat.entity.fill(0, start, start + THREATS_MAX)
  threat.amount.fill(0, start, start + THREATS_MAX)
}

/** Forgets one entity: it died, left, or is gone. */
export function dropThreat(threat: WriteColumns<ThreatFields>, slot: Slot, place: number): void {
  threat.entity[slot * THREATS_MAX + place] = 0
  threat.amount[slot * THREATS_MAX + place] = 0
}
