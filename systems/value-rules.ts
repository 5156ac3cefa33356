import { GOLD_MAX } from '../components/bag.js'
import type { GameValue } from '../src/server/game-module.js'
import { stackMaxOf } from './bag-rules.js'
import type { Content } from './content/types.js'
import { LedgerResource } from './ledger.js'

/** What has value in this game: coins in the purse, and things in the bag, worn, or sold and not yet forgotten. */
export const gameValue: GameValue = {
  movedIn: (world) => world.resource(LedgerResource).packedOf(world.tick),
  places: {
    gold: { component: 'Purse', field: 'gold' },
    things: [
      { component: 'Bag', item: 'item', count: 'count', uid: 'uid' },
      { component: 'Equipment', item: 'item', uid: 'uid' },
      { component: 'BuyBack', item: 'item', count: 'count', uid: 'uid' },
    ],
  },
  limits: (given) => {
    const content = given as Content
    return {
      goldMax: Math.min(GOLD_MAX, content.rates.goldMax),
      stackMax: (item) => (content.items[item] === undefined ? undefined : stackMaxOf(content, item)),
    }
  },
}
