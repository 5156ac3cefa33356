import { tier } from '../../components/bot-mind.js'

/** Decisions a second of each tier, while there is no load. */
export const tierHz: Readonly<Record<number, number>> = Object.freeze({
  [tier.combat]: 10,
  [tier.active]: 4,
  [tier.idle]: 1,
  [tier.far]: 0.5,
})

interface Rates {
  readonly combat: number
  readonly active: number
  readonly idle: number
}

const full: Rates = { combat: tierHz[tier.combat], active: tierHz[tier.active], idle: tierHz[tier.idle] }
/** By load level. Who is in nobody's sight saves first, then the idle, the active, and the fighters last; nobody ever stops. */
const unseen: readonly Rates[] = [
  full,
  { combat: 10, active: 2, idle: 0.5 },
  { combat: 10, active: 1, idle: 0.2 },
  { combat: 5, active: 0.5, idle: 0.2 },
  { combat: 2, active: 0.2, idle: 0.2 },
]
const seen: readonly Rates[] = [
  full,
  full,
  { combat: 10, active: 4, idle: 0.5 },
  { combat: 10, active: 3, idle: 0.5 },
  { combat: 8, active: 2, idle: 0.5 },
]

/** Decisions a second in that tier, at that load level, for somebody that a player sees or that none does. */
export function paceHz(ofTier: number, load: number, isSeen: boolean): number {
  const level = Math.max(0, Math.min(unseen.length - 1, Math.floor(load)))
  const rates = (isSeen ? seen : unseen)[level]
  if (ofTier === tier.combat) return rates.combat
  return ofTier === tier.active ? rates.active : rates.idle
}

/** The tier that a bot counts in: under load, those that no player sees are far, unless they fight. */
export function tierUnder(ofTier: number, load: number, isSeen: boolean): number {
  return load > 0 && !isSeen && ofTier !== tier.combat ? tier.far : ofTier
}
