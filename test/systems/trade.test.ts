import { describe, expect, it } from 'vitest'
import { Bag, Purse } from '../../components/bag.js'
import { flag } from '../../components/status.js'
import { Trade } from '../../components/trade.js'
import { ItemDestroy, ItemEquip, ItemMove, ItemUse } from '../../protocol/item.js'
import { GOLD_ONLY, SOUGHT_S, TradeOpened, TradeSeek, TradeSought } from '../../protocol/trade.js'
import { PresenceResource } from '../../src/net/presence.js'
import { TradeEnded } from '../../systems/events.js'
import { CHEST, idOf } from './item-scene.js'
import { content, TICK_HZ } from './small-world.js'
import { GOLD, tradeScene } from './trade-scene.js'

const { tradeRangeM, tradeIdleMs } = content.rates
const PELT = idOf('torn-pelt')

describe('opening a trade', () => {
  it('tells both of it, with the same revision', () => {
    const { open, hero, other, small } = tradeScene()
    expect(open()).toBe('ok')
    const [mine] = small.toldOf(hero, TradeOpened)
    const [theirs] = small.toldOf(other, TradeOpened)
    expect(mine.partner).toBe(small.entity(other))
    expect(theirs.partner).toBe(small.entity(hero))
    expect(mine.revision).toBe(theirs.revision)
  })

  it('is refused from too far away, to oneself, to nobody, to the dead, and by the dead', () => {
    const { open, hero, other, small } = tradeScene()
    expect(open(hero, hero)).toBe('noSuchTarget')
    expect(open(hero, small.creature('bristle-hare'))).toBe('noSuchTarget')
    small.move(other, 1_000 + tradeRangeM + 0.1, 1_000)
    expect(open()).toBe('outOfRange')
    small.move(other, 1_000 + tradeRangeM, 1_000)
    small.setFlags(other, flag.ghost)
    expect(open()).toBe('dead')
    small.setFlags(other, 0)
    small.setFlags(hero, flag.dead)
    expect(open()).toBe('dead')
    small.setFlags(hero, flag.stunned)
    expect(open()).toBe('stunned')
    small.setFlags(hero, flag.inCombat)
    expect(open()).toBe('ok')
  })

  it('is refused while either has one open', () => {
    const { open, hero, other, small } = tradeScene()
    const third = small.character({ x: 1_001 })
    open()
    expect(open()).toBe('busy')
    expect(open(other, hero)).toBe('busy')
    expect(open(third, hero)).toBe('busy')
    expect(open(hero, third)).toBe('busy')
  })

  it('opens once when both ask in one tick', () => {
    const { ask, hero, other, small } = tradeScene()
    const replies = [ask.open(), ask.open(other, hero)]
    small.step()
    expect(replies.map(({ code }) => code)).toEqual(['ok', 'busy'])
  })

  it('is refused with somebody whose player has lost the connection', () => {
    const { open, other, small } = tradeScene()
    const presence = small.resource(PresenceResource)
    presence.characters.set(other, { characterId: 9, accountId: 'a', name: 'Nel', classId: 1 })
    expect(open()).toBe('busy')
    presence.played[other] = 1
    expect(open()).toBe('ok')
  })
})

describe('offering', () => {
  it('shows both sides to both, and takes back what was accepted', () => {
    const { open, offer, accept, give, hero, other, lastChange, revision } = tradeScene()
    give('torn-pelt', 5)
    open()
    expect(offer(hero, 2, 0, 3)).toBe('ok')
    expect(accept(other)).toBe('ok')
    expect(lastChange(hero)?.theirs.accepted).toBe(true)
    const before = revision()
    expect(offer(other, GOLD_ONLY, 0, 0, 40)).toBe('ok')
    expect(revision()).toBe(before + 1)
    expect(lastChange(hero)).toEqual({
      revision: before + 1,
      mine: { gold: 0, accepted: false, things: [{ slot: 2, item: PELT, count: 3, durability: 0 }] },
      theirs: { gold: 40, accepted: false, things: [] },
    })
    expect(lastChange(other)?.theirs).toEqual(lastChange(hero)?.mine)
  })

  it('replaces a slot, and empties it with count 0', () => {
    const { open, offer, give, hero, lastChange } = tradeScene()
    give('torn-pelt', 5)
    give('barley-loaf', 2)
    open()
    offer(hero, 0, 0, 5)
    offer(hero, 0, 1, 2)
    expect(lastChange(hero)?.mine.things).toEqual([{ slot: 0, item: idOf('barley-loaf'), count: 2, durability: 0 }])
    offer(hero, 0, 0, 0)
    expect(lastChange(hero)?.mine.things).toEqual([])
  })

  it('says in what way it cannot be', () => {
    const { open, offer, give, hero } = tradeScene()
    give('torn-pelt', 5)
    expect(offer(hero, 0, 0, 1)).toBe('noSuchTarget')
    open()
    expect(offer(hero, 6, 0, 1)).toBe('noSuchTarget')
    expect(offer(hero, 0, 1, 1)).toBe('noSuchTarget')
    expect(offer(hero, 0, 24, 1)).toBe('noSuchTarget')
    expect(offer(hero, 0, 255, 1)).toBe('noSuchTarget')
    expect(offer(hero, 0, 0, 6)).toBe('stale')
    expect(offer(hero, 0, 0, 5, GOLD + 1)).toBe('cannotPay')
    expect(offer(hero, 0, 0, 5, GOLD)).toBe('ok')
    expect(offer(hero, 0, 0, 5, GOLD)).toBe('alreadyDone')
    expect(offer(hero, GOLD_ONLY, 0, 0, GOLD)).toBe('alreadyDone')
  })

  it('refuses quest items, and what the content does not know', () => {
    const { open, offer, small, hero } = tradeScene()
    const relic = content.itemList.find(({ kind }) => kind === 'quest')
    small.putStack(hero, 0, relic?.id ?? 0, 1)
    small.putStack(hero, 1, content.items.length + 7, 1)
    open()
    expect(offer(hero, 0, 0, 1)).toBe('notTradable')
    expect(offer(hero, 0, 1, 1)).toBe('notTradable')
    small.edit(Bag).setAt(hero, 'item', 1, 0)
    small.edit(Bag).setAt(hero, 'count', 1, 0)
  })
})

describe('what is on offer', () => {
  it('is not used, moved, joined, destroyed or worn meanwhile, and is free again afterwards', () => {
    const { open, offer, cancel, give, hero, other, small } = tradeScene()
    give('barley-loaf', 4)
    give('patched-jerkin')
    give('barley-loaf', content.items[idOf('barley-loaf')]?.stackMax ?? 0)
    const loaf = idOf('barley-loaf')
    open()
    offer(hero, 0, 0, 2)
    offer(hero, 1, 1, 1)
    const uses = () => [
      small.now(hero, ItemUse, { bagSlot: 0, item: loaf, target: 0 }),
      small.now(hero, ItemMove, { from: 0, to: 9, count: 1 }),
      small.now(hero, ItemMove, { from: 2, to: 0, count: 1 }),
      small.now(hero, ItemDestroy, { bagSlot: 0, count: 1 }),
      small.now(hero, ItemEquip, { bagSlot: 1, equipSlot: CHEST }),
    ]
    expect(uses()).toEqual(['busy', 'busy', 'busy', 'busy', 'busy'])
    expect(cancel(other)).toBe('ok')
    expect(uses()).not.toContain('busy')
  })
})

describe('accepting', () => {
  it('swaps everything at once, unique things as the ones that they are', () => {
    const { open, offer, accept, give, hero, other, small, inBag, ends, isOpen, held, wealth } = tradeScene()
    give('torn-pelt', 5)
    give('patched-jerkin')
    give('torn-pelt', 18, other)
    const { uid } = inBag(1)
    small.edit(Bag).setAt(hero, 'durability', 1, 7)
    const before = wealth()
    open()
    offer(hero, 0, 0, 3)
    offer(hero, 1, 1, 1, 100)
    offer(other, GOLD_ONLY, 0, 0, 30)
    expect(accept(hero)).toBe('ok')
    expect(isOpen()).toBe(true)
    expect(accept(other)).toBe('ok')
    expect([isOpen(hero), isOpen(other)]).toEqual([false, false])
    expect([ends(hero), ends(other)]).toEqual([['done'], ['done']])
    expect([held(hero, PELT), held(other, PELT)]).toEqual([2, 21])
    expect([small.gold(hero), small.gold(other)]).toEqual([GOLD - 70, GOLD + 70])
    expect(inBag(2, other)).toEqual({ item: idOf('patched-jerkin'), count: 1, uid, durability: 7 })
    expect(wealth()).toEqual(before)
  })

  it('is refused with another revision than the present one, and without a trade', () => {
    const { open, accept, hero, revision } = tradeScene()
    expect(accept(hero)).toBe('noSuchTarget')
    open()
    expect(accept(hero, revision() - 1)).toBe('stale')
    expect(accept(hero, revision() + 1)).toBe('stale')
    expect(accept(hero)).toBe('ok')
    expect(accept(hero)).toBe('alreadyDone')
  })

  it('never fits the next trade: revisions go on', () => {
    const { open, accept, cancel, hero, other, revision, small } = tradeScene()
    open()
    const seen = revision()
    cancel(hero)
    const third = small.character({ x: 1_001 })
    expect(open(hero, third)).toBe('ok')
    expect(accept(hero, seen)).toBe('stale')
    cancel(hero)
    small.column(Trade, 'revision')[other] = 65_535
    expect(open()).toBe('ok')
    expect([revision(hero), revision(other)]).toEqual([0, 0])
  })
})

describe('a trade is over', () => {
  type Scene = ReturnType<typeof tradeScene>
  const cases: readonly { reason: string; answer: string; befall: (scene: Scene) => void }[] = [
    {
      reason: 'tooFar',
      answer: 'noSuchTarget',
      befall: ({ small, other }) => small.move(other, 1_000 + tradeRangeM + 0.1, 1_000),
    },
    { reason: 'died', answer: 'noSuchTarget', befall: ({ small, other }) => small.setFlags(other, flag.dead) },
    { reason: 'died', answer: 'dead', befall: ({ small, hero }) => small.setFlags(hero, flag.ghost) },
    {
      reason: 'left',
      answer: 'noSuchTarget',
      befall: ({ small, other }) => {
        small.resource(PresenceResource).bindings[other] += 1
      },
    },
    { reason: 'timedOut', answer: 'noSuchTarget', befall: ({ small }) => small.step((tradeIdleMs * TICK_HZ) / 1_000) },
  ]
  it.each(cases)('with $reason, for both, and nothing has changed hands', ({ reason, answer, befall }) => {
    const scene = tradeScene()
    const { open, offer, give, accept, hero, other, small, ends, isOpen, wealth } = scene
    give('torn-pelt', 5)
    const before = [small.gold(hero), wealth()]
    open()
    offer(hero, 0, 0, 5, 10)
    accept(other)
    befall(scene)
    expect(accept(hero)).toBe(answer)
    expect([ends(hero), ends(other)]).toEqual([[reason], [reason]])
    expect([isOpen(hero), isOpen(other)]).toEqual([false, false])
    expect([small.gold(hero), wealth()]).toEqual(before)
    expect(Array.from({ length: 6 }, (_, i) => small.column(Trade, 'place')[hero * 6 + i])).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('for the one that stays when the other leaves the world', () => {
    const { open, accept, hero, other, small, ends, isOpen } = tradeScene()
    open()
    accept(hero)
    small.world.commands.despawn(other)
    small.world.commandBuffer.flush()
    expect(accept(hero)).toBe('noSuchTarget')
    expect(ends(hero)).toEqual(['left'])
    expect(isOpen()).toBe(false)
    expect(small.column(Trade, 'accepted')[hero]).toBe(0)
  })

  it('but not because one is stunned, who only cannot agree meanwhile', () => {
    const { open, offer, accept, cancel, hero, other, small, isOpen } = tradeScene()
    open()
    small.setFlags(hero, flag.stunned | flag.inCombat)
    expect([accept(hero), offer(hero, GOLD_ONLY, 0, 0, 5), accept(other)]).toEqual(['stunned', 'stunned', 'ok'])
    expect(isOpen()).toBe(true)
    small.setFlags(hero, flag.feared)
    expect(accept(hero)).toBe('feared')
    expect(cancel(hero)).toBe('ok')
  })

  it('and whoever looks for the end of it learns whether it was done', () => {
    const { open, accept, cancel, hero, other, small } = tradeScene()
    open()
    cancel(other)
    open()
    accept(hero)
    accept(other)
    small.step()
    expect(small.column(Purse, 'gold')[hero]).toBe(GOLD)
    const ended = small.seenOf(TradeEnded).filter(({ character }) => character === small.entity(hero))
    expect(ended.map(({ done, partner }) => [done, partner])).toEqual([
      [0, small.entity(other)],
      [1, small.entity(other)],
    ])
  })
})

describe('looking for something', () => {
  const said = (scene: ReturnType<typeof tradeScene>, item: number, count: number, by = scene.hero): string | undefined => {
    const reply = scene.small.ask(by, TradeSeek, { item, count })
    scene.small.step()
    return reply.code
  }
  const shown = ({ small }: ReturnType<typeof tradeScene>) => small.shownOf(TradeSought).map(({ item, count }) => [item, count])

  it('is shown to all around, and is good for a while', () => {
    const scene = tradeScene()
    const { small, hero } = scene
    expect(said(scene, PELT, 3)).toBe('ok')
    expect(small.shownOf(TradeSought)).toMatchObject([{ seeker: small.entity(hero), item: PELT, count: 3 }])
    const until = small.column(Trade, 'soughtUntil')[hero]
    expect(until - small.world.tick).toBe(SOUGHT_S * TICK_HZ)
    expect(said(scene, PELT, 2)).toBe('ok')
    expect(small.column(Trade, 'soughtCount')[hero]).toBe(2)
  })

  it('can be taken back, once', () => {
    const scene = tradeScene()
    expect(said(scene, 0, 0)).toBe('alreadyDone')
    said(scene, PELT, 3)
    expect([said(scene, 0, 0), said(scene, 0, 0)]).toEqual(['ok', 'alreadyDone'])
    expect(shown(scene)).toEqual([
      [PELT, 3],
      [0, 0],
    ])
  })

  it('is refused for none of it, for what nobody can trade, and to the dead', () => {
    const scene = tradeScene()
    const quest = content.itemList.find(({ kind }) => kind === 'quest')?.id ?? 0
    expect([said(scene, PELT, 0), said(scene, 65_535, 1), said(scene, quest, 1)]).toEqual([
      'malformed',
      'notTradable',
      'notTradable',
    ])
    scene.small.setFlags(scene.hero, flag.ghost)
    expect(said(scene, PELT, 1)).toBe('dead')
    expect(shown(scene)).toEqual([])
  })

  it('ends with a trade that is done, and not with one that comes to nothing', () => {
    const scene = tradeScene()
    const { open, cancel, accept, hero, other } = scene
    said(scene, PELT, 3)
    open()
    cancel(other)
    expect(shown(scene)).toEqual([[PELT, 3]])
    open()
    accept(hero)
    accept(other)
    expect(shown(scene).at(-1)).toEqual([0, 0])
  })
})
