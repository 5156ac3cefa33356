import { definePipeline } from '../src/ecs/pipeline.js'
import { intentDispatch, interest, replication, sessions } from '../src/net/net.js'
import { journal } from '../src/persist/journal.js'
import { auras } from './auras.js'
import { botMind } from './bot-mind.js'
import { characters } from './characters.js'
import { charges } from './charges.js'
import { chat } from './chat.js'
import { combat } from './combat.js'
import { creatureMind } from './creature-mind.js'
import { death } from './death.js'
import { experience } from './experience.js'
import { fleet } from './fleet.js'
import { items } from './items.js'
import { loot } from './loot.js'
import { moderation } from './moderation.js'
import { movement } from './movement.js'
import { objects } from './objects.js'
import { quest } from './quest.js'
import { recovery } from './recovery.js'
import { spawning } from './spawning.js'
import { spells } from './spells.js'
import { stats } from './stats.js'
import { trade } from './trade.js'
import { vendors } from './vendors.js'

/** Read this first: top to bottom is one tick. */
export const pipeline = definePipeline({
  enter: [sessions, characters, fleet, spawning],
  think: [botMind, creatureMind],
  dispatch: [intentDispatch],
  simulate: [items, vendors, spells, charges, auras, stats, combat, movement],
  resolve: [death, loot, quest, objects, trade, experience, recovery, chat, moderation],
  replicate: [interest, replication],
  persist: [journal],
})
