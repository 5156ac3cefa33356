/** How far a greeter strays from home, in metres. */
export const STROLL_M = 8
/** How likely one that stands goes for a stroll when it thinks. */
const STROLL_CHANCE = 0.3

const greetings = ['Hello', 'Well met', 'Good day', 'Welcome'] as const

/** What a greeter goes by: nothing that a client in its place would not see. */
export interface GreeterView {
  readonly homeX: number
  readonly homeZ: number
  readonly isMoving: boolean
  /** The name of the nearest player it has not greeted yet. */
  readonly stranger: string | undefined
}

export type Wish =
  | { readonly kind: 'greet'; readonly text: string }
  | { readonly kind: 'stroll'; readonly x: number; readonly z: number }
  | { readonly kind: 'stay' }

/**
 * The whole brain: a pure function. Draw number n is uniform in [0, 1) and the same whenever seed, tick and greeter are
 * the same, so equal worlds have equal greeters; Math.random would make every replay differ.
 */
export function decide(view: GreeterView, draw: (n: number) => number): Wish {
  if (view.stranger !== undefined) {
    return { kind: 'greet', text: `${greetings[Math.floor(draw(0) * greetings.length)]}, ${view.stranger}!` }
  }
  if (view.isMoving || draw(1) >= STROLL_CHANCE) return { kind: 'stay' }
  const offset = (n: number): number => (draw(n) * 2 - 1) * STROLL_M
  return { kind: 'stroll', x: view.homeX + offset(2), z: view.homeZ + offset(3) }
}
