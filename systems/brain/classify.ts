import type { ClassKind, ItemKind, Power } from '../content/types.js'
import { equipSlots, type Stat, stats } from '../content/words.js'

/** What a bot means to do with an item. Whoever picks up, sells, throws away or chooses a reward asks for it. */
export type Verdict = 'equip' | 'upgradeLater' | 'quest' | 'use' | 'sell' | 'keep' | 'destroy'

/** What of a character the answer depends on. */
export interface Owner {
  readonly classKind: ClassKind
  readonly level: number
  /** What is worn in a slot (a place in `equipSlots`) and lends its stats; undefined for nothing, or for what is broken. */
  readonly worn: (equipSlot: number) => ItemKind | undefined
  /** Whether a quest under way asks for the item. */
  readonly needs: (item: number) => boolean
  /** How many of it the character has, the one that is asked about among them. */
  readonly held: (item: number) => number
}

/** Gear for a level not farther off than this is worth its place in the bag. */
const LEVELS_AHEAD = 2
/** More of one consumable than this is for sale. */
export const CONSUMABLES_MAX = 12
/** An upgrade is better by this part at least, so that equals are not changed to and fro. */
const BETTER_BY = 1.02
/** Points that a point of damage a second is worth. */
const POINTS_PER_DPS = 2

/** What a point of each stat is worth to those who live by a power. */
const weights: Readonly<Record<Power, Readonly<Record<Stat, number>>>> = Object.freeze({
  rage: { might: 1, finesse: 0.4, wits: 0, stamina: 1, spirit: 0.1, armour: 0.15 },
  energy: { might: 0.8, finesse: 1, wits: 0, stamina: 0.8, spirit: 0.1, armour: 0.1 },
  mana: { might: 0.05, finesse: 0.1, wits: 1, stamina: 0.7, spirit: 0.5, armour: 0.08 },
})

/** What wearing it is worth to a class, in points; only good for comparing. */
export function gearScore(item: ItemKind, classKind: ClassKind): number {
  const worth = weights[classKind.power]
  let score = 0
  for (const stat of stats) score += item.stats[stat] * worth[stat]
  const { weapon } = item
  if (weapon === undefined) return score
  const perSecond = ((weapon.damageMin + weapon.damageMax) * 500) / weapon.swingMs
  return score + perSecond * (classKind.power === 'mana' ? 0.2 : POINTS_PER_DPS)
}

const fitsClass = (item: ItemKind, { classKind }: Owner): boolean =>
  item.classes.length === 0 || item.classes.includes(classKind.id)

function classifyGear(item: ItemKind, owner: Owner): Verdict {
  const rest = item.sellPrice > 0 ? 'sell' : 'destroy'
  if (!fitsClass(item, owner) || item.slot === undefined) return rest
  const worn = owner.worn(equipSlots.indexOf(item.slot))
  const isBetter = worn === undefined || gearScore(item, owner.classKind) > gearScore(worn, owner.classKind) * BETTER_BY
  if (!isBetter) return rest
  if (item.levelMin <= owner.level) return 'equip'
  return item.levelMin <= owner.level + LEVELS_AHEAD ? 'upgradeLater' : rest
}

/** One answer for every use. Pure. */
export function classify(item: ItemKind, owner: Owner): Verdict {
  if (owner.needs(item.id)) return 'quest'
  if (item.kind === 'quest') return 'destroy'
  if (item.slot !== undefined) return classifyGear(item, owner)
  const rest = item.sellPrice > 0 ? 'sell' : 'destroy'
  if (item.use === undefined || !fitsClass(item, owner)) return rest
  if (owner.held(item.id) > CONSUMABLES_MAX) return rest
  if (item.levelMin <= owner.level) return 'use'
  return item.levelMin <= owner.level + LEVELS_AHEAD ? 'keep' : rest
}
