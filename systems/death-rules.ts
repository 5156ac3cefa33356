import { distanceSquared } from '../src/ecs/maths.js'
import type { Point } from './content/types.js'

/** The graveyard nearest to a place. Content has at least one. */
export function nearestGraveyard(graveyards: readonly Point[], x: number, z: number): Point {
  let nearest = graveyards[0]
  for (const graveyard of graveyards)
    if (distanceSquared(graveyard.x, graveyard.z, x, z) < distanceSquared(nearest.x, nearest.z, x, z)) nearest = graveyard
  return nearest
}

/** How long a corpse cannot be reclaimed after the `recent`-th death (from 1) in a row. */
export function reclaimDelayMs(delays: readonly number[], recent: number): number {
  return delays[Math.min(recent, delays.length) - 1] ?? 0
}

/** How long an offer to come back to life stands. */
export const OFFER_MS = 60_000

/** Whether the offer of that tick (0: none) still stands. */
export function isOffered(offeredTick: number, tick: number, tickHz: number): boolean {
  return offeredTick !== 0 && tick >= offeredTick && (tick - offeredTick) * 1_000 <= OFFER_MS * tickHz
}
