import { Balances, visitValue } from '../../adapters/balances.js'
import type { SavedWorld } from '../../ports/saved-world.js'
import type { GameValue } from '../game-module.js'

export interface SavedHoldings {
  readonly balances: Balances
  readonly characters: number
}

/** Told of what is wrong with what a character has. */
export type TellHolding = (invariant: 'things' | 'limits', what: string, party: number, item: number, uid: number) => void

/** Adds up what all characters have, and looks at each place by itself. */
export function checkHoldings(saved: SavedWorld, value: GameValue, content: unknown, tell: TellHolding): SavedHoldings {
  const { goldMax, stackMax } = value.limits(content)
  const { gold, things } = value.places
  const balances = new Balances()
  const places = new Map<number, string>()
  let characters = 0
  for (const { characterId, components } of saved.characters([gold.component, ...things.map(({ component }) => component)])) {
    characters += 1
    visitValue(components, value.places, (item, uid, amount, place) => {
      balances.give(characterId, item, uid, amount)
      const where = `character ${characterId}, ${place}`
      const most = item === 0 ? goldMax : (stackMax(item) ?? Number.MAX_SAFE_INTEGER)
      const what = item === 0 ? 'coins' : `of item ${item}`
      if (amount <= 0 || !Number.isInteger(amount))
        tell('limits', `${where}: there are ${amount} ${what}`, characterId, item, uid)
      else if (amount > most)
        tell('limits', `${where}: ${amount} ${what}, but at most ${most} may be there`, characterId, item, uid)
      if (uid === 0) return
      if (amount !== 1) tell('things', `${where}: unique item ${uid} is there ${amount} times`, characterId, item, uid)
      const other = places.get(uid)
      if (other !== undefined)
        tell('things', `unique item ${uid} is in two places: ${other}, and ${where}`, characterId, item, uid)
      places.set(uid, where)
    })
  }
  return { balances, characters }
}
