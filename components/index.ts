import { Auras, Diminishing } from './auras.js'
import { Bag, BuyBack, Purse } from './bag.js'
import { BotMind } from './bot-mind.js'
import { ChatFlood } from './chat.js'
import { Combat, Threat } from './combat.js'
import { CreatureMind } from './creature.js'
import { Death } from './death.js'
import { Equipment } from './equipment.js'
import { Kind } from './kind.js'
import { Decay, Interaction, Loot, Looting } from './loot.js'
import { InputQueue, Motion, Place, Position } from './motion.js'
import { Progress } from './progress.js'
import { QuestLog, QuestsDone } from './quest-log.js'
import { Casting, Spellbook } from './spells.js'
import { Stats } from './stats.js'
import { Status } from './status.js'
import { Trade } from './trade.js'
import { Vitals } from './vitals.js'

/** Every component of the standard game. Their order is part of the protocol: append. */
export const components = Object.freeze([
  Position,
  Place,
  Motion,
  Kind,
  Vitals,
  Status,
  Combat,
  InputQueue,
  Threat,
  Spellbook,
  Casting,
  Bag,
  Purse,
  Progress,
  QuestLog,
  QuestsDone,
  Loot,
  Looting,
  Interaction,
  Decay,
  Death,
  CreatureMind,
  BotMind,
  ChatFlood,
  Stats,
  Auras,
  Diminishing,
  Equipment,
  BuyBack,
  Trade,
])

/** What every character has, player and bot alike. */
export const characterComponents = Object.freeze([
  Position,
  Place,
  Motion,
  Kind,
  Vitals,
  Status,
  Combat,
  Spellbook,
  Casting,
  Bag,
  Purse,
  Progress,
  QuestLog,
  QuestsDone,
  Looting,
  Interaction,
  Death,
  ChatFlood,
  Stats,
  Auras,
  Diminishing,
  Equipment,
  BuyBack,
  Trade,
])

/** What every creature has; its corpse gains Loot and Decay. It casts what its kind can, without a book. */
export const creatureComponents = Object.freeze([
  Position,
  Place,
  Motion,
  Kind,
  Vitals,
  Status,
  Combat,
  Threat,
  CreatureMind,
  Casting,
  Stats,
  Auras,
  Diminishing,
])

export const npcComponents = Object.freeze([Position, Place, Motion, Kind, Vitals, Status])

/** What stands in the world to be clicked. */
export const objectComponents = Object.freeze([Position, Place, Kind, Status])
