import { NEAR_CELLS } from '../../src/net/interest.js'
import type { Grid } from '../../src/space/grid.js'

/** Who is where, for `WatchedCells`. */
interface Whereabouts {
  readonly x: ArrayLike<number>
  readonly z: ArrayLike<number>
}

/** The cells that players see, as of a tick. Zones and instances are not told apart: at worst a bot thinks more often than it must. */
export class WatchedCells {
  private stamps = new Int32Array(0)
  private stamp = 0
  private side = 0

  constructor(
    private readonly grid: Grid,
    sizeM: number,
  ) {
    this.side = grid.column(sizeM) + 2 * NEAR_CELLS + 1
    this.stamps = new Int32Array(this.side * this.side)
  }

  private index(x: number, z: number): number {
    return (this.grid.column(z) + NEAR_CELLS) * this.side + this.grid.column(x) + NEAR_CELLS
  }

  /** Looks anew at where the players are. */
  look(players: Iterable<number>, at: Whereabouts): void {
    this.stamp += 1
    for (const slot of players) {
      const middle = this.index(at.x[slot], at.z[slot])
      for (let row = -NEAR_CELLS; row <= NEAR_CELLS; row += 1)
        this.stamps.fill(this.stamp, middle + row * this.side - NEAR_CELLS, middle + row * this.side + NEAR_CELLS + 1)
    }
  }

  has(x: number, z: number): boolean {
    return this.stamps[this.index(x, z)] === this.stamp
  }
}
