import { describe, expect, it } from 'vitest'
import { goal } from '../../../components/bot-mind.js'
import { questState } from '../../../components/quest-log.js'
import { flag } from '../../../components/status.js'
import { result } from '../../../protocol/result-codes.js'
import { content, keyed } from '../arena.js'
import { blankMind, FakeView, hare, ME, names } from './fake-view.js'

const healer = content.npcsByService.spiritHealer[0]

describe('a dead bot', () => {
  it('leaves its body', () => {
    const acts = new FakeView({ flags: flag.dead | flag.bot, health: 0 }).decide()
    expect(names(acts)).toEqual(['death.release'])
  })

  it('runs to its corpse as a ghost, waits for its time, and lives again', () => {
    const view = new FakeView({ flags: flag.ghost | flag.bot, health: 0, corpseX: 1_600, corpseZ: 1_500, reclaimTick: 1_500 })
    const [go] = view.decide()
    expect(go).toMatchObject({ opcode: { name: 'move.to' }, payload: { x: 1_600, z: 1_500 } })
    view.x = 1_598
    expect(view.decide()).toEqual([])
    view.tick = 1_500
    expect(names(view.decide())).toEqual(['death.reclaim'])
  })

  it('goes to a spirit healer after dying again and again', () => {
    const view = new FakeView({ flags: flag.ghost, health: 0, corpseX: 1_600, corpseZ: 1_500, recentDeaths: 3 })
    const [go] = view.decide()
    expect(names([go])).toEqual(['move.to'])
    const isHealer = content.npcsByService.spiritHealer.some((npc) => npc.x === go.payload.x && npc.z === go.payload.z)
    expect(isHealer).toBe(true)
    Object.assign(view, { x: Number(go.payload.x) + 1, z: go.payload.z })
    const npc = content.npcsByService.spiritHealer.find(({ x, z }) => x === go.payload.x && z === go.payload.z) ?? healer
    view.npcs = { [npc.id]: 0x100_222 }
    expect(view.decide()).toMatchObject([{ opcode: { name: 'death.spiritHealer' }, payload: { npc: 0x100_222 } }])
  })

  it('forgets whom it fought and what it meant to loot', () => {
    const mind = { ...blankMind(), target: 5, corpse: 6, goal: goal.quest }
    const view = new FakeView({ flags: flag.dead, mind })
    view.decide()
    expect(mind).toMatchObject({ target: 0, corpse: 0, goal: goal.revive })
  })
})

describe('a weary bot', () => {
  it('stands and rests until it is nearly whole', () => {
    const view = new FakeView({ health: 40, isMoving: true })
    expect(names(view.decide())).toEqual(['move.stop'])
    view.isMoving = false
    for (const health of [50, 70, 85]) {
      view.health = health
      expect(view.decide()).toEqual([])
      expect(view.mind.goal).toBe(goal.rest)
    }
    view.health = 95
    view.decideWithin(2)
    expect(view.mind.goal).not.toBe(goal.rest)
  })

  it('of a class with mana rests for that, too; of one with rage it does not', () => {
    const mage = keyed(content.classList, 'arcanist').id
    const tired = new FakeView({ classId: mage, power: 10 })
    expect(tired.decide()).toEqual([])
    expect(tired.mind.goal).toBe(goal.rest)
    const calm = new FakeView({ power: 0 })
    calm.decideWithin(2)
    expect(calm.mind.goal).not.toBe(goal.rest)
  })

  it('does not rest while something bites it', () => {
    const wolf = hare({ target: ME, health: 50 })
    const view = new FakeView({ health: 20, flags: flag.inCombat, attacker: wolf.entity, seen: [wolf] })
    expect(names(view.decide())).toContain('combat.attack')
    expect(view.mind.target).toBe(wolf.entity)
  })
})

describe('a fighting bot', () => {
  const inFight = (over: Partial<FakeView> = {}): FakeView =>
    new FakeView({ mind: { ...blankMind(), target: 0x100_777, untilTick: 2_000 }, seen: [hare()], ...over })

  it('goes there, attacks, and casts what it can', () => {
    const [blow] = keyed(content.classList, 'guardian').spells
    const view = inFight({ spells: [blow.spell], seen: [hare({ x: 1_520 })] })
    const first = names(view.decide())
    expect(first).toContain('move.follow')
    expect(first).toContain('combat.attack')
    Object.assign(view, { x: 1_518, following: 0x100_777, isMoving: true, target: 0x100_777 })
    expect(view.decide()).toMatchObject([{ opcode: { name: 'spell.cast' }, payload: { spell: blow.spell, target: 0x100_777 } }])
    view.power = 0
    expect(view.decide()).toEqual([])
    Object.assign(view, { power: 100, globalTick: view.tick + 1 })
    expect(view.decide()).toEqual([])
  })

  it('keeps its distance where its spells reach, and heals itself when it is badly hurt', () => {
    const mender = keyed(content.classList, 'mender')
    const [spark, brand, mending] = mender.spells.map(({ spell }) => spell)
    const view = inFight({ classId: mender.id, spells: [spark, brand, mending], seen: [hare({ x: 1_515, target: ME })] })
    expect(names(view.decide())).not.toContain('move.follow')
    let acts = view.decideWithin(3)
    for (let i = 0; i < 5 && !names(acts).includes('spell.cast'); i += 1) acts = view.decideWithin(3)
    expect(acts.find(({ opcode }) => opcode.name === 'spell.cast')?.payload).toMatchObject({ spell: brand, target: 0x100_777 })
    view.health = 30
    acts = view.decideWithin(3)
    expect(acts.find(({ opcode }) => opcode.name === 'spell.cast')?.payload).toMatchObject({ spell: mending, target: ME })
  })

  it('waits for its cast', () => {
    expect(inFight({ flags: flag.casting | flag.inCombat }).decide()).toEqual([])
  })

  it.each([
    ['another has the right to it', { tap: 0x100_005 }],
    ['it evades', { flags: flag.evading }],
    ['it is dead and another’s', { flags: flag.dead, tap: 0x100_005, health: 0 }],
  ])('lets go when %s', (_what, change) => {
    const view = inFight({ seen: [hare(change)], attacker: 0 })
    const acts = view.decide()
    expect(names(acts)).not.toContain('combat.attack')
    expect(view.mind.target).toBe(0)
    expect(view.mind.corpse).toBe(0)
    expect(view.mind.avoid).toBe(0x100_777)
  })

  it('defends itself even against what another struck first', () => {
    const view = inFight({ seen: [hare({ tap: 0x100_005, target: ME })] })
    expect(names(view.decide())).toContain('combat.attack')
  })

  it('lets go of what it cannot see any more, or never gets to', () => {
    const lost = inFight({ seen: [] })
    lost.decide()
    expect(lost.mind.target).toBe(0)
    const far = inFight({ seen: [hare({ x: 1_530 })] })
    far.tick = 2_001
    far.decide()
    expect(far.mind).toMatchObject({ target: 0, avoid: 0x100_777 })
  })
})

describe('a bot that has killed', () => {
  it('goes to the corpse, opens it, takes everything, and closes it', () => {
    const corpse = hare({ flags: flag.dead | flag.lootable, tap: ME, health: 0, x: 1_510 })
    const view = new FakeView({ mind: { ...blankMind(), target: corpse.entity, untilTick: 2_000 }, seen: [corpse] })
    expect(view.decide()).toMatchObject([{ opcode: { name: 'move.to' }, payload: { x: 1_510, z: 1_500 } }])
    expect(view.mind.corpse).toBe(corpse.entity)
    view.x = 1_508
    expect(view.decide()).toMatchObject([{ opcode: { name: 'loot.open' }, payload: { corpse: corpse.entity } }])
    Object.assign(view, { openCorpse: corpse.entity, lootGold: 5, loot: [0, 7, 0, 9], lootRevision: 0 })
    expect(names(view.decide())).toEqual(['loot.takeGold'])
    Object.assign(view, { lootGold: 0, lootRevision: 1 })
    expect(view.decide()).toMatchObject([{ opcode: { name: 'loot.take' }, payload: { revision: 1, itemIndex: 1 } }])
    Object.assign(view, { loot: [0, 0, 0, 9], lootRevision: 2 })
    expect(view.decide()).toMatchObject([{ opcode: { name: 'loot.take' }, payload: { revision: 2, itemIndex: 3 } }])
    // The last item taken, the corpse is not lootable any more.
    view.seen = [hare({ flags: flag.dead, tap: ME, health: 0, x: 1_510 })]
    view.loot = []
    expect(names(view.decide())).toEqual(['loot.release'])
    expect(view.mind.corpse).toBe(0)
  })

  it('sees to every corpse that a fight with several has left it, and leaves those of others', () => {
    const dead = { flags: flag.dead | flag.lootable, health: 0 }
    const second = hare({ ...dead, entity: 0x100_801, tap: ME, x: 1_505 })
    const strangers = hare({ ...dead, entity: 0x100_802, tap: 0x100_005, x: 1_503 })
    const emptied = hare({ flags: flag.dead, tap: ME, health: 0 })
    const view = new FakeView({
      mind: { ...blankMind(), corpse: emptied.entity, step: 1, untilTick: 2_000, gearTick: 9_000 },
      seen: [emptied, strangers, second],
      openCorpse: emptied.entity,
    })
    expect(names(view.decide())).toEqual(['loot.release'])
    expect(view.mind.corpse).toBe(second.entity)
    view.openCorpse = 0
    expect(view.decide()).toMatchObject([{ opcode: { name: 'move.to' }, payload: { x: 1_505 } }])
    view.seen = [emptied, strangers]
    view.decide()
    expect(view.mind.corpse).toBe(0)
  })

  it('with a full bag goes to sell, and throws nothing away', () => {
    const junk = content.itemList.filter((item) => item.kind === 'junk')
    const corpse = hare({ flags: flag.dead | flag.lootable, tap: ME, health: 0 })
    const view = new FakeView({
      mind: { ...blankMind(), corpse: corpse.entity, step: 1, untilTick: 2_000, gearTick: 9_000 },
      seen: [corpse],
      openCorpse: corpse.entity,
      loot: [3],
      lootGold: 4,
      refusedCode: result.bagFull,
      bag: Array.from({ length: 24 }, () => ({ item: junk[0].id, count: 20 })),
    })
    expect(names(view.decide())).toEqual(['loot.takeGold'])
    Object.assign(view, { lootGold: 0, refusedCode: 0 })
    expect(names(view.decide())).toEqual(['loot.release'])
    Object.assign(view, { openCorpse: 0, tick: view.tick + 5 })
    view.decide()
    expect(view.mind.goal).toBe(goal.shop)
    expect(content.npcs[view.mind.quest]?.services).toContain('vendor')
  })

  it('makes room by what is missed least when it cannot sell, never by what a quest asks for', () => {
    const collection = content.questList.find(({ objectives }) => objectives[0].kind === 'collect')
    const objective = collection?.objectives[0]
    const quest = objective?.kind === 'collect' ? content.items[objective.item] : undefined
    const junk = content.itemList.filter((item) => item.kind === 'junk').sort((a, b) => a.sellPrice - b.sellPrice)
    const corpse = hare({ flags: flag.dead | flag.lootable, tap: ME, health: 0 })
    const view = new FakeView({
      mind: { ...blankMind(), corpse: corpse.entity, step: 1, untilTick: 2_000, shopTick: 9_000, gearTick: 9_000 },
      quests: [{ quest: collection?.id ?? 0, state: questState.active }],
      seen: [corpse],
      openCorpse: corpse.entity,
      loot: [3],
      refusedCode: result.bagFull,
      bag: [
        { item: junk[1].id, count: 5 },
        { item: quest?.id ?? 0, count: 1 },
        { item: junk[0].id, count: 1 },
      ],
    })
    expect(quest).toBeDefined()
    expect(view.decide()).toMatchObject([{ opcode: { name: 'item.destroy' }, payload: { bagSlot: 2, count: 1 } }])
  })

  it('does not go on for ever about a corpse that it cannot empty', () => {
    const corpse = hare({ flags: flag.dead | flag.lootable, tap: ME, health: 0 })
    const view = new FakeView({ mind: { ...blankMind(), corpse: corpse.entity }, seen: [corpse] })
    for (let i = 0; i < 100 && view.mind.corpse !== 0; i += 1) {
      view.decide()
      view.tick += 5
    }
    expect(view.mind.corpse).toBe(0)
  })
})
