import { describe, expect, it } from 'vitest'
import { SOUGHT_S, TradeChanged, TradeClosed, TradeOpened, TradeSought } from '../../../protocol/trade.js'
import type { Client } from '../../../src/client/index.js'
import type { ToCell, ToClient } from '../../../src/protocol/opcode.js'
import { ClientTrade } from '../../../systems/brain/client-trade.js'

function scene() {
  const listeners = new Map<string, (payload: unknown) => void>()
  const on = (opcode: ToClient, run: (payload: unknown) => void): void => void listeners.set(opcode.name, run)
  const ended: [number, boolean][] = []
  const client = { on, tick: 100, tickHz: 20 }
  const trade = new ClientTrade(client as unknown as Client, (partner, isDone) => ended.push([partner, isDone]))
  const tell = (opcode: ToClient | ToCell, payload: unknown): void => listeners.get(opcode.name)?.(payload)
  return { trade, tell, ended, client }
}

describe('a trade as a client knows it', () => {
  it('is what the server told last, by slots, and nothing once it is closed', () => {
    const { trade, tell, ended } = scene()
    expect([trade.partner, trade.theirGold, trade.item(0)]).toEqual([0, 0, 0])
    tell(TradeOpened, { partner: 9, revision: 4 })
    expect([trade.partner, trade.revision]).toEqual([9, 4])
    tell(TradeChanged, {
      revision: 5,
      mine: { gold: 3, accepted: true, things: [{ slot: 2, item: 7, count: 4, durability: 0 }] },
      theirs: { gold: 8, accepted: false, things: [{ slot: 0, item: 6, count: 1, durability: 30 }] },
    })
    expect([trade.revision, trade.gold, trade.accepted, trade.theirGold, trade.theirAccepted]).toEqual([5, 3, true, 8, false])
    expect([trade.item(2), trade.count(2), trade.item(0)]).toEqual([7, 4, 0])
    expect([trade.theirItem(0), trade.theirCount(0), trade.theirDurability(0), trade.theirItem(2)]).toEqual([6, 1, 30, 0])
    tell(TradeClosed, { reason: 'done' })
    expect([trade.partner, trade.gold, trade.item(2), trade.theirItem(0)]).toEqual([0, 0, 0, 0])
    tell(TradeOpened, { partner: 11, revision: 6 })
    tell(TradeClosed, { reason: 'tooFar' })
    expect(ended).toEqual([
      [9, true],
      [11, false],
    ])
  })
})

describe('who looks for what', () => {
  it('is what each said last, until it is taken back or too long ago', () => {
    const { trade, tell, client } = scene()
    tell(TradeSought, { seeker: 9, item: 7, count: 4 })
    tell(TradeSought, { seeker: 11, item: 7, count: 1 })
    tell(TradeSought, { seeker: 9, item: 8, count: 2 })
    tell(TradeSought, { seeker: 11, item: 0, count: 0 })
    expect([trade.soughtItem(9), trade.soughtCount(9), trade.soughtItem(11), trade.soughtCount(11)]).toEqual([8, 2, 0, 0])
    client.tick += SOUGHT_S * client.tickHz - 1
    expect(trade.soughtItem(9)).toBe(8)
    client.tick += 1
    expect([trade.soughtItem(9), trade.soughtCount(9)]).toEqual([0, 0])
  })

  it('is forgotten of those who said it first, when there are too many', () => {
    const { trade, tell } = scene()
    for (let seeker = 1; seeker <= 300; seeker += 1) tell(TradeSought, { seeker, item: 7, count: 1 })
    expect([trade.soughtItem(44), trade.soughtItem(45), trade.soughtItem(300)]).toEqual([0, 7, 7])
  })
})
