import { describe, expect, it } from 'vitest'
import { Bag } from '../../components/bag.js'
import { Death } from '../../components/death.js'
import { EQUIP_SLOTS, Equipment } from '../../components/equipment.js'
import { Loot } from '../../components/loot.js'
import { Motion } from '../../components/motion.js'
import { flag, Status } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import { ChatSay } from '../../protocol/chat.js'
import { CombatAttack, CombatDied } from '../../protocol/combat.js'
import { DeathAcceptResurrect, DeathReclaim, DeathRelease, DeathSpiritHealer } from '../../protocol/death.js'
import { ItemDestroy } from '../../protocol/item.js'
import { LootOpen, LootRelease, LootTake, LootTakeGold } from '../../protocol/loot.js'
import { MoveTo } from '../../protocol/move.js'
import { QuestAbandon, QuestAccept, QuestChooseReward, QuestComplete, QuestList } from '../../protocol/quest.js'
import { SpellCast } from '../../protocol/spell.js'
import type { Slot } from '../../src/ecs/entities.js'
import type { ToServer } from '../../src/protocol/opcode.js'
import { isOffered, nearestGraveyard, OFFER_MS, reclaimDelayMs } from '../../systems/death-rules.js'
import { SpawnsResource } from '../../systems/spawn-table.js'
import { Arena, content, FIELD, keyed, TICK_HZ } from './arena.js'

const { rates, zone } = content
const inTicks = (ms: number): number => (ms * TICK_HZ) / 1_000

/** A character that something kills in the next tick but one. */
function kill(arena: Arena, slot: Slot): void {
  const { x, z } = arena.at(slot)
  const wolf = arena.dummy({ x: x - 1, z })
  arena.face(wolf, 0)
  arena.setHealth(slot, 1)
  expect(arena.now(wolf, CombatAttack, { target: arena.entity(slot) })).toBe('ok')
  expect(arena.has(slot, flag.dead)).toBe(true)
  arena.despawn(wolf)
}

function ghostIn(arena: Arena, slot: Slot): void {
  kill(arena, slot)
  expect(arena.now(slot, DeathRelease, {})).toBe('ok')
}

const healer = keyed(content.npcList, content.npcsByService.spiritHealer[0].key)
const healerEntity = (arena: Arena): number => arena.world.resource(SpawnsResource).npcEntity[healer.id]

describe('dying', () => {
  it('ends fight, path and cast, and notes where', () => {
    const arena = new Arena()
    const hero = arena.character()
    const dummy = arena.dummy({ x: FIELD.x + 10 })
    arena.now(hero, CombatAttack, { target: arena.entity(dummy) })
    arena.now(hero, MoveTo, { x: FIELD.x + 100, z: FIELD.z })
    kill(arena, hero)
    const { x, z } = arena.at(hero)
    expect(arena.flags(hero)).toBe(flag.dead)
    expect(arena.health(hero)).toBe(0)
    expect(arena.target(hero)).toBe(0)
    expect(arena.column(Death, 'corpseX')[hero]).toBe(x)
    expect(arena.column(Death, 'corpseZ')[hero]).toBe(z)
    arena.step(20)
    expect(arena.at(hero)).toEqual({ x, z })
    expect(arena.health(hero)).toBe(0)
    expect(arena.shownOf(CombatDied)).toHaveLength(1)
  })
})

describe('releasing', () => {
  it('makes a ghost at the nearest graveyard, faster than the living', () => {
    const arena = new Arena()
    const hero = arena.character({ x: 1_300, z: 990 })
    expect(arena.now(hero, DeathRelease, {})).toBe('alreadyDone')
    ghostIn(arena, hero)
    expect(arena.at(hero)).toEqual(nearestGraveyard(zone.graveyards, 1_300, 990))
    expect(arena.flags(hero)).toBe(flag.ghost)
    expect(arena.column(Motion, 'speedMps')[hero]).toBe(rates.ghostSpeedMps)
    expect(arena.now(hero, DeathRelease, {})).toBe('alreadyDone')
  })

  it('goes to the nearest graveyard from anywhere', () => {
    for (const [x, z] of [
      [0, 0],
      [1_999, 1_999],
      [1_000, 1_330],
      [700, 1_000],
    ]) {
      const best = nearestGraveyard(zone.graveyards, x, z)
      for (const other of zone.graveyards)
        expect(Math.hypot(best.x - x, best.z - z)).toBeLessThanOrEqual(Math.hypot(other.x - x, other.z - z))
    }
  })
})

describe('reclaiming', () => {
  it('needs the corpse near and its time past, and gives half of the health', () => {
    const arena = new Arena()
    const hero = arena.character({ classKey: 'arcanist', level: 5 })
    expect(arena.now(hero, DeathReclaim, {})).toBe('alreadyDone')
    kill(arena, hero)
    const diedTick = arena.tick
    expect(arena.now(hero, DeathReclaim, {})).toBe('dead')
    arena.now(hero, DeathRelease, {})
    expect(arena.now(hero, DeathReclaim, {})).toBe('outOfRange')
    arena.move(hero, FIELD.x + rates.reclaimRangeM + 0.1, FIELD.z)
    expect(arena.now(hero, DeathReclaim, {})).toBe('outOfRange')
    arena.move(hero, FIELD.x + rates.reclaimRangeM - 0.1, FIELD.z)
    expect(arena.now(hero, DeathReclaim, {})).toBe('notReady')
    arena.step(diedTick + inTicks(rates.reclaimDelayMs[0]) - arena.tick - 1)
    expect(arena.tick).toBeLessThan(diedTick + 600)
    expect(arena.now(hero, DeathReclaim, {})).toBe('ok')
    expect(arena.tick).toBe(diedTick + 600)
    expect(arena.flags(hero)).toBe(0)
    const { health, healthMax, power, powerMax } = arena.world.columns(Vitals)
    expect(health[hero]).toBeGreaterThanOrEqual(Math.floor(healthMax[hero] / 2))
    expect(health[hero]).toBeLessThan(healthMax[hero] * 0.6)
    expect(power[hero]).toBeLessThan(powerMax[hero] * 0.6)
    expect(arena.column(Motion, 'speedMps')[hero]).toBe(rates.runSpeedMps)
    for (const field of ['corpseX', 'corpseZ', 'corpseZone', 'reclaimTick']) expect(arena.column(Death, field)[hero]).toBe(0)
  })

  it('takes 30, 60, 120 s for deaths in a row, and 30 again after a quiet time', () => {
    const arena = new Arena()
    const hero = arena.character()
    const waits: number[] = []
    const dieAndReturn = (): void => {
      ghostIn(arena, hero)
      const diedTick = arena.column(Death, 'diedTick')[hero]
      waits.push((arena.column(Death, 'reclaimTick')[hero] - diedTick) / TICK_HZ)
      arena.move(hero, FIELD.x, FIELD.z)
      arena.until(() => arena.now(hero, DeathReclaim, {}) === 'ok', 2_500, 'the return')
    }
    for (let i = 0; i < 4; i += 1) dieAndReturn()
    arena.step(inTicks(rates.reclaimRepeatMs) + 1)
    dieAndReturn()
    expect(waits).toEqual([30, 60, 120, 120, 30])
  })

  it('has its delays by the number of deaths', () => {
    expect([1, 2, 3, 4, 200].map((recent) => reclaimDelayMs([30, 60, 120], recent))).toEqual([30, 60, 120, 120, 120])
    expect(reclaimDelayMs([], 1)).toBe(0)
  })
})

describe('a spirit healer', () => {
  it('brings a ghost back at once, who stands by him', () => {
    const arena = new Arena()
    const hero = arena.character()
    const npc = healerEntity(arena)
    expect(arena.now(hero, DeathSpiritHealer, { npc })).toBe('alreadyDone')
    kill(arena, hero)
    expect(arena.now(hero, DeathSpiritHealer, { npc })).toBe('dead')
    arena.now(hero, DeathRelease, {})
    arena.move(hero, healer.x + rates.interactRangeM + 0.1, healer.z)
    expect(arena.now(hero, DeathSpiritHealer, { npc })).toBe('outOfRange')
    arena.move(hero, healer.x + 2, healer.z)
    expect(arena.now(hero, DeathSpiritHealer, { npc: 0 })).toBe('noSuchTarget')
    expect(arena.now(hero, DeathSpiritHealer, { npc: arena.entity(hero) })).toBe('noSuchTarget')
    const other = content.npcList.find((kind) => !kind.services.includes('spiritHealer'))
    const otherNpc = arena.world.resource(SpawnsResource).npcEntity[other?.id ?? 0]
    expect(arena.now(hero, DeathSpiritHealer, { npc: otherNpc })).toBe('notOffered')
    expect(arena.now(hero, DeathSpiritHealer, { npc })).toBe('ok')
    expect(arena.flags(hero)).toBe(0)
    expect(arena.at(hero)).toEqual({ x: healer.x + 2, z: healer.z })
  })
})

describe('a spirit healer’s price', () => {
  it('is a good part of the durability of all that is worn, beside what the death took', () => {
    const arena = new Arena()
    const hero = arena.character()
    const worn = content.itemList.filter((kind) => kind.slot !== undefined && kind.durabilityMax > 0).slice(0, 2)
    expect(worn).toHaveLength(2)
    worn.forEach((kind, i) => {
      arena.edit(Equipment).setAt(hero, 'item', i, kind.id)
      arena.edit(Equipment).setAt(hero, 'durability', i, i === 0 ? kind.durabilityMax : 1)
    })
    ghostIn(arena, hero)
    arena.step()
    const durability = (): number[] => [0, 1].map((i) => arena.column(Equipment, 'durability')[hero * EQUIP_SLOTS + i])
    const before = durability()
    arena.move(hero, healer.x + 2, healer.z)
    expect(arena.now(hero, DeathSpiritHealer, { npc: healerEntity(arena) })).toBe('ok')
    const cost = Math.floor(worn[0].durabilityMax * rates.durability.healerFraction + 0.5)
    expect(cost).toBeGreaterThan(0)
    expect(durability()).toEqual([before[0] - cost, 0])
  })
})

describe('an offer to come back to life', () => {
  function offer(arena: Arena, hero: Slot, fraction: number): void {
    arena.edit(Death).set(hero, 'offeredTick', arena.tick)
    arena.edit(Death).set(hero, 'offeredHealth', fraction)
  }

  it('is accepted by the dead and by ghosts, where the body lies', () => {
    for (const isGhost of [false, true]) {
      const arena = new Arena()
      const hero = arena.character()
      expect(arena.now(hero, DeathAcceptResurrect, {})).toBe('alreadyDone')
      kill(arena, hero)
      if (isGhost) arena.now(hero, DeathRelease, {})
      expect(arena.now(hero, DeathAcceptResurrect, {})).toBe('notOffered')
      offer(arena, hero, 0.3)
      expect(arena.now(hero, DeathAcceptResurrect, {})).toBe('ok')
      expect(arena.flags(hero)).toBe(0)
      expect(arena.at(hero)).toEqual({ x: FIELD.x, z: FIELD.z })
      const max = arena.column(Vitals, 'healthMax')[hero]
      expect(arena.health(hero)).toBeGreaterThanOrEqual(Math.floor(max * 0.3))
      // It may recover in the same tick.
      expect(arena.health(hero)).toBeLessThan(max * 0.35)
      expect(arena.column(Motion, 'speedMps')[hero]).toBe(rates.runSpeedMps)
      // It was for that death alone.
      kill(arena, hero)
      expect(arena.now(hero, DeathAcceptResurrect, {})).toBe('notOffered')
    }
  })

  it.each([
    [0, 100, false],
    [100, 100, true],
    [100, 100 + inTicks(OFFER_MS), true],
    [100, 101 + inTicks(OFFER_MS), false],
    [100, 99, false],
  ])('of tick %i stands in tick %i: %s', (offeredTick, tick, stands) => {
    expect(isOffered(offeredTick, tick, TICK_HZ)).toBe(stands)
  })
})

describe('the dead and ghosts', () => {
  const deeds = (
    arena: Arena,
    dummy: Slot,
    corpse: Slot,
  ): readonly (readonly [ToServer, Readonly<Record<string, unknown>>])[] => {
    const giver = arena.world.resource(SpawnsResource).npcEntity[content.questList[0].giver]
    return [
      [CombatAttack, { target: arena.entity(dummy) }],
      [SpellCast, { spell: content.classList[0].spells[0].spell, target: arena.entity(dummy), x: 0, z: 0 }],
      [LootOpen, { corpse: arena.entity(corpse) }],
      [LootTake, { revision: 0, itemIndex: 0 }],
      [LootTakeGold, {}],
      [LootRelease, {}],
      [ItemDestroy, { bagSlot: 0, count: 1 }],
      [QuestAccept, { giver, quest: content.questList[0].id }],
      [QuestComplete, { giver, quest: content.questList[0].id }],
      [QuestChooseReward, { giver, quest: content.questList[0].id, choice: 0 }],
      [QuestAbandon, { quest: content.questList[0].id }],
      [QuestList, { giver }],
      [ChatSay, { text: 'boo' }],
    ]
  }

  it.each([
    ['dead', flag.dead],
    ['a ghost', flag.ghost],
  ])('do nothing but see, move and return: %s', (_what, state) => {
    const arena = new Arena()
    const hero = arena.character()
    const dummy = arena.dummy({ x: FIELD.x + 2 })
    const corpse = arena.creature('bristle-hare', { x: FIELD.x + 1 })
    arena.world.commands.add(corpse, Loot)
    arena.world.commandBuffer.flush()
    arena.column(Status, 'flags')[corpse] = flag.dead | flag.lootable
    arena.column(Status, 'tap')[corpse] = arena.entity(hero)
    arena.column(Loot, 'gold')[corpse] = 10
    arena.edit(Bag).setAt(hero, 'item', 0, 1)
    arena.edit(Bag).setAt(hero, 'count', 0, 1)
    arena.column(Status, 'flags')[hero] = state
    for (const [opcode, payload] of deeds(arena, dummy, corpse))
      expect(arena.now(hero, opcode, payload as never), opcode.name).toBe('dead')
    expect(arena.health(dummy)).toBe(60_000)
    expect(arena.column(Bag, 'count')[hero * 24]).toBe(1)
    expect(arena.column(Loot, 'gold')[corpse]).toBe(10)
    expect(arena.now(hero, MoveTo, { x: FIELD.x + 5, z: FIELD.z })).toBe(state === flag.ghost ? 'ok' : 'dead')
  })

  it('are no target, and recover nothing', () => {
    const arena = new Arena()
    const hero = arena.character()
    const dummy = arena.dummy({ x: FIELD.x + 2 })
    for (const state of [flag.dead, flag.ghost]) {
      arena.column(Status, 'flags')[hero] = state
      arena.column(Vitals, 'health')[hero] = 1
      expect(arena.now(dummy, CombatAttack, { target: arena.entity(hero) })).toBe('dead')
      arena.step(40)
      expect(arena.health(hero)).toBe(1)
    }
  })
})
