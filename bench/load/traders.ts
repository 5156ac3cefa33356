import { Bag, Purse } from '../../components/bag.js'
import { characterComponents } from '../../components/index.js'
import { kindType } from '../../components/kind.js'
import { Trade } from '../../components/trade.js'
import { TradeAccept, TradeOffer, TradeOpen } from '../../protocol/trade.js'
import type { Ground } from '../../scripts/fuzz/stage-hand.js'
import { check } from '../../scripts/wire-cost/figure.js'
import type { Editor } from '../../src/ecs/columns.js'
import type { Slot } from '../../src/ecs/entities.js'
import type { ToServer } from '../../src/protocol/opcode.js'
import { layer } from '../../src/space/grid.js'
import type { Content } from '../../systems/content/types.js'
import { joinFleet, quietPlaces, shape, spawn } from './figures.js'

const BESIDE_M = 2
const PURSE_GOLD = 1_000
const REVISIONS = 65_536

/** Coins of one trade: what is given is a coin and the one thing of the bag, and the next trade gives both back. */
export const TRADE_GOLD = 1

/** What is traded: something that stacks and belongs to no quest. */
export function wareOf(content: Content): number {
  const ware = content.itemList.find(({ kind, stackMax }) => kind !== 'quest' && stackMax > 1)
  check(ware !== undefined, () => 'the content has nothing that stacks and can be traded')
  return ware.id
}

/** Gives a trader its coins, and to one of a pair the thing. Works between ticks. */
export function equipTrader({ world, content }: Ground, slot: Slot, hasWare: boolean): void {
  const purse = world.editor(Purse) as Editor<(typeof Purse)['fields']>
  const bag = world.editor(Bag) as Editor<(typeof Bag)['fields']>
  purse.set(slot, 'gold', PURSE_GOLD)
  bag.setAt(slot, 'item', 0, hasWare ? wareOf(content) : 0)
  bag.setAt(slot, 'count', 0, hasWare ? 1 : 0)
}

/**
 * Pairs of characters without a mind that stand side by side and pass a coin and a thing to and fro. All four requests of a trade come in
 * one tick, by the minds' door, and the gate and the systems judge them as a bot's.
 */
export class Traders {
  readonly pairs: readonly (readonly [Slot, Slot])[]
  private next = 0

  /** `saved`: they last as bots do, from that number on. */
  constructor(
    private readonly ground: Ground,
    count: number,
    saved?: number,
  ) {
    const { world } = ground
    const places = quietPlaces(ground)
    check(places.length > 0, () => 'no place of the zone is away from all creatures')
    this.pairs = Array.from({ length: count }, (_, i) => {
      const { x, z } = places[(i * 7) % places.length]
      return [this.spawnTrader(x, z), this.spawnTrader(x + BESIDE_M, z)] as const
    })
    world.commandBuffer.flush()
    this.pairs.forEach((pair, i) => {
      pair.forEach((slot, side) => {
        equipTrader(ground, slot, side === 0)
        if (saved !== undefined) joinFleet(ground, slot, saved + 2 * i + side)
      })
    })
  }

  private spawnTrader(x: number, z: number): Slot {
    const { ground } = this
    const slot = spawn(ground, characterComponents, layer.characters, x, z)
    shape(ground, slot, kindType.character, ground.content.classList[0].id)
    return slot
  }

  get slots(): readonly Slot[] {
    return this.pairs.flat()
  }

  /** So many whole trades in the next tick, each of another pair; the pairs take turns. */
  trade(count: number): void {
    check(count <= this.pairs.length, () => `${count} trades in a tick are too many for ${this.pairs.length} pairs`)
    const { world } = this.ground
    const { revision } = world.columns(Trade)
    for (let i = 0; i < count; i += 1) {
      const isBack = Math.floor(this.next / this.pairs.length) % 2 === 1
      const [first, second] = this.pairs[this.next % this.pairs.length]
      const [giver, taker] = isBack ? [second, first] : [first, second]
      this.next += 1
      // Opening and offering are one revision each.
      const agreed = (Math.max(revision[giver], revision[taker]) + 2) % REVISIONS
      this.ask(giver, TradeOpen, { target: world.entityOf(taker) })
      this.ask(giver, TradeOffer, { slot: 0, bagSlot: 0, count: 1, gold: TRADE_GOLD })
      this.ask(giver, TradeAccept, { revision: agreed })
      this.ask(taker, TradeAccept, { revision: agreed })
    }
  }

  private ask(slot: Slot, opcode: ToServer, payload: Readonly<Record<string, unknown>>): void {
    this.ground.world.queueMindIntent(opcode, slot, payload)
  }
}
