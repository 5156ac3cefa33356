import { describe, expect, it } from 'vitest'
import { CreatureMind, creatureState } from '../../components/creature.js'
import { flag, Status } from '../../components/status.js'
import { CombatAttack } from '../../protocol/combat.js'
import type { Slot } from '../../src/ecs/entities.js'
import { PACK_RADIUS_M, placeSpawns } from '../../systems/content/placement.js'
import type { Content } from '../../systems/content/types.js'
import { CountersResource } from '../../systems/counters.js'
import { PACK_HELP_M } from '../../systems/creature-rules.js'
import { Spawns, SpawnsResource } from '../../systems/spawn-table.js'
import { Arena, content, plainBlows } from './arena.js'

/** The same areas, but everybody lives in packs of three. */
const inPacks: Content = { ...plainBlows, spawns: plainBlows.spawns.map((area) => ({ ...area, pack: 3 })) }

describe('packs', () => {
  it('stand together in their area, three by three, and the rest of an area as a smaller one', () => {
    const table = placeSpawns(inPacks, 7)
    expect(placeSpawns(inPacks, 7)).toEqual(table)
    const sizes = new Map<number, number>()
    for (let i = 0; i < table.count; i += 1) {
      const area = inPacks.spawns[table.areaIndex[i]]
      const first = table.pack[i] - 1
      sizes.set(first, (sizes.get(first) ?? 0) + 1)
      expect(table.areaIndex[first]).toBe(table.areaIndex[i])
      expect(Math.hypot(table.x[i] - area.x, table.z[i] - area.z)).toBeLessThan(area.radiusM + 0.001)
      expect(Math.hypot(table.x[i] - table.x[first], table.z[i] - table.z[first])).toBeLessThan(2 * PACK_RADIUS_M + 0.001)
    }
    for (const [first, size] of sizes) {
      const { count } = inPacks.spawns[table.areaIndex[first]]
      expect([3, count % 3]).toContain(size)
    }
  })

  it('of one are none', () => {
    const alone: Content = { ...content, spawns: content.spawns.map((area) => ({ ...area, pack: 1 })) }
    expect(placeSpawns(alone, 7).pack.every((pack) => pack === 0)).toBe(true)
    const spawns = new Spawns(placeSpawns(alone, 7), 30)
    const others: number[] = []
    for (let i = 0; i < 30; i += 1) spawns.eachOfPack(i, (other) => others.push(other))
    expect(others).toEqual([])
  })

  it('know their own, in a world of as many creatures as content has places, of fewer and of more', () => {
    const table = placeSpawns(inPacks, 7)
    for (const count of [table.count, 100, 2 * table.count]) {
      const spawns = new Spawns(table, count)
      for (const index of [0, 1, 2, 3, 50, count - 1]) {
        const others: number[] = []
        spawns.eachOfPack(index, (other) => others.push(other))
        const expected = Array.from({ length: count }, (_, i) => i).filter(
          (i) => i !== index && spawns.pack[i] === spawns.pack[index],
        )
        expect(others).toEqual(expected)
      }
    }
  })
})

describe('a pack', () => {
  /** A populated world, and the creatures of one whole pack in it that does not attack first. */
  function meet(): { arena: Arena; pack: Slot[]; hero: Slot } {
    const arena = new Arena({ content: inPacks, settings: { creatures: placeSpawns(inPacks, 7).count }, shadow: false })
    arena.step(20)
    const spawns = arena.world.resource(SpawnsResource)
    const first = spawns.pack.findIndex((pack, i) => {
      const isWhole = pack > 0 && spawns.pack[i + 1] === pack && spawns.pack[i + 2] === pack
      return isWhole && inPacks.creatures[spawns.creature[i]]?.aggroRadiusM === 0
    })
    const pack = [0, 1, 2].map((i) => arena.world.entities.slotOf(spawns.entity[first + i]))
    const { x, z } = arena.at(pack[0])
    const hero = arena.character({ x: x - 1, z })
    arena.setHealth(hero, 60_000)
    for (const slot of pack) arena.setHealth(slot, 5_000)
    return { arena, pack, hero }
  }
  const fighting = (arena: Arena, slots: readonly Slot[]): boolean[] =>
    slots.map((slot) => arena.column(CreatureMind, 'state')[slot] === creatureState.fight)

  it('fights as one: those within 25 m come when one is struck, and nobody else', () => {
    const { arena, pack, hero } = meet()
    arena.now(hero, CombatAttack, { target: arena.entity(pack[0]) })
    arena.step(3)
    expect(fighting(arena, pack)).toEqual([true, true, true])
    for (const slot of pack) expect(arena.target(slot)).toBe(arena.entity(hero))
    expect(arena.world.resource(CountersResource).get('packsCalled')).toBe(2)
    const spawns = arena.world.resource(SpawnsResource)
    let engaged = 0
    for (let i = 0; i < spawns.count; i += 1)
      if (fighting(arena, [arena.world.entities.slotOf(spawns.entity[i])])[0]) engaged += 1
    expect(engaged).toBe(3)
  })

  it('is not called from afar, nor from the dead', () => {
    const { arena, pack, hero } = meet()
    const { x, z } = arena.at(pack[0])
    // Who stands between would call it, too.
    arena.move(pack[1], x + 2 * PACK_HELP_M + 10, z)
    arena.column(Status, 'flags')[pack[2]] = flag.dead
    arena.now(hero, CombatAttack, { target: arena.entity(pack[0]) })
    arena.step(3)
    expect(fighting(arena, pack)).toEqual([true, false, false])
    expect(arena.world.resource(CountersResource).get('packsCalled')).toBe(0)
  })
})
