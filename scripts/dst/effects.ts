import type { Content } from '../../systems/content/types.js'
import type { Moved } from '../../systems/ledger.js'
import type { Sent } from './command.js'

/** What a command must have moved, in all: a sum by kind and reason. */
interface Sums {
  readonly gold: number
  readonly count: number
  readonly items: readonly number[]
}

function sumsOf(rows: readonly Moved[], kind: Moved['kind']): Sums {
  const its = rows.filter((row) => row.kind === kind && row.reason !== 'forgotten')
  const items = its.filter(({ item }) => item !== 0)
  return {
    gold: its.reduce((sum, { gold }) => sum + gold, 0),
    count: items.reduce((sum, { count }) => sum + count, 0),
    items: [...new Set(items.map(({ item }) => item))],
  }
}

const pieces = (gold: number, count: number): string => `${gold} gold and ${count} pieces`
const text = ({ gold, count }: Sums): string => pieces(gold, count)
const NOTHING = pieces(0, 0)

/** By command: why all of it moves, and of how many kinds of items it is. */
const reasons: Readonly<Record<string, readonly [reason: Moved['reason'], kinds: number]>> = {
  'vendor.buy': ['bought', 1],
  'vendor.sell': ['sold', 1],
  'vendor.buyBack': ['boughtBack', 1],
  'vendor.repair': ['repaired', 0],
  'item.destroy': ['destroyed', 1],
  'loot.take': ['loot', 1],
  'loot.takeGold': ['loot', 0],
}

/**
 * What is wrong with what a command moved, that the request and the prices of the content do not say; '' when nothing is. Of loot, only
 * what kind of thing it is: see `Corpses`.
 */
export function effectProblem({ name, characterId, payload }: Sent, rows: readonly Moved[], content: Content): string {
  const wanted = reasons[name]
  if (wanted === undefined) return 'it is no command that moves value'
  const [reason, kinds] = wanted
  const sums = { mint: sumsOf(rows, 'mint'), burn: sumsOf(rows, 'burn'), transfer: sumsOf(rows, 'transfer') }
  const item = [...sums.mint.items, ...sums.burn.items, ...sums.transfer.items][0] ?? 0
  const all = sums.mint.items.length + sums.burn.items.length + sums.transfer.items.length
  const others = rows.filter(
    (row) => (row.kind !== 'mint' && row.from !== characterId) || (row.kind !== 'burn' && row.to !== characterId),
  )
  if (others.length > 0) return `value of character ${others[0].from} goes to ${others[0].to}`
  const odd = rows.find((row) => row.reason !== reason && !(name === 'vendor.sell' && row.reason === 'forgotten'))
  if (odd !== undefined) return `value moves by ${odd.reason}`
  if (all !== kinds) return `it moved ${all} kinds of items`
  if (rows.filter((row) => row.reason === 'forgotten').length > 1) return 'more than one sale was forgotten'
  if (name === 'vendor.buy' && item !== payload.item) return `item ${item} came of it`
  const kind = content.items[item]
  const { count = 0 } = payload
  const [bought, sold] = [(kind?.buyPrice ?? 0) * count, (kind?.sellPrice ?? 0) * count]
  const back = (kind?.sellPrice ?? 0) * sums.transfer.count
  const expected: Readonly<Record<string, readonly [made: string, burned: string, moved: string]>> = {
    'vendor.buy': [pieces(0, count), pieces(bought, 0), NOTHING],
    'vendor.sell': [pieces(sold, 0), NOTHING, pieces(0, count)],
    'vendor.buyBack': [NOTHING, pieces(back, 0), pieces(0, sums.transfer.count)],
    'vendor.repair': [NOTHING, pieces(sums.burn.gold, 0), NOTHING],
    'item.destroy': [NOTHING, pieces(0, count), NOTHING],
    'loot.take': [pieces(0, sums.mint.count), NOTHING, NOTHING],
    'loot.takeGold': [pieces(sums.mint.gold, 0), NOTHING, NOTHING],
  }
  const found = [text(sums.mint), text(sums.burn), text(sums.transfer)]
  const at = found.findIndex((line, i) => line !== expected[name][i])
  return at < 0 ? '' : `${['made', 'burned', 'moved'][at]}: ${found[at]}, but ${expected[name][at]} is right`
}
