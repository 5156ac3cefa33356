import { describe, expect, it } from 'vitest'
import { Bag, Purse } from '../../components/bag.js'
import { Decay, Loot, Looting } from '../../components/loot.js'
import { QuestLog, questState } from '../../components/quest-log.js'
import { flag, Status } from '../../components/status.js'
import { LootChanged, LootOpen, LootOpened, LootRelease, LootTake, LootTakeGold } from '../../protocol/loot.js'
import { countOf } from '../../systems/bag-rules.js'
import { parseContent } from '../../systems/content/tables.js'
import { CountersResource } from '../../systems/counters.js'
import { ItemGained } from '../../systems/events.js'
import { loot } from '../../systems/loot.js'
import { SpawnsResource } from '../../systems/spawn-table.js'
import { contentFiles, type Entry, entryOf } from './content-files.js'
import { content, keyed, SmallWorld, TICK_HZ } from './small-world.js'

const PELT = keyed(content.itemList, 'torn-pelt').id
const HARE_PELT = keyed(content.itemList, 'hare-pelt').id
const SHELL = keyed(content.itemList, 'lacquered-shell').id
const lacquer = keyed(content.questList, 'beetle-lacquer')
const GOLD = 10

/** The shipped content with sure drops: a hare has 10 gold, a torn pelt and 2 hare pelts; a beetle 10 gold and, for its quest, a shell. */
function sureDrops() {
  const files = contentFiles()
  const kinds: Record<string, Entry> = {}
  for (const key of ['bristle-hare', 'clover-beetle', 'furrow-rat']) {
    kinds[key] = entryOf(files, 'creatures.json', key)
    Object.assign(kinds[key], { goldMin: GOLD, goldMax: GOLD, goldPerLevel: 0 })
  }
  kinds['bristle-hare'].loot = [
    { item: 'torn-pelt', chance: 1, countMin: 1, countMax: 1 },
    { item: 'hare-pelt', chance: 1, countMin: 2, countMax: 2 },
  ]
  kinds['clover-beetle'].loot = [{ item: 'lacquered-shell', chance: 1, countMin: 1, countMax: 1, quest: 'beetle-lacquer' }]
  Object.assign(kinds['furrow-rat'], { goldMin: 0, goldMax: 0, loot: [] })
  return parseContent(files)
}
const rigged = sureDrops()

function scene(key = 'bristle-hare') {
  const small = new SmallWorld([loot], { content: rigged })
  const hero = small.character()
  const corpse = small.creature(key)
  const held = (item: number): number => countOf(small.edit(Bag), hero, item)
  const lies = () => ({
    gold: small.column(Loot, 'gold')[corpse],
    items: [...small.column(Loot, 'item').subarray(corpse * 6, corpse * 6 + 6)],
  })
  const lootable = (): boolean => (small.column(Status, 'flags')[corpse] & flag.lootable) !== 0
  return { small, hero, corpse, held, lies, lootable }
}

/** The hare is dead and the hero has its corpse open. */
function opened() {
  const all = scene()
  all.small.kill(all.corpse, all.hero)
  all.small.step()
  expect(all.small.now(all.hero, LootOpen, { corpse: all.small.entity(all.corpse) })).toBe('ok')
  return all
}

describe('a creature that dies', () => {
  it('leaves a full corpse for whoever has the right to it', () => {
    const { small, hero, corpse, lies, lootable } = scene()
    small.kill(corpse, hero)
    small.step()
    expect(lies()).toEqual({ gold: GOLD, items: [PELT, HARE_PELT, 0, 0, 0, 0] })
    expect(lootable()).toBe(true)
    expect(small.column(Decay, 'atTick')[corpse]).toBe(1 + (content.rates.corpseFullMs * TICK_HZ) / 1000)
  })

  it('is empty when nobody has the right to it, or he is gone', () => {
    for (const gone of [false, true]) {
      const { small, hero, corpse, lies, lootable } = scene()
      small.kill(corpse, gone ? hero : 0, hero)
      if (gone) small.world.commands.despawn(hero)
      small.world.commandBuffer.flush()
      small.step()
      expect(lies()).toEqual({ gold: 0, items: [0, 0, 0, 0, 0, 0] })
      expect(lootable()).toBe(false)
      expect(small.column(Decay, 'atTick')[corpse]).toBe(1 + (content.rates.corpseEmptyMs * TICK_HZ) / 1000)
    }
  })

  it('that has nothing is empty', () => {
    const { small, hero, corpse, lootable } = scene('furrow-rat')
    small.kill(corpse, hero)
    small.step()
    expect(lootable()).toBe(false)
  })

  it('is rolled once, however often its death is told', () => {
    const { small, hero, corpse, lies } = opened()
    expect(small.now(hero, LootTakeGold, {})).toBe('ok')
    small.kill(corpse, hero)
    small.kill(corpse, hero)
    small.step()
    expect(lies().gold).toBe(0)
  })

  it('drops quest items only while the quest still needs them', () => {
    const cases = [
      { state: questState.empty, have: 0, drops: false },
      { state: questState.active, have: 0, drops: true },
      { state: questState.active, have: 4, drops: true },
      { state: questState.active, have: 5, drops: false },
      { state: questState.complete, have: 5, drops: false },
    ]
    for (const { state, have, drops } of cases) {
      const { small, hero, corpse, lies } = scene('clover-beetle')
      const log = small.edit(QuestLog)
      log.setAt(hero, 'quest', 7, state === questState.empty ? 0 : lacquer.id)
      log.setAt(hero, 'state', 7, state)
      log.setAt(hero, 'have', 7 * 4, have)
      small.kill(corpse, hero)
      small.step()
      expect(lies().items[0]).toBe(drops ? SHELL : 0)
    }
  })

  it('characters leave no corpse of this kind', () => {
    const { small, hero } = scene()
    small.kill(hero, 0)
    small.step()
    expect(small.world.entities.has(hero, Loot)).toBe(false)
  })

  it('rolls the same again from the same seed', () => {
    const roll = (seed: number): string => {
      const small = new SmallWorld([loot], { seed })
      const hero = small.character()
      for (let i = 0; i < 20; i += 1) small.kill(small.creature('bristle-hare'), hero)
      small.step()
      return small.world.stateHash()
    }
    expect(roll(1)).toBe(roll(1))
    expect(roll(1)).not.toBe(roll(2))
  })
})

describe('loot.open', () => {
  it('shows what lies there', () => {
    const { small, hero, corpse } = opened()
    const items = [
      { index: 0, item: PELT, count: 1 },
      { index: 1, item: HARE_PELT, count: 2 },
    ]
    expect(small.toldOf(hero, LootOpened)).toEqual([{ corpse: small.entity(corpse), revision: 0, gold: GOLD, items }])
    expect(small.column(Looting, 'corpse')[hero]).toBe(small.entity(corpse))
  })

  it('is refused to others, from afar, to who cannot act, and for what is no corpse', () => {
    const { small, hero, corpse } = scene()
    const other = small.character()
    const entity = small.entity(corpse)
    expect(small.now(hero, LootOpen, { corpse: entity })).toBe('noSuchTarget')
    small.kill(corpse, hero)
    small.step()
    expect(small.now(other, LootOpen, { corpse: entity })).toBe('notYours')
    expect(small.now(hero, LootOpen, { corpse: 0 })).toBe('noSuchTarget')
    small.move(hero, 1006, 1000)
    expect(small.now(hero, LootOpen, { corpse: entity })).toBe('outOfRange')
    small.move(hero, 1005, 1000)
    small.setFlags(hero, flag.ghost)
    expect(small.now(hero, LootOpen, { corpse: entity })).toBe('dead')
    small.setFlags(hero, flag.stunned)
    expect(small.now(hero, LootOpen, { corpse: entity })).toBe('stunned')
    small.setFlags(hero, 0)
    expect(small.now(hero, LootOpen, { corpse: entity })).toBe('ok')
  })
})

describe('loot.take', () => {
  it('stores the item, raises the revision and tells both', () => {
    const { small, hero, corpse, held, lies } = opened()
    expect(small.now(hero, LootTake, { revision: 0, itemIndex: 1 })).toBe('ok')
    expect(held(HARE_PELT)).toBe(2)
    expect(lies().items).toEqual([PELT, 0, 0, 0, 0, 0])
    const items = [{ index: 0, item: PELT, count: 1 }]
    expect(small.toldOf(hero, LootChanged)).toEqual([{ corpse: small.entity(corpse), revision: 1, gold: GOLD, items }])
    expect(small.seenOf(ItemGained)).toEqual([{ character: small.entity(hero), item: HARE_PELT, count: 2 }])
    expect(small.resource(CountersResource).get('loots')).toBe(1)
    expect(small.resource(CountersResource).get('itemsGained')).toBe(2)
  })

  it('double take in one tick stores once: the second names a revision that has passed', () => {
    const { small, hero, held } = opened()
    const first = small.ask(hero, LootTake, { revision: 0, itemIndex: 0 })
    const second = small.ask(hero, LootTake, { revision: 0, itemIndex: 0 })
    small.step()
    expect([first.code, second.code]).toEqual(['ok', 'stale'])
    expect(held(PELT)).toBe(1)
    expect(small.seenOf(ItemGained)).toHaveLength(1)
  })

  it('double take with the new revision stores once: the second was done before', () => {
    const { small, hero, held } = opened()
    const first = small.ask(hero, LootTake, { revision: 0, itemIndex: 0 })
    const second = small.ask(hero, LootTake, { revision: 1, itemIndex: 0 })
    small.step()
    expect([first.code, second.code]).toEqual(['ok', 'alreadyDone'])
    expect(held(PELT)).toBe(1)
    expect(small.resource(CountersResource).get('loots')).toBe(1)
  })

  it('leaves what finds no room, and gives it when there is some', () => {
    const { small, hero, held, lies } = opened()
    small.fillBag(hero, SHELL, content.rates.bagSlots)
    expect(small.now(hero, LootTake, { revision: 0, itemIndex: 1 })).toBe('bagFull')
    expect(lies().items).toEqual([PELT, HARE_PELT, 0, 0, 0, 0])
    expect(held(HARE_PELT)).toBe(0)
    expect(small.seenOf(ItemGained)).toEqual([])
    small.putStack(hero, 5, 0, 0)
    expect(small.now(hero, LootTake, { revision: 0, itemIndex: 1 })).toBe('ok')
    expect(held(HARE_PELT)).toBe(2)
  })

  it('is refused with nothing open, an index that cannot be, and to who cannot act', () => {
    const { small, hero } = opened()
    const other = small.character()
    expect(small.now(other, LootTake, { revision: 0, itemIndex: 0 })).toBe('noSuchTarget')
    expect(small.now(hero, LootTake, { revision: 0, itemIndex: 6 })).toBe('noSuchTarget')
    small.setFlags(hero, flag.dead)
    expect(small.now(hero, LootTake, { revision: 0, itemIndex: 0 })).toBe('dead')
    small.setFlags(hero, flag.feared)
    expect(small.now(hero, LootTake, { revision: 0, itemIndex: 0 })).toBe('feared')
  })

  it('out of reach closes the corpse', () => {
    const { small, hero, corpse } = opened()
    small.move(hero, 1100, 1000)
    expect(small.now(hero, LootTake, { revision: 0, itemIndex: 0 })).toBe('outOfRange')
    small.move(hero, 1000, 1000)
    expect(small.now(hero, LootTake, { revision: 0, itemIndex: 0 })).toBe('noSuchTarget')
    expect(small.now(hero, LootOpen, { corpse: small.entity(corpse) })).toBe('ok')
    expect(small.now(hero, LootTake, { revision: 0, itemIndex: 0 })).toBe('ok')
  })
})

describe('loot.takeGold', () => {
  it('twice in one tick pays once', () => {
    const { small, hero, lies } = opened()
    const first = small.ask(hero, LootTakeGold, {})
    const second = small.ask(hero, LootTakeGold, {})
    small.step()
    expect([first.code, second.code]).toEqual(['ok', 'alreadyDone'])
    expect([small.gold(hero), lies().gold]).toEqual([GOLD, 0])
    expect(small.toldOf(hero, LootChanged).map((told) => [told.revision, told.gold])).toEqual([[1, 0]])
  })

  it('leaves it when the purse cannot hold it', () => {
    const { small, hero, lies } = opened()
    const full = content.rates.goldMax - GOLD + 1
    small.edit(Purse).set(hero, 'gold', full)
    expect(small.now(hero, LootTakeGold, {})).toBe('limit')
    expect([small.gold(hero), lies().gold]).toEqual([full, GOLD])
    small.edit(Purse).set(hero, 'gold', full - 1)
    expect(small.now(hero, LootTakeGold, {})).toBe('ok')
    expect(small.gold(hero)).toBe(content.rates.goldMax)
  })
})

describe('an emptied corpse', () => {
  it('does not sparkle, and goes after its short time', () => {
    const { small, hero, corpse, lootable } = opened()
    small.ask(hero, LootTake, { revision: 0, itemIndex: 0 })
    small.ask(hero, LootTake, { revision: 1, itemIndex: 1 })
    small.step()
    expect(lootable()).toBe(true)
    expect(small.now(hero, LootTakeGold, {})).toBe('ok')
    expect(lootable()).toBe(false)
    const entity = small.entity(corpse)
    const wait = (content.rates.corpseEmptyMs * TICK_HZ) / 1000
    small.step(wait - 1)
    expect(small.world.entities.slotOf(entity)).toBe(corpse)
    small.step()
    expect(small.world.entities.slotOf(entity)).toBe(0)
    expect(small.now(hero, LootTakeGold, {})).toBe('noSuchTarget')
    expect(small.column(Looting, 'corpse')[hero]).toBe(0)
  })

  it('release, open and take of one tick keep their order', () => {
    const { small, hero, corpse } = opened()
    const replies = [
      small.ask(hero, LootRelease, {}),
      small.ask(hero, LootTakeGold, {}),
      small.ask(hero, LootRelease, {}),
      small.ask(hero, LootOpen, { corpse: small.entity(corpse) }),
      small.ask(hero, LootTakeGold, {}),
    ]
    small.step()
    expect(replies.map((reply) => reply.code)).toEqual(['ok', 'noSuchTarget', 'alreadyDone', 'ok', 'ok'])
  })

  it('a full one goes after its long time', () => {
    const { small, corpse } = opened()
    const entity = small.entity(corpse)
    small.step((content.rates.corpseFullMs * TICK_HZ) / 1000 - 2)
    expect(small.world.entities.slotOf(entity)).toBe(corpse)
    small.step()
    expect(small.world.entities.slotOf(entity)).toBe(0)
  })

  it('at the limit makes nobody go who lives, though called for a while', () => {
    const small = new SmallWorld([loot], { content: rigged })
    Object.assign(small.resource(SpawnsResource), { count: 0 })
    const called = Array.from({ length: 66 }, () => {
      const creature = small.creature('bristle-hare')
      small.world.commands.add(creature, Decay)
      small.world.commandBuffer.flush()
      small.column(Decay, 'atTick')[creature] = 5
      return creature
    })
    const here = (): number => called.filter((creature) => small.world.entities.alive[creature] === 1).length
    small.kill(called[0], 0)
    small.step(4)
    expect(here()).toBe(66)
    small.step(2)
    expect(here()).toBe(1)
  })

  it('at the limit the oldest goes: the one whose time would have come first', () => {
    const small = new SmallWorld([loot], { content: rigged })
    const hero = small.character()
    // A world without spawn points keeps 64.
    Object.assign(small.resource(SpawnsResource), { count: 0 })
    const corpses = Array.from({ length: 66 }, () => {
      const corpse = small.creature('bristle-hare')
      small.kill(corpse, hero)
      small.step()
      return corpse
    })
    small.step()
    const left = corpses.filter((corpse) => small.world.entities.alive[corpse] === 1)
    expect(left).toEqual(corpses.slice(2))
  })
})
