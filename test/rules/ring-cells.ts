import { type Bytes, group, join, Scene, u16, updateBit } from './encoder-scene.js'

/** Ticks between two turns. */
export const EVERY = 4
export const ring = { rings: 1, everyTicks: EVERY }

/** The group of one whose health alone has changed. */
export const wounded = (local: number, now: number): Bytes => group(updateBit('now'), [join(u16(local), u16(now))])

/**
 * So many people in an outer cell, which one watches from column 6 and, if asked for, one sees near from column 9. They have
 * been told of; the next tick is the first after the cell's turn.
 */
export function told(count: number, { isNearToo = false } = {}) {
  const scene = new Scene(100, ring)
  const slots = Array.from({ length: count }, () => scene.spawn(9))
  const watch = scene.watch(6)
  if (isNearToo) scene.watch(9)
  const state = scene.state(9)
  const isTurn = (): boolean => (scene.world.tick + state.index) % EVERY === 0
  const toTurn = (): void => {
    do scene.tick()
    while (!isTurn())
  }
  scene.tick()
  toTurn()
  return { scene, slots, watch, state, isTurn, toTurn, next: scene.state(10), inner: scene.state(8) }
}
