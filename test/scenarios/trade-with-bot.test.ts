import { describe, expect, it } from 'vitest'
import { BAG_SLOTS, Bag, Purse } from '../../components/bag.js'
import { Place, Position } from '../../components/motion.js'
import { Trade } from '../../components/trade.js'
import { standardGame } from '../../game.js'
import { TradeAccept, TradeChanged, TradeClosed, TradeOffer, TradeOpen } from '../../protocol/trade.js'
import type { ToServer } from '../../src/protocol/opcode.js'
import { GridResource } from '../../src/space/grid.js'
import { testServer } from '../../src/testing/index.js'
import { FleetResource } from '../../systems/fleet.js'
import { content } from './worlds.js'

const GOLD = 500
/** The first bot is of the first class. */
const { id: firstClass } = content.classList[0]
const useful = content.itemList.find(
  ({ slot, levelMin, classes, sellPrice }) =>
    slot !== undefined && levelMin <= 1 && (classes.length === 0 || classes.includes(firstClass)) && sellPrice > 0,
)
const junk = content.itemList.find(({ kind, sellPrice }) => kind === 'junk' && sellPrice > 0)
if (useful === undefined || junk === undefined) throw new Error('the content has nothing to trade')

/** A player with something in the first place of the bag, who has opened a trade with a bot that has gold. */
async function atTheTable(item: number) {
  const server = await testServer({ game: standardGame, settings: { bots: 1, seed: 3 } })
  const { world } = server
  const player = await server.enter('alice')
  while (world.resource(FleetResource).slots.length === 0) await server.step()
  const [bot] = world.resource(FleetResource).slots
  const bag = world.editor(Bag) as { setAt(slot: number, field: string, index: number, value: number): void }
  const purse = world.editor(Purse) as { set(slot: number, field: string, value: number): void }
  bag.setAt(player.slot, 'item', 0, item)
  bag.setAt(player.slot, 'count', 0, 1)
  if (content.items[item]?.slot !== undefined) {
    bag.setAt(player.slot, 'uid', 0, 77)
    bag.setAt(player.slot, 'durability', 0, content.items[item]?.durabilityMax ?? 0)
  }
  purse.set(bot, 'gold', GOLD)
  const { x, z } = world.columns(Position)
  x[player.slot] = x[bot] + 2
  z[player.slot] = z[bot]
  world.resource(GridResource).put(player.slot, world.columns(Place).zone[player.slot], 0, x[player.slot], z[player.slot])
  const ask = async <O extends ToServer>(opcode: O, payload: Parameters<typeof player.client.request<O>>[1]) => {
    const seq = player.client.request(opcode, payload)
    await server.step(2)
    return player.client.results.get(seq)
  }
  expect(await ask(TradeOpen, { target: world.entityOf(bot) })).toBe('ok')
  const trade = world.columns(Trade)
  const ofBot = () => Array.from({ length: BAG_SLOTS }, (_, i) => world.columns(Bag).item[bot * BAG_SLOTS + i])
  return { server, world, player, bot, ask, trade, ofBot, gold: (slot: number) => world.columns(Purse).gold[slot] }
}

describe('a player who trades with a bot', () => {
  it('is bid gold for what the bot can use, and both have what they agreed on', async () => {
    const { server, player, bot, ask, trade, gold, world } = await atTheTable(useful.id)
    expect(await ask(TradeOffer, { slot: 0, bagSlot: 0, count: 1, gold: 0 })).toBe('ok')
    await server.step(30)
    const bid = trade.gold[bot]
    expect(bid).toBeGreaterThan(useful.sellPrice)
    expect(player.client.received.filter(({ name }) => name === TradeChanged.name).at(-1)?.payload).toMatchObject({
      theirs: { gold: bid, accepted: true },
    })
    expect(await ask(TradeAccept, { revision: trade.revision[player.slot] })).toBe('ok')
    expect([gold(player.slot), gold(bot)]).toEqual([bid, GOLD - bid])
    expect(world.columns(Bag).item[player.slot * BAG_SLOTS]).toBe(0)
  })

  it('can give it a thing that it would not buy', async () => {
    const { server, player, bot, ask, trade, gold, ofBot } = await atTheTable(junk.id)
    await ask(TradeOffer, { slot: 0, bagSlot: 0, count: 1, gold: 0 })
    await server.step(30)
    expect(trade.gold[bot]).toBe(0)
    expect(await ask(TradeAccept, { revision: trade.revision[player.slot] })).toBe('ok')
    await server.step(30)
    expect(player.client.take(TradeClosed)?.reason).toBe('done')
    expect(ofBot()).toContain(junk.id)
    expect(gold(bot)).toBe(GOLD)
  })

  it('gets no gold for having nothing on the table, and does not hold it for ever', async () => {
    const { server, player, bot, trade, gold } = await atTheTable(junk.id)
    await server.step(20 * 14)
    expect(player.client.take(TradeClosed)?.reason).toBe('cancelled')
    expect([trade.partner[bot], gold(bot)]).toEqual([0, GOLD])
  })
})
