import { BAG_SLOTS } from '../../components/bag.js'
import { ItemDestroy } from '../../protocol/item.js'
import type { Content } from '../content/types.js'
import { ownerOf } from './belongings.js'
import { classify, type Verdict } from './classify.js'
import { type Acts, act, type BotView } from './view.js'

/** What goes first when there is no room; what is not named here is never thrown away. */
const order: Readonly<Partial<Record<Verdict, number>>> = Object.freeze({ destroy: 0, sell: 1, keep: 2, use: 2, upgradeLater: 3 })
const WORTH_MAX = 1e12

/** The bag slot whose stack is missed least. −1 when there is only what must be kept. */
function leastWorth(view: BotView, content: Content): number {
  const owner = ownerOf(view, content)
  let least = -1
  let leastScore = Number.POSITIVE_INFINITY
  for (let i = 0; i < BAG_SLOTS && owner !== undefined; i += 1) {
    const item = content.items[view.bagItem(i)]
    const rank = item === undefined ? undefined : order[classify(item, owner)]
    if (item === undefined || rank === undefined) continue
    const score = rank * WORTH_MAX + item.sellPrice * view.bagCount(i)
    if (score < leastScore) {
      least = i
      leastScore = score
    }
  }
  return least
}

/** Throws away the stack that is missed least; undefined when there is only what must be kept. */
export function makeRoom(view: BotView, content: Content): Acts | undefined {
  const bagSlot = leastWorth(view, content)
  return bagSlot < 0 ? undefined : [act(ItemDestroy, { bagSlot, count: view.bagCount(bagSlot) })]
}
