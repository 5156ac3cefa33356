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

const text = ({ gold, count }: Sums): string => `${gold} gold and ${count} pieces`

/** What is wrong with what a command moved, that the request and the prices of the content do not say; '' when nothing is. */
export function effectProblem({ name, characterId, payload }: Sent, rows: readonly Moved[], content: Content): string {
  const sums = { mint: sumsOf(rows, 'mint'), burn: sumsOf(rows, 'burn'), transfer: sumsOf(rows, 'transfer') }
  const item = [...sums.mint.items, ...sums.burn.items, ...sums.transfer.items][0] ?? 0
  const all = sums.mint.items.length + sums.burn.items.length + sums.transfer.items.length
  const others = rows.filter(
    (row) => (row.kind !== 'mint' && row.from !== characterId) || (row.kind !== 'burn' && row.to !== characterId),
  )
  if (others.length > 0) return `value of character ${others[0].from} goes to ${others[0].to}`
  if (all !== 1) return `it moved ${all} kinds of items`
  if (rows.filter(({ reason }) => reason === 'forgotten').length > 1) return 'more than one sale was forgotten'
  const kind = content.items[item]
  const { count = 0 } = payload
  const [bought, sold] = [(kind?.buyPrice ?? 0) * count, (kind?.sellPrice ?? 0) * count]
  const back = (kind?.sellPrice ?? 0) * sums.transfer.count
  const expected: Readonly<Record<string, readonly [string, string, string]>> = {
    'vendor.buy': [`0 gold and ${count} pieces`, `${bought} gold and 0 pieces`, '0 gold and 0 pieces'],
    'vendor.sell': [`${sold} gold and 0 pieces`, '0 gold and 0 pieces', `0 gold and ${count} pieces`],
    'vendor.buyBack': ['0 gold and 0 pieces', `${back} gold and 0 pieces`, `0 gold and ${sums.transfer.count} pieces`],
    'item.destroy': ['0 gold and 0 pieces', `0 gold and ${count} pieces`, '0 gold and 0 pieces'],
  }
  const wanted = expected[name]
  if (wanted === undefined) return 'it is no command that moves value'
  if (name === 'vendor.buy' && item !== payload.item) return `item ${item} came of it`
  const found = [text(sums.mint), text(sums.burn), text(sums.transfer)]
  const at = found.findIndex((line, i) => line !== wanted[i])
  return at < 0 ? '' : `${['made', 'burned', 'moved'][at]}: ${found[at]}, but ${wanted[at]} is right`
}
