/** A spawn looks this far around when it reckons how crowded it is. */
export const CROWD_RADIUS_M = 60
/** From so many characters for each living creature on, a spawn hurries. */
export const CROWD_FROM = 0.5
/** However crowded, nothing comes back sooner; a spawn that is quicker by itself keeps its time (BOTS.md). */
export const CROWDED_RESPAWN_MS = 8_000

/**
 * Characters for each living creature around a spawn. The first character does not count: whoever hunts alone finds the world as
 * it is, however thoroughly he empties it.
 */
export function crowdOf(characters: number, creatures: number): number {
  return Math.max(0, characters - 1) / Math.max(1, creatures)
}

/**
 * When a spawn fills again, in ms. Up to `CROWD_FROM` in its own time; above it in inverse proportion to the crowd, which keeps the
 * creatures that a character finds in a minute the same, down to `CROWDED_RESPAWN_MS`. With 24 s:
 *
 *   crowd    0    0.5   0.75   1    1.5   3
 *   seconds  24   24    16     12   8     8
 */
export function respawnMs(ownMs: number, crowd: number): number {
  if (crowd <= CROWD_FROM || ownMs <= CROWDED_RESPAWN_MS) return ownMs
  return Math.max(CROWDED_RESPAWN_MS, Math.floor((ownMs * CROWD_FROM) / crowd))
}
