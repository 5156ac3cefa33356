import { definePipeline } from '../src/ecs/pipeline.js'
import { intentDispatch, interest, replication, sessions } from '../src/net/net.js'
import { journal } from '../src/persist/journal.js'
import { botMind } from './bot-mind.js'
import { characters } from './characters.js'
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
import { quest } from './quest.js'
import { recovery } from './recovery.js'
import { spawning } from './spawning.js'
import { spells } from './spells.js'

/** Read this first: top to bottom is one tick. */
export const pipeline = definePipeline({
  enter: [sessions, characters, fleet, spawning],
  think: [botMind, creatureMind],
  dispatch: [intentDispatch],
  simulate: [items, spells, combat, movement],
  resolve: [death, loot, quest, experience, recovery, chat, moderation],
  replicate: [interest, replication],
  persist: [journal],
})
