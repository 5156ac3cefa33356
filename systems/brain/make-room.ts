import { BAG_SLOTS } from '../../components/bag.js'
import { ItemDestroy } from '../../protocol/item.js'
import type { Content } from '../content/types.js'
import { type Acts, act, type BotView } from './view.js'

/** The bag slot whose stack is worth least; quest items are never thrown away. −1 when there is none. */
function leastWorth(view: BotView, content: Content): number {
  let least = -1
  let leastWorth = Number.POSITIVE_INFINITY
  for (let i = 0; i < BAG_SLOTS; i += 1) {
    const item = content.items[view.bagItem(i)]
    if (item === undefined || item.kind === 'quest') continue
    const worth = item.sellPrice * view.bagCount(i)
    if (worth < leastWorth) {
      least = i
      leastWorth = worth
    }
  }
  return least
}

/** Throws away the stack that is worth least; undefined when there is only what must be kept. */
export function makeRoom(view: BotView, content: Content): Acts | undefined {
  const bagSlot = leastWorth(view, content)
  return bagSlot < 0 ? undefined : [act(ItemDestroy, { bagSlot, count: view.bagCount(bagSlot) })]
}
