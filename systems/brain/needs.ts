import { BAG_SLOTS } from '../../components/bag.js'
import { ItemUse } from '../../protocol/item.js'
import type { Content, ItemKind, SpellKind } from '../content/types.js'
import { type Act, act, type BotView } from './view.js'

/** A potion is for the fight that goes badly. */
const POTION_BELOW = 0.35
/** Who rests eats or drinks when more than this is missing. */
const MEAL_BELOW = 0.75

/** What using an item gives back. */
export interface Restores {
  readonly health: boolean
  readonly power: boolean
}

/** By the spell that its use casts, at once or by an aura. */
export function restores(content: Content, spell: SpellKind | undefined): Restores {
  let health = false
  let power = false
  for (const effect of spell?.effects ?? []) {
    if (effect.kind === 'heal') health = true
    if (effect.kind === 'energise') power = true
    for (const lasting of content.auras[effect.aura]?.effects ?? []) {
      if (lasting.kind === 'heal') health = true
      if (lasting.kind === 'energise') power = true
    }
  }
  return { health, power }
}

function mayUse(view: BotView, content: Content, item: ItemKind): boolean {
  if (item.use === undefined || item.levelMin > view.level) return false
  if (item.classes.length > 0 && !item.classes.includes(view.classId)) return false
  const spell = content.spells[item.use.spell]
  if (spell === undefined || (spell.category >= 0 && view.tick < view.categoryTick(spell.category))) return false
  // What works already is not taken a second time.
  return !spell.effects.some(({ aura }) => aura !== 0 && view.hasAura(view.entity, aura))
}

/** Uses the best (the last in the order of levels) of the bag that fits; undefined when there is none. */
function useBest(view: BotView, content: Content, fits: (item: ItemKind, gives: Restores) => boolean): Act | undefined {
  let best = -1
  let bestLevel = -1
  for (let i = 0; i < BAG_SLOTS; i += 1) {
    const item = content.items[view.bagItem(i)]
    if (item?.use === undefined || item.kind === 'quest' || item.levelMin <= bestLevel || !mayUse(view, content, item)) continue
    if (!fits(item, restores(content, content.spells[item.use.spell]))) continue
    best = i
    bestLevel = item.levelMin
  }
  return best < 0 ? undefined : act(ItemUse, { bagSlot: best, item: view.bagItem(best), target: 0 })
}

/** In a fight: a potion, once things go badly. */
export function drinkWhenLow(view: BotView, content: Content): Act | undefined {
  if (view.health >= view.healthMax * POTION_BELOW || view.refusedOpcode === ItemUse.id) return undefined
  return useBest(view, content, (item, gives) => gives.health && item.use?.outOfCombat === false)
}

/** While resting: food for the wounded, drink for the weary. */
export function mealWhileResting(view: BotView, content: Content): Act | undefined {
  if (view.isMoving || view.refusedOpcode === ItemUse.id) return undefined
  const isMeal = (item: ItemKind): boolean => item.use?.outOfCombat === true
  if (view.health < view.healthMax * MEAL_BELOW) {
    const food = useBest(view, content, (item, gives) => gives.health && isMeal(item))
    if (food !== undefined) return food
  }
  const usesMana = content.classes[view.classId]?.power === 'mana'
  if (!usesMana || view.power >= view.powerMax * MEAL_BELOW) return undefined
  return useBest(view, content, (item, gives) => gives.power && isMeal(item))
}
