import { describe, expect, it } from 'vitest'
import { dealStep } from '../../../components/bot-mind.js'
import { kindType } from '../../../components/kind.js'
import { questState } from '../../../components/quest-log.js'
import { flag } from '../../../components/status.js'
import { result } from '../../../protocol/result-codes.js'
import { GOLD_ONLY, TradeAccept, TradeOffer, TradeOpen, TradeSeek } from '../../../protocol/trade.js'
import { isFair } from '../../../systems/brain/dealing.js'
import { mindEvent } from '../../../systems/brain/event-rings.js'
import { content } from '../arena.js'
import { keyed } from '../small-world.js'
import { FakeView, hare, ME, names } from './fake-view.js'

const OTHER = 0x100_042
const item = (key: string) => keyed(content.itemList, key)
const loaf = item('barley-loaf')
const pelt = item('torn-pelt')
/** Something that a guardian can wear at once. */
const gear = content.itemList.find(
  ({ slot, classes, levelMin, sellPrice }) =>
    slot === 'chest' && (classes.length === 0 || classes.includes(1)) && levelMin <= 5 && sellPrice > 0,
)
/** Something that a guardian never wears. */
const foreign = content.itemList.find(
  ({ slot, classes, sellPrice }) => slot !== undefined && classes.length > 0 && !classes.includes(1) && sellPrice > 0,
)
if (gear === undefined || foreign === undefined) throw new Error('the content has no gear to trade')

const somebody = (over = {}) =>
  hare({ entity: OTHER, type: kindType.character, look: 2, x: 1_503, flags: flag.bot, level: 5, ...over })

/** A bot with 1,000 gold, to whom somebody has opened a trade. */
function asked(over: Partial<FakeView> = {}): FakeView {
  const view = new FakeView({ level: 5, gold: 1_000, seen: [somebody()], ...over })
  view.trade.partner = OTHER
  return view
}

/** One that goes to somebody with something for sale. */
function seller(): FakeView {
  return new FakeView({
    level: 5,
    gold: 10,
    character: OTHER,
    seen: [somebody()],
    bag: [{ item: foreign?.id ?? 0, count: 1, durability: 5 }],
  })
}

describe('a bot with something that it cannot use', () => {
  it('opens a trade with somebody near who can', () => {
    const view = seller()
    expect(view.decide()).toEqual([{ opcode: TradeOpen, payload: { target: OTHER } }])
    expect(view.mind.dealItem).toBe(foreign.id)
  })

  it('goes there first, and lets it be when that takes too long', () => {
    const view = seller()
    view.seen = [somebody({ x: 1_530 })]
    expect(names(view.decide())).toEqual(['move.to'])
    view.tick += 20 * 13
    expect(names(view.decide())).not.toContain('trade.open')
    expect([view.mind.dealStep, view.mind.dealWith, view.mind.giveUps]).toEqual([dealStep.none, 0, 0])
  })

  it('does not run after those who fight, and trades not in a fight', () => {
    const view = seller()
    view.seen = [somebody({ flags: flag.bot | flag.inCombat })]
    expect(names(view.decide())).not.toContain('trade.open')
    const fighting = asked()
    fighting.attacker = 0x100_777
    fighting.flags = flag.inCombat
    fighting.seen = [hare({ target: ME }), somebody()]
    expect(names(fighting.decide())).toContain('trade.cancel')
  })

  it('offers it, and accepts a price that it believes in, at once; the vendor’s price it never does', () => {
    const view = seller()
    view.decide()
    view.trade.partner = OTHER
    view.tick += 5
    expect(view.decide()).toEqual([{ opcode: TradeOffer, payload: { slot: 0, bagSlot: 0, count: 1, gold: 0 } }])
    view.trade.mine = [{ item: foreign.id, count: 1 }]
    view.trade.revision = 8
    expect(view.decide()).toEqual([])
    view.trade.theirGold = Math.ceil((foreign.sellPrice * view.mind.belief) / 100)
    expect(view.decide()).toEqual([{ opcode: TradeAccept, payload: { revision: 8 } }])
    view.trade.theirGold = foreign.sellPrice
    view.tick += 20 * 10
    expect(view.decide()).toEqual([])
    view.trade.theirGold = foreign.sellPrice + 1
    expect(names(view.decide())).toEqual(['trade.accept'])
    view.trade.accepted = true
    expect(view.decide()).toEqual([])
  })

  it('cancels when nobody pays, backs off longer each time, and asks less', () => {
    const view = seller()
    const waits: number[] = []
    const beliefs: number[] = []
    for (let round = 0; round < 3; round += 1) {
      view.mind.seekTick = 0
      view.mind.dealAvoid = 0
      view.mind.dealShun = 0
      view.mind.guessTick = 0
      view.decide()
      view.trade.partner = OTHER
      view.trade.mine = [{ item: foreign.id, count: 1 }]
      view.tick += 20 * 13
      expect(names(view.decide())).toContain('trade.cancel')
      view.trade.partner = 0
      view.tick += 5
      view.decide()
      waits.push(view.mind.seekTick - view.tick)
      beliefs.push(view.mind.belief)
      expect(view.mind.dealAvoid).toBe(OTHER)
    }
    expect(waits[1]).toBe(waits[0] * 2)
    expect(waits[2]).toBe(waits[0] * 4)
    expect(beliefs[2]).toBeLessThan(beliefs[0])
  })

  it('asks more after a sale', () => {
    const view = seller()
    view.decide()
    const before = view.mind.belief
    view.events[mindEvent.dealt] = OTHER
    view.tick += 30
    view.decide()
    expect(view.mind.belief).toBeGreaterThan(before)
    expect([view.mind.dealFails, view.mind.dealStep]).toEqual([0, dealStep.none])
  })

  it('takes the other’s trade for the other’s when both asked at once', () => {
    const view = seller()
    view.decide()
    view.trade.partner = OTHER
    view.refusedOpcode = TradeOpen.id
    view.refusedCode = result.busy
    view.decide()
    expect(view.mind.dealItem).toBe(0)
  })
})

describe('a bot with something that somebody looks for', () => {
  const calling = (count = 3) => {
    const view = new FakeView({ level: 5, gold: 10, seen: [somebody()], bag: [{ item: pelt.id, count: 9 }] })
    view.trade.sought = { [OTHER]: { item: pelt.id, count } }
    return view
  }

  it('goes to them, and lays no more on the table than they look for', () => {
    const view = calling()
    expect(view.decide()).toEqual([{ opcode: TradeOpen, payload: { target: OTHER } }])
    view.trade.partner = OTHER
    expect(view.decide()).toEqual([{ opcode: TradeOffer, payload: { slot: 0, bagSlot: 0, count: 3, gold: 0 } }])
  })

  it('lets it be when they look for it no more, or fight', () => {
    for (const change of [{ sought: {} }, { seen: [somebody({ x: 1_520, target: 5 })] }]) {
      const view = calling()
      view.seen = [somebody({ x: 1_520 })]
      expect(names(view.decide())).toEqual(['move.to'])
      if (change.seen !== undefined) view.seen = change.seen
      else view.trade.sought = {}
      view.decide()
      expect([view.mind.dealStep, view.mind.dealWith]).toEqual([dealStep.none, 0])
    }
  })

  it('opens no trade with those who look for nothing, or for something else', () => {
    const others: FakeView['trade']['sought'][] = [{}, { [OTHER]: { item: loaf.id, count: 3 } }]
    for (const sought of others) {
      const view = calling()
      view.trade.sought = sought
      expect(names(view.decide())).not.toContain('trade.open')
    }
  })

  it('comes soon again where somebody else was first, and thinks no worse of its price', () => {
    const view = calling()
    view.decide()
    const { belief } = view.mind
    view.tick += 5
    view.refusedOpcode = TradeOpen.id
    view.refusedCode = result.busy
    view.decide()
    expect([view.mind.belief, view.mind.dealFails, view.mind.dealAvoid]).toEqual([belief, 0, OTHER])
  })

  it('offers gear unasked no more for a while where it was not wanted, and goes on where it was', () => {
    const view = seller()
    view.decide()
    view.tick += 30
    view.decide()
    view.mind.dealAvoid = 0
    view.mind.dealShun = 0
    const isOffered = () => {
      view.mind.seekTick = 0
      return names(view.decide()).includes('trade.open')
    }
    expect(isOffered()).toBe(false)
    view.tick += 20 * 600
    expect(isOffered()).toBe(true)
    view.events[mindEvent.dealt] = OTHER
    view.tick += 30
    view.decide()
    expect([view.mind.guessTick, isOffered()]).toEqual([0, true])
  })
})

describe('a bot that needs something', () => {
  const quest = content.questList.find(({ objectives }) =>
    objectives.some((one) => one.kind === 'collect' && content.items[one.item]?.sellPrice !== 0),
  )
  const objective = quest?.objectives.find((one) => one.kind === 'collect')
  if (quest === undefined || objective?.kind !== 'collect') throw new Error('the content has nothing to collect')
  const needy = (gold: number, held: number) => {
    const view = new FakeView({ level: quest.level, gold, bag: [{ item: objective.item, count: held }] })
    view.quests = [{ quest: quest.id, state: questState.active, have: [held] }]
    return view
  }
  const sought = (view: FakeView) => view.decide().find(({ opcode }) => opcode === TradeSeek)?.payload

  it('says so: what its quest lacks, as much as it could pay for', () => {
    expect(sought(needy(1_000_000, 1))).toEqual({ item: objective.item, count: objective.count - 1 })
    const poor = sought(needy(Math.ceil(((content.items[objective.item]?.sellPrice ?? 0) * 2 + 1) / 0.6) + 1, 0))
    expect(Number(poor?.count ?? 0)).toBeLessThanOrEqual(2)
    expect(sought(needy(0, 0))).toBeUndefined()
    expect(sought(needy(1_000_000, objective.count))).toBeUndefined()
  })

  it('says so when it needs it no more', () => {
    const view = needy(1_000_000, objective.count)
    view.trade.sought = { [ME]: { item: objective.item, count: 2 } }
    expect(sought(view)).toEqual({ item: 0, count: 0 })
  })

  it('looks for what it is running out of', () => {
    const view = new FakeView({ level: 5, gold: 1_000, bag: [{ item: loaf.id, count: 2 }] })
    expect(sought(view)).toEqual({ item: loaf.id, count: 4 })
    view.bag = [{ item: loaf.id, count: 6 }]
    view.mind.seekTick = 0
    expect(sought(view)).toBeUndefined()
  })

  it('bids for everything that it has said to look for', () => {
    for (let gold = 1; gold < 200; gold += 1) {
      for (const held of [0, 1, 3]) {
        const view = needy(gold, held)
        const wanted = sought(view)
        if (wanted === undefined || wanted.item === 0) continue
        const at = asked({ gold, bag: view.bag, quests: view.quests })
        at.trade.theirs = [{ item: Number(wanted.item), count: Number(wanted.count) }]
        expect(names(at.decide()), `${gold} gold, ${held} held`).toEqual(['trade.offer'])
      }
    }
  })
})

describe('a bot that is asked', () => {
  it('stands still, and waits for something to be offered, but not for ever', () => {
    const view = asked({ isMoving: true })
    expect(names(view.decide())).toEqual(['move.stop'])
    view.isMoving = false
    expect(view.decide()).toEqual([])
    view.tick += 20 * 13
    expect(names(view.decide())).toEqual(['trade.cancel'])
  })

  it('bids for what is of use, between what a vendor pays and what a vendor asks, and accepts its own bid', () => {
    const view = asked()
    view.trade.theirs = [{ item: gear.id, count: 1, durability: gear.durabilityMax }]
    const [bid] = view.decide()
    expect(bid).toMatchObject({ opcode: TradeOffer, payload: { slot: GOLD_ONLY } })
    const gold = Number(bid.payload.gold)
    expect(gold).toBeGreaterThan(gear.sellPrice)
    expect(gold).toBeLessThanOrEqual(gear.buyPrice > 0 ? gear.buyPrice : gear.sellPrice * 4)
    view.trade.gold = gold
    expect(names(view.decide())).toEqual(['trade.accept'])
    // What was of use is gone, and the gold lies there still.
    view.trade.theirs = []
    view.trade.theirAccepted = true
    expect(names(view.decide())).not.toContain('trade.accept')
    view.trade.theirs = [{ item: pelt.id, count: 1 }]
    expect(names(view.decide())).toEqual(['trade.cancel'])
  })

  it('accepts gifts: gold by itself, things when they are accepted by the other', () => {
    const view = asked()
    view.trade.theirGold = 5
    expect(names(view.decide())).toEqual(['trade.accept'])
    const other = asked()
    other.seen = [somebody({ flags: 0 })]
    other.trade.theirs = [{ item: pelt.id, count: 3 }]
    expect(other.decide()).toEqual([])
    other.trade.theirAccepted = true
    expect(names(other.decide())).toEqual(['trade.accept'])
  })

  it('declines a bot’s goods that are of no use to it', () => {
    const view = asked()
    view.trade.theirs = [{ item: foreign.id, count: 1, durability: 10 }]
    expect(names(view.decide())).toEqual(['trade.cancel'])
  })

  it('takes nothing for which it has no room', () => {
    const view = asked({ bag: Array.from({ length: 24 }, () => ({ item: pelt.id, count: 20 })) })
    view.trade.theirs = [{ item: loaf.id, count: 2 }]
    view.trade.theirAccepted = true
    expect(names(view.decide())).toEqual(['trade.cancel'])
  })

  it('does not bid twice for the same place on the body', () => {
    const one = asked()
    one.trade.theirs = [{ item: gear.id, count: 1, durability: gear.durabilityMax }]
    const two = asked()
    two.trade.theirs = [...one.trade.theirs, ...one.trade.theirs]
    const bid = (view: FakeView): number => Number(view.decide()[0].payload.gold)
    expect(bid(two) - bid(one)).toBeLessThanOrEqual(gear.sellPrice * 3)
    expect(isFair(two, content)).toBe(true)
  })
})

describe('what a quest asks for', () => {
  it('is worth more than a vendor pays, as far as the quest still lacks it', () => {
    const quest = content.questList.find(({ objectives }) => objectives.some(({ kind }) => kind === 'collect'))
    const objective = quest?.objectives.find((one) => one.kind === 'collect')
    if (quest === undefined || objective?.kind !== 'collect') throw new Error('the content has nothing to collect')
    const { item, count } = objective
    const price = content.items[item]?.sellPrice ?? 0
    const bids = [0, count - 1, count].map((held) => {
      const view = asked({ gold: 1_000_000, bag: [{ item, count: held }] })
      view.quests = [{ quest: quest.id, state: questState.active, have: [held] }]
      view.trade.theirs = [{ item, count }]
      const [bid] = view.decide()
      return bid.opcode === TradeOffer ? Number(bid.payload.gold) : 0
    })
    expect(bids[0]).toBeGreaterThan(price * count)
    expect(bids[1]).toBeLessThanOrEqual(price * (count + 1))
    expect(bids[2]).toBe(0)
  })
})

describe('isFair', () => {
  it('is no trade in which more goes than comes, whatever lies there', () => {
    for (const kind of content.itemList) {
      for (const durability of [0, kind.durabilityMax]) {
        const view = asked({ gold: 1_000_000 })
        view.trade.theirs = [{ item: kind.id, count: 1, durability }]
        const most = kind.buyPrice > 0 ? Math.max(kind.buyPrice, kind.sellPrice * 2) : kind.sellPrice * 4
        view.trade.gold = most + 1
        expect(isFair(view, content), kind.key).toBe(false)
        view.trade.gold = kind.kind === 'quest' ? 0 : kind.sellPrice
        expect(isFair(view, content), kind.key).toBe(kind.kind !== 'quest' && kind.sellPrice > 0)
      }
    }
  })
})
