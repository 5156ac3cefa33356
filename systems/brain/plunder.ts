import { goal } from '../../components/bot-mind.js'
import { LOOT_ITEMS_MAX } from '../../components/loot.js'
import { flag } from '../../components/status.js'
import { LootOpen, LootRelease, LootTake, LootTakeGold } from '../../protocol/loot.js'
import { result } from '../../protocol/result-codes.js'
import type { Content } from '../content/types.js'
import { lookAtGearSoon } from './belongings.js'
import { makeRoom } from './make-room.js'
import { canSell } from './shop.js'
import { travel } from './travel.js'
import { type Acts, act, type BotView, NOTHING, seconds } from './view.js'

const REACH_M = 4
const PATIENCE_S = 15
/** After one corpse it looks this far for the next: whoever fought several has several to see to. */
const SPOILS_M = 30

/** Goes to the corpse it has the right to and takes what is in it; undefined when there is nothing more to take. */
export function plunder(view: BotView, content: Content): Acts | undefined {
  const { mind } = view
  if (mind.corpse === 0) return undefined
  const other = view.see(mind.corpse)
  if (mind.step === 0) {
    mind.step = 1
    mind.untilTick = view.tick + seconds(view, PATIENCE_S)
  }
  const isEmpty = other !== undefined && (other.flags & flag.lootable) === 0
  if (other === undefined || isEmpty || view.tick > mind.untilTick) {
    // One that was given up is left: it would be found again.
    mind.corpse = isEmpty ? view.findSpoils(SPOILS_M) : 0
    mind.step = 0
    lookAtGearSoon(view)
    if (view.openCorpse !== 0) return [act(LootRelease, {})]
    return mind.corpse === 0 ? undefined : NOTHING
  }
  const onTheWay = travel(view, other.x, other.z, REACH_M)
  if (onTheWay !== undefined) return onTheWay
  if (view.openCorpse !== mind.corpse) return [act(LootOpen, { corpse: mind.corpse })]
  if (view.refusedCode === result.bagFull) {
    // To a trader, then; where there is none to be had, something goes.
    const room = canSell(view, content) ? undefined : makeRoom(view, content)
    if (room !== undefined) return room
    mind.untilTick = 0
    mind.goal = goal.none
    return view.lootGold > 0 ? [act(LootTakeGold, {})] : [act(LootRelease, {})]
  }
  if (view.lootGold > 0) return [act(LootTakeGold, {})]
  for (let i = 0; i < LOOT_ITEMS_MAX; i += 1)
    if (view.lootItem(i) !== 0) return [act(LootTake, { revision: view.lootRevision, itemIndex: i })]
  mind.untilTick = 0
  return [act(LootRelease, {})]
}
