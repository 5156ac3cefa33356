import type { World } from '../ecs/world.js'
import { unpackRows } from '../ports/packed-rows.js'
import type { PackedCharacters, SavedResources } from '../ports/store.js'
import type { Presence } from './presence.js'

/** Gives the world's resources what was saved of them; what was never saved stays as it was made. */
export function restoreResources(world: World, saved: SavedResources): void {
  for (const resource of world.lastingResources) {
    if (Object.hasOwn(saved, resource.name)) resource.lasting?.restore(world.resource(resource), saved[resource.name])
  }
}

/** Has saved bots wait for the fleet. */
export function takeBots(presence: Presence, { heads, rows }: PackedCharacters): void {
  unpackRows(rows).forEach((row, i) => {
    presence.returning.push({ ...heads[i], ...row })
  })
}
