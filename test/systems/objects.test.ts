import { describe, expect, it } from 'vitest'
import { Kind, kindType } from '../../components/kind.js'
import { Position } from '../../components/motion.js'
import { questState } from '../../components/quest-log.js'
import { flag } from '../../components/status.js'
import { ObjectClick } from '../../protocol/object.js'
import type { Entity, Slot } from '../../src/ecs/entities.js'
import { distance } from '../../src/ecs/maths.js'
import { objectCount, placeObjects } from '../../systems/content/object-placement.js'
import { CountersResource } from '../../systems/counters.js'
import { ItemGained } from '../../systems/events.js'
import { ObjectsResource } from '../../systems/object-table.js'
import { objects as objectsSystem } from '../../systems/objects.js'
import { HORN, questOf, scene } from './quest-scene.js'
import { content, keyed, TICK_HZ } from './small-world.js'

const quest = questOf('thyme-for-the-winter')
const thyme = keyed(content.objectList, 'wild-thyme')
const SPRIG = keyed(content.itemList, 'thyme-sprig').id
const respawnTicks = (thyme.respawnMs * TICK_HZ) / 1000

/** The quest's giver, a hero who has taken it, and the objects, of which the first is at hand. */
function meadow() {
  const all = scene(quest, 1, [objectsSystem])
  const { small, hero } = all
  expect(all.accept()).toBe('ok')
  const table = small.resource(ObjectsResource)
  const at = (point: number): Entity => table.entity[point]
  const goTo = (slot: Slot, point: number): void => small.move(slot, table.table.x[point], table.table.z[point])
  const click = (point: number, slot = hero): string | undefined => small.now(slot, ObjectClick, { entity: at(point) })
  goTo(hero, 0)
  return { ...all, table, at, goTo, click }
}

describe('objects', () => {
  it('stand where their places are, the same for a seed and others for another', () => {
    const table = placeObjects(content, 7)
    expect(placeObjects(content, 7)).toEqual(table)
    expect(placeObjects(content, 8).x).not.toEqual(table.x)
    expect(table.count).toBe(objectCount(content))
    let point = 0
    for (const kind of content.objectList) {
      for (const place of kind.places) {
        for (let i = 0; i < place.count; i += 1, point += 1) {
          expect(table.object[point]).toBe(kind.id)
          expect(distance(table.x[point], table.z[point], place.x, place.z)).toBeLessThanOrEqual(place.radiusM + 0.001)
        }
      }
    }
  })

  it('are entities of their own type, with their id as look', () => {
    const { small, at, table } = meadow()
    expect(table.empty).toBe(0)
    const slot = small.world.entities.slotOf(at(0))
    expect([small.column(Kind, 'type')[slot], small.column(Kind, 'look')[slot]]).toEqual([kindType.object, thyme.id])
    expect(small.column(Position, 'x')[slot]).toBe(table.table.x[0])
  })
})

describe('object.click', () => {
  it('gives the item, takes the object away, counts for the quest, and the object comes back', () => {
    const { small, hero, at, click, held, have, table } = meadow()
    const before = at(0)
    expect(click(0)).toBe('ok')
    small.step()
    expect([held(SPRIG), have(), at(0), small.world.entities.slotOf(before)]).toEqual([1, 1, 0, 0])
    expect(small.seenOf(ItemGained)).toEqual([{ character: small.entity(hero), item: SPRIG, count: 1 }])
    expect(small.resource(CountersResource).all()).toMatchObject({ objectsOpened: 1, itemsGained: 1 })
    expect(small.now(hero, ObjectClick, { entity: before })).toBe('noSuchTarget')
    small.step(respawnTicks - 4)
    expect(at(0)).toBe(0)
    small.step(4)
    expect(at(0)).not.toBe(0)
    expect(at(0)).not.toBe(before)
    expect(table.empty).toBe(0)
  })

  it('of two in one tick is answered to one; the other has nothing', () => {
    const { small, hero, at, goTo, held } = meadow()
    const other = small.character()
    goTo(other, 0)
    const replies = [
      small.ask(hero, ObjectClick, { entity: at(0) }),
      small.ask(hero, ObjectClick, { entity: at(0) }),
      small.ask(other, ObjectClick, { entity: at(0) }),
    ]
    small.step(2)
    expect(replies.map((reply) => reply.code)).toEqual(['ok', 'alreadyDone', 'alreadyDone'])
    expect(held(SPRIG)).toBe(1)
    expect(small.resource(CountersResource).get('objectsOpened')).toBe(1)
  })

  it('is refused to a full bag, and nothing is lost', () => {
    const { small, hero, click, at, held } = meadow()
    small.fillBag(hero, HORN, content.rates.bagSlots)
    const before = at(0)
    expect(click(0)).toBe('bagFull')
    expect([at(0), held(SPRIG)]).toEqual([before, 0])
    small.putStack(hero, 3, 0, 0)
    expect(click(0)).toBe('ok')
    expect(held(SPRIG)).toBe(1)
  })

  it('opens for those who need it only, and for no more than they need', () => {
    const { small, hero, click, goTo, held, state } = meadow()
    const other = small.character()
    goTo(other, 0)
    expect(click(0, other)).toBe('notOffered')
    for (let point = 0; point < 6; point += 1) {
      goTo(hero, point)
      expect(click(point)).toBe('ok')
    }
    small.step()
    expect([held(SPRIG), state()]).toEqual([6, questState.complete])
    goTo(hero, 6)
    expect(click(6)).toBe('alreadyDone')
  })

  it('counts what is in the bag at that moment: six in one tick for the last one needed give one', () => {
    const { small, hero, at, goTo, held } = meadow()
    small.putStack(hero, 0, SPRIG, 5)
    small.emit(ItemGained, { character: small.entity(hero), item: SPRIG, count: 5 })
    small.step()
    goTo(hero, 0)
    const near = [0, 1, 2].map((point) => {
      small.move(small.world.entities.slotOf(at(point)), small.column(Position, 'x')[hero], small.column(Position, 'z')[hero])
      return small.ask(hero, ObjectClick, { entity: at(point) })
    })
    small.step()
    expect(near.map((reply) => reply.code)).toEqual(['ok', 'alreadyDone', 'alreadyDone'])
    expect(held(SPRIG)).toBe(6)
  })

  it('is refused from afar, to the dead, and for what is no object', () => {
    const { small, hero, npc, click } = meadow()
    small.setFlags(hero, flag.ghost)
    expect(click(0)).toBe('dead')
    small.setFlags(hero, 0)
    for (const entity of [0, npc, small.entity(hero), 4_000_000_000])
      expect(small.now(hero, ObjectClick, { entity })).toBe('noSuchTarget')
    small.move(hero, 500, 500)
    expect(click(0)).toBe('outOfRange')
  })
})
