import { frameworkOpcodes } from '../src/net/opcodes.js'
import { defineProtocol } from '../src/protocol/protocol.js'
import * as admin from './admin.js'
import * as chat from './chat.js'
import * as combat from './combat.js'
import * as death from './death.js'
import * as item from './item.js'
import * as loot from './loot.js'
import * as move from './move.js'
import * as object from './object.js'
import * as quest from './quest.js'
import { resultCodes } from './result-codes.js'
import * as spell from './spell.js'
import * as trade from './trade.js'
import * as vendor from './vendor.js'

/** One word a feature: every opcode that its file exports. */
const features = [move, combat, spell, loot, quest, item, vendor, chat, death, object, admin, trade]

const gameOpcodes = features.flatMap((feature) => Object.values(feature).filter((value) => typeof value === 'object'))

/** Every opcode of the standard game. */
export const protocol = defineProtocol({ opcodes: [...frameworkOpcodes, ...gameOpcodes], resultCodes })
