import type { AreaShape, AuraEffectKind, Control, DispelType, EffectKind, Factor, School, Stat } from './words.js'

/**
 * One thing that a spell does. An amount at level L is a roll in [amountMin, amountMax] + amountPerLevel · (L − 1) + powerFactor
 * times the caster's attack power (school physical) or spell power (every other).
 */
export interface SpellEffect {
  readonly kind: EffectKind
  /** Whom it befalls: whoever the spell is aimed at (everybody in its area), or its caster. */
  readonly to: 'target' | 'caster'
  readonly amountMin: number
  readonly amountMax: number
  readonly amountPerLevel: number
  readonly powerFactor: number
  /** `aura`: the id of the aura given; 0 for none. */
  readonly aura: number
  /** `dispel`: which auras it takes, at most `count` of them. */
  readonly dispel: DispelType
  /** `dispel`: auras taken; `createItem`: items made; `summon`: creatures called. */
  readonly count: number
  /** `createItem`: the item's id; 0 for none. */
  readonly item: number
  /** `summon`: the creature kind's id; 0 for none. */
  readonly creature: number
  /** `interrupt`: how long the interrupted school stays closed; `summon`: how long it stays. */
  readonly durationMs: number
  /** `teleport`: metres ahead. */
  readonly distanceM: number
}

/** Everybody of the right side within it, nearest first, at most `targetsMax`. */
export interface SpellArea {
  readonly shape: AreaShape
  /** Around whom or what it lies: the caster, or the target or point aimed at. A cone starts at the caster, along its heading. */
  readonly around: 'caster' | 'target'
  readonly radiusM: number
  /** Of a cone, in all. */
  readonly degrees: number
  readonly targetsMax: number
}

export interface SpellKind {
  readonly id: number
  readonly key: string
  readonly name: string
  readonly school: School
  /** 0 = instant. */
  readonly castMs: number
  /** 0 = no channel; else the effects happen each `everyMs` for so long, from when the cast ends. */
  readonly channelMs: number
  readonly everyMs: number
  readonly cooldownMs: number
  /** Spells and items of one category share a cooldown: its place in `Content.categories`, −1 for none. */
  readonly category: number
  readonly categoryMs: number
  /** True when it neither starts nor waits for the global cooldown. */
  readonly offGlobal: boolean
  readonly cost: number
  readonly rangeM: number
  /** 'friend' includes the caster; 'point' is a place on the ground. */
  readonly target: 'enemy' | 'friend' | 'self' | 'point'
  /** 0 = takes effect at once. */
  readonly projectileMps: number
  readonly area: SpellArea | undefined
  readonly effects: readonly SpellEffect[]
}

/**
 * One thing that an aura does while it lasts. `stat`: adds amount (+ perLevel · (L − 1) of the caster's level) a stack.
 * `factor`: multiplies by `factor` a stack. `damage`, `heal`, `energise`: by the amount each `everyMs`. `absorb`: takes so much damage.
 */
export interface AuraEffect {
  readonly kind: AuraEffectKind
  readonly stat: Stat
  readonly of: Factor
  readonly factor: number
  readonly amount: number
  readonly amountPerLevel: number
  readonly powerFactor: number
  readonly everyMs: number
}

export interface AuraKind {
  readonly id: number
  readonly key: string
  readonly name: string
  readonly school: School
  /** 0 = until it is cancelled, dispelled or the bearer dies. */
  readonly durationMs: number
  readonly stacksMax: number
  readonly dispel: DispelType
  readonly harmful: boolean
  readonly breaksOnDamage: boolean
  readonly control: Control
  readonly effects: readonly AuraEffect[]
}
