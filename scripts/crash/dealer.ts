import { kindType } from '../../components/kind.js'
import { ItemDestroy, ItemMove } from '../../protocol/item.js'
import { GOLD_ONLY, TradeAccept, TradeOffer, TradeOpen } from '../../protocol/trade.js'
import { VendorBuy, VendorBuyBack, VendorSell } from '../../protocol/vendor.js'
import type { Customer, ShownTrade } from './customer.js'
import { bagOf, type Effect, NOTHING, type Stack, salesOf, shownTo } from './holding.js'
import { content, vendor } from './opening.js'

/** They walk so far from the vendor, whom they can reach from 5.5 m. */
const WALK_M = 3
const PAUSE_MS_MAX = 60
const OFFERED_GOLD_MAX = 40

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const minus = (stack: Stack, count: number, gold: number): Effect => ({
  ...NOTHING,
  gold,
  items: [[stack.item, -count]],
  gone: stack.uid === 0 ? [] : [stack.uid],
})

/** One thing that a dealer does alone. */
async function deed(customer: Customer): Promise<void> {
  const { dice, client } = customer
  const npc = customer.nearest(kindType.npc, (_, look) => look === vendor.id)?.entity
  const bag = bagOf(client)
  const draw = dice.below(100)
  if (npc === undefined || draw < 10) return walkAround(customer)
  if (draw < 40) return buy(customer, npc)
  if (draw < 50) return buyBack(customer)
  if (bag.length === 0) return
  const stack = dice.pick(bag)
  const count = 1 + dice.below(Math.min(stack.count, 4))
  if (draw < 80) {
    const price = content.items[stack.item]?.sellPrice ?? 0
    await customer.ask(VendorSell, { npc, bagSlot: stack.at, count }, minus(stack, count, price * count))
  } else if (draw < 88) await customer.ask(ItemDestroy, { bagSlot: stack.at, count }, minus(stack, count, 0))
  else await client.request(ItemMove, { from: stack.at, to: dice.below(content.rates.bagSlots), count })
}

function walkAround(customer: Customer): void {
  const [dx, dz] = [0, 0].map(() => (customer.dice.below(201) / 100 - 1) * WALK_M)
  customer.walk(vendor.x + dx, vendor.z + dz)
}

async function buy(customer: Customer, npc: number): Promise<void> {
  const { dice } = customer
  const index = dice.below(vendor.stock.length)
  const { item } = vendor.stock[index]
  const count = 1 + dice.below(2)
  const gold = -(content.items[item]?.buyPrice ?? 0) * count
  await customer.ask(VendorBuy, { npc, index, item, count }, { ...NOTHING, gold, items: [[item, count]] })
}

async function buyBack(customer: Customer): Promise<void> {
  const sales = salesOf(customer.client)
  if (sales.length === 0) return
  const { at, item, count, uid } = customer.dice.pick(sales)
  const gold = -(content.items[item]?.sellPrice ?? 0) * count
  const come = uid === 0 ? [] : [[uid, item] as const]
  await customer.ask(VendorBuyBack, { index: at, item }, { ...NOTHING, gold, items: [[item, count]], come })
}

/** What somebody puts on one side of a trade. */
interface Offer {
  readonly gold: number
  readonly stack: Stack | undefined
}

async function offer(customer: Customer): Promise<Offer | undefined> {
  const { dice, client } = customer
  const bag = bagOf(client)
  const gold = dice.below(Math.min(shownTo(client).gold, OFFERED_GOLD_MAX) + 1)
  const stack = bag.length > 0 && dice.chance(70) ? dice.pick(bag) : undefined
  const thing = stack === undefined ? { slot: GOLD_ONLY, bagSlot: 0, count: 0 } : { slot: 0, bagSlot: stack.at, count: 1 }
  const code = await client.request(TradeOffer, { ...thing, gold })
  return code === 'ok' ? { gold, stack } : undefined
}

/** What a trade takes from one side and brings to it. */
function effectOf(mine: Offer, theirs: Offer): Effect {
  const [given, got] = [mine.stack, theirs.stack]
  return {
    gold: theirs.gold - mine.gold,
    items: [...(got === undefined ? [] : [[got.item, 1] as const]), ...(given === undefined ? [] : [[given.item, -1] as const])],
    gone: given === undefined || given.uid === 0 ? [] : [given.uid],
    come: got === undefined || got.uid === 0 ? [] : [[got.uid, got.item]],
  }
}

const isShown = ({ gold, stack }: Offer, side: ShownTrade['mine']): boolean =>
  side.gold === gold && side.things.length === (stack === undefined ? 0 : 1) && side.things[0]?.item === stack?.item

/** Two put something up, see it both, and both accept. */
async function trade(a: Customer, b: Customer): Promise<void> {
  const code = await a.client.request(TradeOpen, { target: b.client.me })
  const isOpen = () => a.trade?.partner === b.client.me && b.trade?.partner === a.client.me
  if (code !== 'ok' || !(await b.until(isOpen))) return
  const [byA, byB] = [await offer(a), await offer(b)]
  const isSeen = () => a.trade !== null && a.trade.revision === b.trade?.revision
  if (byA === undefined || byB === undefined || !(await a.until(isSeen))) return
  const shown = a.trade
  if (shown === null || !isShown(byA, shown.mine) || !isShown(byB, shown.theirs)) return
  const claim = a.book.begin({
    name: TradeAccept.name,
    text: `a trade of ${JSON.stringify([byA, byB])}`,
    sides: [
      { characterId: a.characterId, effect: effectOf(byA, byB) },
      { characterId: b.characterId, effect: effectOf(byB, byA) },
    ],
  })
  const { revision } = shown
  // Sometimes the second knows that the first has agreed, sometimes both accept at the same moment.
  const first = a.client.request(TradeAccept, { revision })
  if (a.dice.chance(50)) await first
  const codes = [await first, await b.client.request(TradeAccept, { revision })]
  const isDone = codes.every((answer) => answer === 'ok') && a.tradeEnd === 'done' && b.tradeEnd === 'done'
  if (!isDone) for (const customer of [a, b]) await customer.endTrade()
  const holdings = [a, b].map(({ client }) => shownTo(client))
  if (isDone) a.book.confirm(claim, holdings)
  else a.book.refuse(claim, holdings)
}

/** Two dealers do business until the server is gone, which rejects. */
export async function runDealers(a: Customer, b: Customer): Promise<never> {
  for (;;) {
    if (a.dice.chance(40)) {
      await trade(a, b)
      for (const customer of [a, b]) await customer.endTrade()
    } else await Promise.all([deed(a), deed(b)])
    await pause(a.dice.below(PAUSE_MS_MAX))
  }
}
