import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BAG_SLOTS, Bag, Purse } from '../../components/bag.js'
import { Trade } from '../../components/trade.js'
import { ItemDestroy } from '../../protocol/item.js'
import { GOLD_ONLY } from '../../protocol/trade.js'
import type { Slot } from '../../src/ecs/entities.js'
import { LedgerResource } from '../../systems/ledger.js'
import { idOf } from './item-scene.js'
import { content, type Reply } from './small-world.js'
import { type Action, Person, type Stack, TradeModel } from './trade-model.js'
import { tradeScene, wealthOf } from './trade-scene.js'

const SEED = 60_671
const PELT = idOf('torn-pelt')
const FANG = idOf('chipped-fang')
const STACK = content.items[PELT]?.stackMax ?? 0
const FAR_M = 50

const person = fc.integer({ min: 0, max: 2 })
const bagSlot = fc.integer({ min: 0, max: 7 })
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('open' as const), by: person, to: person }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('offer' as const),
      by: person,
      slot: fc.constantFrom(0, 1, 2, 5, 6, GOLD_ONLY),
      bagSlot,
      count: fc.integer({ min: 0, max: 7 }),
      gold: fc.constantFrom(0, 1, 30, 900, 2_000, content.rates.goldMax),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('accept' as const),
      by: person,
      isLate: fc.integer({ min: 0, max: 7 }).map((n) => n === 0),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), by: person }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('destroy' as const), by: person, bagSlot, count: fc.integer({ min: 1, max: 7 }) }),
  },
)
const tick = fc.record({
  actions: fc.array(action, { minLength: 1, maxLength: 6 }),
  /** Whether all who trade agree at its end. */
  agree: fc.boolean(),
  /** Who goes away before it, or comes back. */
  walks: fc.option(person, { freq: 12, nil: undefined }),
})

const everybody = [0, 1, 2].map((by): Action => ({ kind: 'accept', by, isLate: false }))

function scene() {
  const all = tradeScene()
  const third = all.small.character({ x: 1_001, z: 1_001 })
  const slots = [all.hero, all.other, third]
  const model = new TradeModel(STACK, content.rates.goldMax)
  // One of them is as rich as can be, one has a bag that is nearly full.
  const golds = [1_000, content.rates.goldMax - 20, 40]
  slots.forEach((slot, i) => {
    all.small.edit(Purse).set(slot, 'gold', golds[i])
    all.give('torn-pelt', 7, slot)
    all.give('patched-jerkin', 2, slot)
    all.give('chipped-fang', 30, slot)
    if (i !== 0) for (let place = 4; place < BAG_SLOTS; place += 1) all.small.putStack(slot, place, FANG, STACK)
    const someone = new Person()
    someone.gold = golds[i]
    someone.bag = bagOf(all.small.edit(Bag), slot)
    model.people.push(someone)
  })
  return { ...all, slots, model }
}
type Scene = ReturnType<typeof scene>

function bagOf(bag: Readonly<Record<'item' | 'count' | 'uid', ArrayLike<number>>>, slot: Slot): (Stack | undefined)[] {
  return Array.from({ length: BAG_SLOTS }, (_, place) => {
    const at = slot * BAG_SLOTS + place
    return bag.item[at] === 0 ? undefined : { item: bag.item[at], count: bag.count[at], uid: bag.uid[at] }
  })
}

/** `seen`: the revision that an accept names, when it is not late. */
function send({ ask, small, slots }: Scene, action: Action, seen: number): Reply {
  const by = slots[action.by]
  switch (action.kind) {
    case 'open':
      return ask.open(by, slots[action.to])
    case 'offer':
      return ask.offer(by, action.slot, action.bagSlot, action.count, action.gold)
    case 'accept':
      return ask.accept(by, action.isLate ? seen + 1 : seen)
    case 'cancel':
      return ask.cancel(by)
    case 'destroy':
      return small.ask(by, ItemDestroy, { bagSlot: action.bagSlot, count: action.count })
  }
}

function walk({ small, slots, model }: Scene, who: number): void {
  const one = model.people[who]
  one.isFar = !one.isFar
  small.move(slots[who], one.isFar ? 1_000 + FAR_M * (who + 1) : 1_000 + who, 1_000)
}

function expectLikeModel({ small, slots, model }: Scene): void {
  const trade = small.world.columns(Trade)
  slots.forEach((slot, i) => {
    const one = model.people[i]
    expect(bagOf(small.edit(Bag), slot)).toEqual(Array.from({ length: BAG_SLOTS }, (_, place) => one.bag[place]))
    expect(small.gold(slot)).toBe(one.gold)
    expect(trade.partner[slot]).toBe(one.partner === undefined ? 0 : small.entity(slots[model.people.indexOf(one.partner)]))
    expect([trade.revision[slot], trade.accepted[slot]]).toEqual([one.revision, one.accepted ? 1 : 0])
  })
}

describe('whatever three people ask of each other', () => {
  it('trades do what a simple model of them says, and nothing is lost, doubled or made', () => {
    let done = 0
    const failed = new Set<string>()
    fc.assert(
      fc.property(fc.array(tick, { minLength: 5, maxLength: 40 }), (ticks) => {
        const all = scene()
        const { small, slots, model } = all
        const before = wealthOf(small, slots)
        const ledger = small.resource(LedgerResource)
        let isDestroyed = false
        for (const { actions: asked, agree, walks } of ticks) {
          const actions = agree ? [...asked, ...everybody] : asked
          if (walks !== undefined) walk(all, walks)
          const { answers, seen } = model.tick(actions)
          const replies = actions.map((one, i) => send(all, one, seen[i]))
          small.step()
          expect(replies.map(({ code }) => code)).toEqual(answers)
          expectLikeModel(all)
          isDestroyed ||= actions.some(({ kind }, i) => kind === 'destroy' && answers[i] === 'ok')
          const wealth = wealthOf(small, slots)
          expect(wealth.gold).toBe(before.gold)
          expect(new Set(wealth.uids).size).toBe(wealth.uids.length)
          if (!isDestroyed) expect(wealth).toEqual(before)
          const burned = (item: number) => ledger.itemsBurned[item]
          const stacks = new Map(wealth.stacks)
          for (const [item, count] of before.stacks) expect((stacks.get(item) ?? 0) + burned(item)).toBe(count)
          expect(wealth.uids.length + burned(idOf('patched-jerkin'))).toBe(before.uids.length)
          expect([ledger.goldMinted, ledger.goldBurned]).toEqual([0, 0])
        }
        done += model.done
        for (const code of model.failed) failed.add(code)
      }),
      { numRuns: 250, seed: SEED },
    )
    // Else it would have shown little.
    expect(done).toBeGreaterThan(100)
    expect([...failed].sort()).toEqual(['bagFull', 'limit'])
  })
})
