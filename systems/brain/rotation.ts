import { SPELLS_MAX } from '../../components/spells.js'
import { flag } from '../../components/status.js'
import type { Content, Rotation, RotationEntry, RotationWhen, SpellKind } from '../content/types.js'
import { attackersNear, usableSpells } from './caches.js'
import type { BotView, Seen } from './view.js'

/** Spells from this range on make a fighter that keeps its distance. */
const RANGED_FROM_M = 10

/** What the bot casts while it is alone; undefined for a class that the content has no rotation for. */
export function rotationOf(view: BotView, content: Content): Rotation | undefined {
  return content.rotations[view.classId]?.[0]
}

/** The book's place of an entry's spell, or −1. Nearly always it is where the class learns it; an empty place there means that it is not known yet. */
function placeOf(view: BotView, { spell, place }: RotationEntry): number {
  const there = view.spellAt(place)
  if (there === spell) return place
  if (there === 0) return -1
  for (let i = 0; i < SPELLS_MAX; i += 1) if (view.spellAt(i) === spell) return i
  return -1
}

const isUsable = (view: BotView, usable: number, entry: RotationEntry): boolean => {
  const place = placeOf(view, entry)
  return place >= 0 && (usable & (1 << place)) !== 0
}

// Frozen lists are gone through by index here: V8 makes no code for `for … of` over them, and hands each entry on in a new object.

/** How far the bot stays from its target now: its rotation's range while it can cast a spell of such a reach, else arm's length. */
export function fightingRangeM(view: BotView, content: Content): number {
  const rotation = rotationOf(view, content)
  if (rotation === undefined || rotation.rangeM < RANGED_FROM_M) return 0
  if ((view.flags & flag.silenced) !== 0) return rotation.rangeM
  const usable = usableSpells(view, content)
  const { entries } = rotation
  for (let i = 0; i < entries.length; i += 1) {
    const entry = entries[i]
    if (entry.target !== 'enemy' || (content.spells[entry.spell]?.rangeM ?? 0) < RANGED_FROM_M) continue
    if (isUsable(view, usable, entry)) return rotation.rangeM
  }
  return 0
}

/** Whom or what a cast is judged about. */
interface Aim {
  readonly foe: Seen
  readonly distanceM: number
}

function healthOf(view: BotView, entry: RotationEntry, { foe }: Aim): number {
  if (entry.target === 'enemy') return foe.healthMax === 0 ? 1 : foe.health / foe.healthMax
  return view.healthMax === 0 ? 1 : view.health / view.healthMax
}

function selfHolds(view: BotView, when: RotationWhen): boolean {
  const { selfHealthBelow = 2, powerAtLeast = 0, powerBelow = 2 } = when
  if (view.health >= view.healthMax * selfHealthBelow) return false
  if (view.power < view.powerMax * powerAtLeast || view.power >= view.powerMax * powerBelow) return false
  if (when.moving !== undefined && when.moving !== view.isMoving) return false
  if (when.selfLacks !== 0 && view.hasAura(view.entity, when.selfLacks)) return false
  return when.selfHas === 0 || view.hasAura(view.entity, when.selfHas)
}

function foeHolds(view: BotView, when: RotationWhen, { foe, distanceM }: Aim): boolean {
  const { rangeAtLeastM = 0, rangeBelowM = Number.POSITIVE_INFINITY } = when
  if (distanceM < rangeAtLeastM || distanceM >= rangeBelowM) return false
  if (when.targetCasting !== undefined && when.targetCasting !== ((foe.flags & flag.casting) !== 0)) return false
  if (when.targetOnMe !== undefined && when.targetOnMe !== (foe.target === view.entity)) return false
  return when.targetLacks === 0 || !view.hasAura(foe.entity, when.targetLacks)
}

/** Whether an entry's conditions hold; the costly ones last. */
export function holds(view: BotView, entry: RotationEntry, aim: Aim): boolean {
  const { when } = entry
  const { targetHealthBelow = 2, targetHealthAbove = -1, enemiesAtLeast = 0 } = when
  const health = healthOf(view, entry, aim)
  if (health >= targetHealthBelow || health <= targetHealthAbove) return false
  if (!selfHolds(view, when) || !foeHolds(view, when, aim)) return false
  return enemiesAtLeast <= 1 || attackersNear(view) >= enemiesAtLeast
}

/** A cast to ask for. */
export interface Cast {
  readonly spell: SpellKind
  readonly target: number
}

/** What keeps a spell from being cast now besides its cost and its cooldown. */
function isHindered(view: BotView, spell: SpellKind, entry: RotationEntry, distanceM: number): boolean {
  if ((view.flags & flag.silenced) !== 0 && spell.school !== 'physical') return true
  if (view.isMoving && (spell.castMs > 0 || spell.channelMs > 0)) return true
  return entry.target === 'enemy' && distanceM > spell.rangeM && spell.target !== 'self'
}

/** The first entry that can be cast now and whose conditions hold. */
export function nextCast(view: BotView, content: Content, foe: Seen, distanceM: number): Cast | undefined {
  if (view.tick < view.globalTick) return undefined
  const rotation = rotationOf(view, content)
  if (rotation === undefined) return undefined
  const usable = usableSpells(view, content)
  if (usable === 0) return undefined
  const aim = { foe, distanceM }
  const { entries } = rotation
  for (let i = 0; i < entries.length; i += 1) {
    const entry = entries[i]
    const spell = content.spells[entry.spell]
    if (spell === undefined || !isUsable(view, usable, entry) || isHindered(view, spell, entry, distanceM)) continue
    if (!holds(view, entry, aim)) continue
    return { spell, target: entry.target === 'enemy' ? foe.entity : view.entity }
  }
  return undefined
}
