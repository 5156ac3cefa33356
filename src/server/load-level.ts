/** From 0 (everybody thinks as often as they like) to this (the least that still is life). */
export const LOAD_LEVEL_MAX = 4
/** A second whose median tick took more than this part of its time raises the level by one. */
const BUSY_SHARE = 0.6
/** Below this part for `CALM_S` seconds on end lowers it by one: sooner raised than lowered, so that it does not swing. */
const CALM_SHARE = 0.3
const CALM_S = 5

/** How much the world is to save, judged once a second by how long its ticks take. The server tells the world through the inbox. */
export class LoadLevel {
  level = 0
  private calmS = 0

  /** `tickShare`: the median tick of the last second as a part of its step. Returns the level from now on. */
  judge(tickShare: number): number {
    this.calmS = tickShare < CALM_SHARE ? this.calmS + 1 : 0
    if (tickShare > BUSY_SHARE) this.level = Math.min(LOAD_LEVEL_MAX, this.level + 1)
    else if (this.calmS >= CALM_S) {
      this.calmS = 0
      this.level = Math.max(0, this.level - 1)
    }
    return this.level
  }
}
