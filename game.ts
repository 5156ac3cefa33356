import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { components } from './components/index.js'
import { Place, Position } from './components/motion.js'
import { Status } from './components/status.js'
import { protocol } from './protocol/index.js'
import { defineGame } from './src/server/game-module.js'
import { runBrain } from './systems/brain/client-brain.js'
import { objectCount } from './systems/content/object-placement.js'
import { parseContent } from './systems/content/tables.js'
import type { Content } from './systems/content/types.js'
import { step } from './systems/movement-rules.js'
import { pipeline } from './systems/pipeline.js'
import { reportGame } from './systems/report.js'
import { gameValue } from './systems/value-rules.js'

/** The cell's side is half the view radius of 80 m. */
const CELL_SIZE_M = 40
/** Ids that rest before they are used again, and corpses beside the creatures that replace them. */
const SPARE_ENTITIES = 4_096 + 512

/** The shipped content: beside this file in the sources, one folder up from the compiled one. */
function contentDirectory(): string {
  const here = dirname(fileURLToPath(import.meta.url))
  return existsSync(join(here, 'content')) ? join(here, 'content') : join(here, '..', 'content')
}

/** The standard game: a zone with a town, creatures, quests, four classes, and bots that play it. */
export const standardGame = defineGame({
  name: 'standard',
  components,
  protocol,
  pipeline,
  content: { directory: contentDirectory(), parse: parseContent },
  space: { position: Position, place: Place, cellSizeM: CELL_SIZE_M },
  classMax: 4,
  capacity: ({ bots, creatures, clientsMax, zoneCopies = 1 }, content) =>
    bots +
    creatures * 2 +
    2 * clientsMax +
    zoneCopies * ((content as Content).npcList.length + objectCount(content as Content)) +
    SPARE_ENTITIES,
  levelOf: (world, slot) => world.columns(Status).level[slot],
  value: gameValue,
  runRemoteBrain: (client, content, seed) => runBrain(client, content as Content, seed),
  report: reportGame,
  step,
})

// What an addition to the standard game builds on.
export { Auras } from './components/auras.js'
export { BAG_SLOTS, Bag, BuyBack, GOLD_MAX, Purse } from './components/bag.js'
export { BotMind } from './components/bot-mind.js'
export { Combat, Threat } from './components/combat.js'
export { CreatureMind } from './components/creature.js'
export { Death } from './components/death.js'
export { Equipment } from './components/equipment.js'
export { characterComponents, creatureComponents, npcComponents, objectComponents } from './components/index.js'
export { Kind, kindType } from './components/kind.js'
export { Loot } from './components/loot.js'
export { InputQueue, Motion, moveMode, Place, Position } from './components/motion.js'
export { Progress } from './components/progress.js'
export { QuestLog, QuestsDone, questState } from './components/quest-log.js'
export { Casting, Spellbook } from './components/spells.js'
export { Stats } from './components/stats.js'
export { flag, Status } from './components/status.js'
export { TRADE_SLOTS, Trade } from './components/trade.js'
export { Vitals } from './components/vitals.js'
export { ChatHeard, ChatSay } from './protocol/chat.js'
export { CombatAttack, CombatDied, CombatStopAttack, CombatSwing } from './protocol/combat.js'
export { DeathAcceptResurrect, DeathReclaim, DeathRelease, DeathSpiritHealer } from './protocol/death.js'
export { ItemDestroy, ItemEquip, ItemMove, ItemUnequip, ItemUse } from './protocol/item.js'
export { LootOpen, LootOpened, LootRelease, LootTake, LootTakeGold } from './protocol/loot.js'
export { MoveFollow, MoveInput, MoveSelf, MoveStop, MoveTeleportAck, MoveTeleported, MoveTo } from './protocol/move.js'
export { ObjectClick } from './protocol/object.js'
export { QuestAccept, QuestChooseReward, QuestComplete, QuestList } from './protocol/quest.js'
export { result, resultCodes } from './protocol/result-codes.js'
export {
  SpellAuraFaded,
  SpellAuraGained,
  SpellCancel,
  SpellCancelAura,
  SpellCast,
  SpellFailed,
  SpellFinished,
  SpellLanded,
  SpellStarted,
} from './protocol/spell.js'
export {
  GOLD_ONLY,
  TradeAccept,
  TradeCancel,
  TradeChanged,
  TradeClosed,
  TradeOffer,
  TradeOpen,
  TradeOpened,
} from './protocol/trade.js'
export { VendorBuy, VendorBuyBack, VendorList, VendorRepair, VendorSell, VendorStock } from './protocol/vendor.js'
export { decide } from './systems/brain/decide.js'
export { type Acts, act, type BotView, type Draw } from './systems/brain/view.js'
export { ContentResource } from './systems/content/resource.js'
export type { Content } from './systems/content/types.js'
export { Harmed, Healed, ItemGained, Killed, LevelGained, TradeEnded } from './systems/events.js'
export { Ledger, LedgerResource, type Moved } from './systems/ledger.js'
