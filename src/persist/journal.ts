import type { Slot } from '../ecs/entities.js'
import { frameworkSystem } from '../ecs/system.js'
import type { World } from '../ecs/world.js'
import type { PlayedCharacter } from '../net/presence.js'
import type { CharacterRow } from '../ports/store.js'
import { saveComponents } from './rows.js'

/** The last system of a tick: what changed in players' marked columns becomes one batch for the store. */
export const journal = frameworkSystem('journal')

/** Reads a level for the character list; games without levels say 1. */
export type LevelOf = (slot: Slot) => number

export function characterRow(world: World, slot: Slot, character: PlayedCharacter, levelOf: LevelOf): CharacterRow {
  return { ...character, level: levelOf(slot), components: saveComponents(world, slot) }
}

/** The rows of this tick: each marked slot that a player's character stands in, once. Forgets the marks. */
export function gatherRows(
  world: World,
  characters: ReadonlyMap<Slot, PlayedCharacter>,
  leaving: readonly CharacterRow[],
  levelOf: LevelOf,
): readonly CharacterRow[] {
  const rows = [...leaving]
  for (const slot of world.marks.rows) {
    const character = characters.get(slot)
    if (character !== undefined) rows.push(characterRow(world, slot, character, levelOf))
  }
  world.marks.drainRows()
  return rows
}
