import { describe, expect, it } from 'vitest'
import { TradeChanged, TradeClosed, TradeOpened } from '../../../protocol/trade.js'
import type { Client } from '../../../src/client/index.js'
import type { ToClient } from '../../../src/protocol/opcode.js'
import { ClientTrade } from '../../../systems/brain/client-trade.js'

function scene() {
  const listeners = new Map<string, (payload: unknown) => void>()
  const on = (opcode: ToClient, run: (payload: unknown) => void): void => void listeners.set(opcode.name, run)
  const ended: [number, boolean][] = []
  const trade = new ClientTrade({ on } as unknown as Client, (partner, isDone) => ended.push([partner, isDone]))
  const tell = (opcode: ToClient, payload: unknown): void => listeners.get(opcode.name)?.(payload)
  return { trade, tell, ended }
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
