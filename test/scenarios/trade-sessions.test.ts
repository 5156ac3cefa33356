import { describe, expect, it } from 'vitest'
import { BAG_SLOTS, Bag, Purse } from '../../components/bag.js'
import { Place, Position } from '../../components/motion.js'
import { Trade } from '../../components/trade.js'
import { standardGame } from '../../game.js'
import { GOLD_ONLY, TradeAccept, TradeChanged, TradeClosed, TradeOffer, TradeOpen, TradeOpened } from '../../protocol/trade.js'
import { SessionLogout } from '../../src/net/opcodes.js'
import { GridResource } from '../../src/space/grid.js'
import { type Entered, testServer } from '../../src/testing/index.js'
import { LedgerResource } from '../../systems/ledger.js'

const GOLD = 100
const PELT = 1

/** Two players side by side: the first has offered 6 pelts, the second 30 gold. */
async function agreed() {
  const server = await testServer({ game: standardGame })
  const { world } = server
  const alice = await server.enter('alice')
  const bela = await server.enter('bela', 2)
  const bag = world.editor(Bag) as { setAt(slot: number, field: string, index: number, value: number): void }
  const purse = world.editor(Purse) as { set(slot: number, field: string, value: number): void }
  const beside = (one: Entered, x: number): void => {
    world.columns(Position).x[one.slot] = x
    world.columns(Position).z[one.slot] = 1_000
    world.resource(GridResource).put(one.slot, world.columns(Place).zone[one.slot], 0, x, 1_000)
  }
  beside(alice, 1_000)
  beside(bela, 1_004)
  for (const { slot } of [alice, bela]) purse.set(slot, 'gold', GOLD)
  bag.setAt(alice.slot, 'item', 0, PELT)
  bag.setAt(alice.slot, 'count', 0, 6)
  alice.client.request(TradeOpen, { target: bela.entity })
  await server.step()
  alice.client.request(TradeOffer, { slot: 0, bagSlot: 0, count: 6, gold: 0 })
  bela.client.request(TradeOffer, { slot: GOLD_ONLY, bagSlot: 0, count: 0, gold: 30 })
  await server.step()
  const revision = (): number => world.columns(Trade).revision[alice.slot]
  const wealth = (slot: number) => {
    const { item, count } = world.columns(Bag)
    let pelts = 0
    for (let at = slot * BAG_SLOTS; at < (slot + 1) * BAG_SLOTS; at += 1) if (item[at] === PELT) pelts += count[at]
    return { gold: world.columns(Purse).gold[slot], pelts }
  }
  return { server, world, alice, bela, revision, wealth }
}

const DONE = [
  { gold: GOLD + 30, pelts: 0 },
  { gold: GOLD - 30, pelts: 6 },
]
const UNDONE = [
  { gold: GOLD, pelts: 6 },
  { gold: GOLD, pelts: 0 },
]

describe('a trade between two sessions', () => {
  it('tells both of every change, and is done by the two accepts, with one result each', async () => {
    const { server, world, alice, bela, revision, wealth } = await agreed()
    expect(alice.client.take(TradeOpened)?.partner).toBe(bela.entity)
    expect(bela.client.take(TradeOpened)?.partner).toBe(alice.entity)
    const changes = bela.client.received.filter(({ name }) => name === TradeChanged.name)
    expect(changes.at(-1)?.payload).toMatchObject({
      revision: revision(),
      mine: { gold: 30 },
      theirs: { things: [{ item: PELT, count: 6 }] },
    })
    const seqs = [alice, bela].map(({ client }) => client.request(TradeAccept, { revision: revision() }))
    await server.step()
    // The promise comes when the store has it.
    await server.step()
    expect([alice.client.results.get(seqs[0]), bela.client.results.get(seqs[1])]).toEqual(['ok', 'ok'])
    expect([alice.client.resultCounts.get(seqs[0]), bela.client.resultCounts.get(seqs[1])]).toEqual([1, 1])
    expect([alice, bela].map(({ slot }) => wealth(slot))).toEqual(DONE)
    expect([alice, bela].map(({ client }) => client.take(TradeClosed)?.reason)).toEqual(['done', 'done'])
    const session = server.net.sessionList.roster.bySlot.get(bela.slot)?.id
    const rows = world.resource(LedgerResource).rowsOf(world.tick - 1)
    expect(rows.map(({ from, to, gold, count, session: by, seq }) => [from, to, gold, count, by, seq])).toEqual([
      [bela.characterId, alice.characterId, 30, 0, session, seqs[1]],
      [alice.characterId, bela.characterId, 0, 6, session, seqs[1]],
    ])
  })

  it('pays once when the same frame comes again and again', async () => {
    const { server, alice, bela, revision, wealth } = await agreed()
    const again = alice.client.message(TradeAccept, { revision: revision() })
    bela.client.request(TradeAccept, { revision: revision() })
    for (let i = 0; i < 4; i += 1) alice.client.sendValue(again)
    await server.step()
    alice.client.sendValue(again)
    await server.step(2)
    expect([alice, bela].map(({ slot }) => wealth(slot))).toEqual(DONE)
    expect(alice.client.results.get(again[1] as number)).toBe('ok')
  })

  it.each([
    ['accepts and leaves in one frame: it is done, and saved so', true],
    ['leaves in the tick in which the other accepts: it is not', false],
  ])('the partner %s', async (_, accepts) => {
    const { server, alice, bela, revision, wealth } = await agreed()
    const messages = [
      ...(accepts ? [bela.client.message(TradeAccept, { revision: revision() })] : []),
      bela.client.message(SessionLogout, {}),
    ]
    const seq = alice.client.request(TradeAccept, { revision: revision() })
    bela.client.sendValue(messages)
    await server.step(5)
    expect(alice.client.results.get(seq)).toBe('ok')
    const expected = accepts ? DONE : UNDONE
    expect(wealth(alice.slot)).toEqual(expected[0])
    expect(alice.client.take(TradeClosed)?.reason).toBe(accepts ? 'done' : 'left')
    const back = await server.enter('bela', 2)
    expect(wealth(back.slot)).toEqual(expected[1])
  })

  it('is over when the partner’s connection is lost, or another takes the character over', async () => {
    const lost = await agreed()
    lost.bela.client.close()
    await lost.server.step(2)
    expect(lost.alice.client.take(TradeClosed)?.reason).toBe('left')
    const taken = await agreed()
    taken.alice.client.request(TradeAccept, { revision: taken.revision() })
    const second = await taken.server.enter('bela', 2)
    expect(second.slot).toBe(taken.bela.slot)
    const seq = second.client.request(TradeAccept, { revision: taken.revision() })
    await taken.server.step(2)
    expect(second.client.results.get(seq)).toBe('noSuchTarget')
    expect(taken.alice.client.take(TradeClosed)?.reason).toBe('left')
    expect([taken.alice, second].map(({ slot }) => taken.wealth(slot))).toEqual(UNDONE)
  })
})
