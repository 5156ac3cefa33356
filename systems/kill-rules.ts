import type { Entity } from '../src/ecs/entities.js'

/** Whose a kill is: his who has the right to the creature, and the killer's where nobody has. */
export const creditOf = (tap: Entity, killer: Entity): Entity => (tap !== 0 ? tap : killer)

/**
 * The kills with every victim once. Two blows that land in one tick may each report the death, and a death pays once.
 * Both reports are of the same tick, so that both are in the same list.
 */
export function distinctKills<K extends { readonly victim: Entity }>(killed: readonly K[]): readonly K[] {
  if (killed.length < 2) return killed
  const seen = new Set<Entity>()
  return killed.filter(({ victim }) => {
    if (seen.has(victim)) return false
    seen.add(victim)
    return true
  })
}
