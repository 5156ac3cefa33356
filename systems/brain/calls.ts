import { BAG_SLOTS } from '../../components/bag.js'
import { QUESTS_MAX, questState } from '../../components/quest-log.js'
import { TradeSeek } from '../../protocol/trade.js'
import type { Content, ItemKind } from '../content/types.js'
import { ownerOf } from './belongings.js'
import { bidOf, purseOf } from './bids.js'
import type { Owner } from './classify.js'
import { type Acts, act, type BotView } from './view.js'
import { lackingOf, STORE, worthOf } from './worth.js'

/** Something that a bot would pay for, and how many of it. */
interface Need {
  readonly item: ItemKind
  readonly count: number
}

/** As many as it lacks and could pay for; undefined where its bid would be no better than a vendor's. */
function needOf(view: BotView, owner: Owner, item: ItemKind, lacking: number): Need | undefined {
  if (lacking <= 0 || item.sellPrice === 0 || item.kind === 'quest') return undefined
  // A bid is at least a coin more than vendors pay.
  const count = Math.min(lacking, Math.floor((purseOf(view) - 1) / item.sellPrice))
  if (count <= 0) return undefined
  const worth = worthOf({ item, count, durability: item.durabilityMax, lacking }, owner)
  const sold = item.sellPrice * count
  return bidOf(view, worth, sold) > sold ? { item, count } : undefined
}

/** What a quest asks for comes first, then what it is running out of. */
export function neededThing(view: BotView, content: Content): Need | undefined {
  const owner = ownerOf(view, content)
  if (owner === undefined || purseOf(view) < 2) return undefined
  for (let i = 0; i < QUESTS_MAX; i += 1) {
    if (view.questState(i) !== questState.active) continue
    for (const objective of content.quests[view.questAt(i)]?.objectives ?? []) {
      const item = objective.kind === 'collect' ? content.items[objective.item] : undefined
      const need = item === undefined ? undefined : needOf(view, owner, item, lackingOf(view, content, item.id))
      if (need !== undefined) return need
    }
  }
  for (let i = 0; i < BAG_SLOTS; i += 1) {
    const item = content.items[view.bagItem(i)]
    if (item?.use === undefined) continue
    const need = needOf(view, owner, item, STORE - owner.held(item.id))
    if (need !== undefined) return need
  }
  return undefined
}

/** Says what it would buy, so that whoever has it comes. */
export const callFor = ({ item, count }: Need): Acts => [act(TradeSeek, { item: item.id, count })]
/** Says that it needs nothing any more; undefined when nobody thinks that it does. */
export const callOff = ({ trade, entity }: BotView): Acts | undefined =>
  trade.soughtItem(entity) === 0 ? undefined : [act(TradeSeek, { item: 0, count: 0 })]

/** It has got something, or spent something: it soon sees again what it needs. */
export function lookAtNeedsSoon({ mind, tick }: BotView): void {
  mind.seekTick = tick
}
