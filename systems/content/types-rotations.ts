import type { BotRole, RotationTarget } from './words.js'

/** What must hold for an entry to be cast; what is left out is not asked for. Healths and power are parts of their maximum. */
export interface RotationWhen {
  readonly selfHealthBelow?: number
  readonly targetHealthBelow?: number
  readonly targetHealthAbove?: number
  readonly powerAtLeast?: number
  readonly powerBelow?: number
  /** At least so many attackers near oneself. */
  readonly enemiesAtLeast?: number
  readonly targetCasting?: boolean
  /** The target attacks oneself. */
  readonly targetOnMe?: boolean
  /** The id of an aura that must not lie on oneself; on the target. 0: not asked for. */
  readonly selfLacks: number
  readonly targetLacks: number
  /** The id of an aura that must lie on oneself; 0: not asked for. */
  readonly selfHas: number
  readonly rangeAtLeastM?: number
  readonly rangeBelowM?: number
  readonly moving?: boolean
}

/** One line of a rotation. */
export interface RotationEntry {
  readonly spell: number
  /** Its place in the book of whoever learns the spells of the class in their order. */
  readonly place: number
  readonly target: RotationTarget
  readonly when: RotationWhen
}

/** What a class casts in a role: the first entry that can be cast and whose conditions hold. */
export interface Rotation {
  readonly key: string
  readonly class: number
  readonly role: BotRole
  /** How far it stays from whom it fights; 0: at arm's length. */
  readonly rangeM: number
  readonly entries: readonly RotationEntry[]
}
