import { Decay, LOOT_ITEMS_MAX, Loot } from '../../components/loot.js'
import { Status } from '../../components/status.js'
import type { World } from '../../src/ecs/world.js'
import { PresenceResource } from '../../src/net/presence.js'
import type { Moved } from '../../systems/ledger.js'
import { must } from './finding.js'

/** What lay in a corpse, and the character who has the right to it: 0 is a bot. */
interface Seen {
  readonly owner: number
  gold: number
  readonly item: number[]
  readonly count: number[]
}

type Sums = Map<string, number>
const GOLD = 0
const add = (sums: Sums, owner: number, item: number, count: number): void => {
  const key = `item ${item} for character ${owner}`
  sums.set(key, (sums.get(key) ?? 0) + count)
}

/** Looks into every corpse after every tick: what lies there only ever becomes less, and what is gone is what was taken, by its owner. */
export class Corpses {
  private seen = new Map<number, Seen>()

  afterTick(world: World, rows: readonly Moved[]): void {
    const slots = world.entities.query([Decay, Loot])
    const before = this.seen
    if (slots.length === 0 && before.size === 0) return
    const [gone, after] = [new Map() as Sums, new Map<number, Seen>()]
    for (let i = 0; i < slots.length; i += 1) {
      const entity = world.entities.entityOf(slots[i])
      const old = before.get(entity)
      before.delete(entity)
      after.set(entity, old === undefined ? this.look(world, slots[i]) : this.lookAgain(world, slots[i], old, gone))
    }
    this.check(world.tick, rows, gone, before)
    this.seen = after
  }

  private look(world: World, slot: number): Seen {
    const loot = world.columns(Loot)
    const killer = world.entities.slotOf(world.columns(Status).tap[slot])
    const owner = world.resource(PresenceResource).characters.get(killer)?.characterId ?? 0
    const [start, end] = [slot * LOOT_ITEMS_MAX, (slot + 1) * LOOT_ITEMS_MAX]
    return {
      owner,
      gold: loot.gold[slot],
      item: [...loot.item.subarray(start, end)],
      count: [...loot.count.subarray(start, end)],
    }
  }

  /** Notes in `gone` what is there no more. */
  private lookAgain(world: World, slot: number, seen: Seen, gone: Sums): Seen {
    const { gold, item, count } = world.columns(Loot)
    const filled = () => `tick ${world.tick}: more lies in a corpse of character ${seen.owner} than before`
    must(gold[slot] <= seen.gold, filled)
    if (gold[slot] < seen.gold) add(gone, seen.owner, GOLD, seen.gold - gold[slot])
    seen.gold = gold[slot]
    for (let i = 0; i < LOOT_ITEMS_MAX; i += 1) {
      const there = item[slot * LOOT_ITEMS_MAX + i]
      must(there === 0 || (there === seen.item[i] && count[slot * LOOT_ITEMS_MAX + i] === seen.count[i]), filled)
      if (there === seen.item[i]) continue
      add(gone, seen.owner, seen.item[i], seen.count[i])
      seen.item[i] = 0
    }
    return seen
  }

  /** `away`: corpses that the world has cleared away in this tick, perhaps after something was taken. */
  private check(tick: number, rows: readonly Moved[], gone: Sums, away: ReadonlyMap<number, Seen>): void {
    const taken: Sums = new Map()
    for (const { reason, to, item, count, gold } of rows)
      if (reason === 'loot') add(taken, to, item, item === GOLD ? gold : count)
    for (const [key, count] of gone)
      must((taken.get(key) ?? 0) >= count, () => `tick ${tick}: ${count} of ${key} are gone from a corpse, and nobody took them`)
    if (taken.size === 0) return
    const cleared: Sums = new Map()
    for (const { owner, gold, item, count } of away.values()) {
      add(cleared, owner, GOLD, gold)
      for (let i = 0; i < LOOT_ITEMS_MAX; i += 1) if (item[i] !== 0) add(cleared, owner, item[i], count[i])
    }
    for (const [key, count] of taken) {
      const there = (gone.get(key) ?? 0) + (cleared.get(key) ?? 0)
      must(count <= there, () => `tick ${tick}: ${count} of ${key} were taken out of corpses, from which ${there} are gone`)
    }
  }
}
