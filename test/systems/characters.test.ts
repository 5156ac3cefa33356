import { describe, expect, it } from 'vitest'
import { Death } from '../../components/death.js'
import { Kind, kindType } from '../../components/kind.js'
import { Motion, Place, Position } from '../../components/motion.js'
import { Progress } from '../../components/progress.js'
import { Spellbook } from '../../components/spells.js'
import { flag, Status } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import { DeathReclaim } from '../../protocol/death.js'
import { createMemoryStore } from '../../src/adapters/memory-store.js'
import { SessionLogout } from '../../src/net/opcodes.js'
import { PresenceResource } from '../../src/net/presence.js'
import type { SavedComponent } from '../../src/ports/store.js'
import { GridResource, layer } from '../../src/space/grid.js'
import { NamesResource } from '../../src/space/names.js'
import type { Entered, TestServer } from '../../src/testing/index.js'
import { healthMax, powerMax } from '../../systems/stat-rules.js'
import { quietServer } from '../net/players.js'
import { batchOf } from '../ports/packed.js'
import { content, keyed } from './arena.js'

const { rates, zone } = content
const arcanist = keyed(content.classList, 'arcanist')
const pause = keyed(content.spellList, 'still-breath')

/** Enters with a character that was saved like that. */
async function enterSaved(components: Record<string, SavedComponent>): Promise<Entered & { server: TestServer }> {
  const store = createMemoryStore()
  const server = await quietServer({}, { store })
  await store.createCharacter('guest:alice', 'Alice', arcanist.id)
  const row = await store.loadCharacter('guest:alice', 1)
  if (row === null) throw new Error('the character was not created')
  await store.commit(batchOf(0, [{ ...row, components }]))
  return { server, ...(await server.enter('Alice')) }
}

describe('a new character', () => {
  it('stands at a start, whole, of level 1, with what its class knows', async () => {
    const server = await quietServer()
    const { slot } = await server.enter('Alice', arcanist.id)
    const { world } = server
    const { x, z } = world.columns(Position)
    expect(zone.starts.some((start) => Math.hypot(x[slot] - start.x, z[slot] - start.z) <= start.radiusM + 1)).toBe(true)
    expect(world.columns(Place).zone[slot]).toBe(zone.id)
    expect(world.columns(Kind).type[slot]).toBe(kindType.character)
    expect(world.columns(Kind).look[slot]).toBe(arcanist.id)
    expect(world.columns(Status).level[slot]).toBe(1)
    expect(world.columns(Progress).level[slot]).toBe(1)
    expect(world.columns(Progress).class[slot]).toBe(arcanist.id)
    expect(world.columns(Vitals).health[slot]).toBe(healthMax(arcanist, 1))
    expect(world.columns(Vitals).power[slot]).toBe(powerMax(arcanist, 1))
    expect(world.columns(Spellbook).spell[slot * 10]).toBe(arcanist.spells[0].spell)
    expect(world.columns(Motion).speedMps[slot]).toBe(rates.runSpeedMps)
    expect(world.resource(NamesResource).get(slot)).toBe('Alice')
    expect(world.resource(GridResource).layerOf[slot]).toBe(layer.characters)
    expect(world.resource(GridResource).cellOf(slot)).toBeDefined()
    expect(world.resource(PresenceResource).characters.get(slot)).toMatchObject({ name: 'Alice', accountId: 'guest:alice' })
  })

  it('of a warrior class begins without rage', async () => {
    const server = await quietServer()
    const { slot } = await server.enter('Alice', keyed(content.classList, 'guardian').id)
    expect(server.world.columns(Vitals).power[slot]).toBe(0)
  })
})

describe('a saved character', () => {
  const level10 = { Status: { flags: [0], level: [10], tap: [0] }, Progress: { class: [4], level: [10], experience: [5] } }

  it('has the maxima of its level by today’s content, and no more health than that', async () => {
    const { server, slot } = await enterSaved({
      ...level10,
      Vitals: { health: [60_000], healthMax: [60_000], power: [60_000], powerMax: [60_000], healthPart: [0], powerPart: [0] },
    })
    const { health, healthMax: max, power, powerMax: most } = server.world.columns(Vitals)
    expect([max[slot], health[slot]]).toEqual([healthMax(arcanist, 10), healthMax(arcanist, 10)])
    expect([most[slot], power[slot]]).toEqual([powerMax(arcanist, 10), powerMax(arcanist, 10)])
    const known = arcanist.spells.filter(({ level }) => level <= 10).map(({ spell }) => spell)
    expect(known.length).toBeGreaterThan(4)
    expect(server.world.columns(Spellbook).spell.subarray(slot * 10, slot * 10 + known.length + 1)).toEqual(
      new Uint16Array([...known, 0]),
    )
  })

  it('is alive with a point of health at least, if it is alive', async () => {
    const { server, slot } = await enterSaved({
      ...level10,
      Vitals: { health: [0], healthMax: [100], power: [0], powerMax: [1], healthPart: [0], powerPart: [0] },
    })
    expect(server.world.columns(Vitals).health[slot]).toBeGreaterThanOrEqual(1)
    expect(server.world.columns(Status).flags[slot]).toBe(0)
  })

  it('stands in the zone, even if that has grown smaller', async () => {
    const { server, slot } = await enterSaved({ ...level10, Position: { x: [5_000], y: [0], z: [-3] } })
    const { x, z } = server.world.columns(Position)
    expect(x[slot]).toBeLessThan(zone.sizeM)
    expect(x[slot]).toBeGreaterThan(zone.sizeM - 1)
    expect(z[slot]).toBe(0)
  })

  it('comes back dead or as a ghost if it left so, and in no other state', async () => {
    const all = flag.ghost | flag.inCombat | flag.evading | flag.casting | flag.lootable
    const { server, slot } = await enterSaved({
      ...level10,
      Status: { flags: [all], level: [10], tap: [77] },
      Vitals: { health: [0], healthMax: [100], power: [0], powerMax: [1], healthPart: [0], powerPart: [0] },
    })
    expect(server.world.columns(Status).flags[slot]).toBe(flag.ghost)
    expect(server.world.columns(Vitals).health[slot]).toBe(0)
    expect(server.world.columns(Motion).speedMps[slot]).toBe(rates.ghostSpeedMps)
  })

  it('waits for its corpse no longer than its deaths demand, though another world counted the ticks', async () => {
    const { server, slot, client } = await enterSaved({
      ...level10,
      Status: { flags: [flag.ghost], level: [10], tap: [0] },
      Position: { x: [500], y: [0], z: [500] },
      Death: {
        corpseX: [510],
        corpseZ: [500],
        corpseZone: [zone.id],
        reclaimTick: [9_000_000],
        diedTick: [8_999_000],
        recent: [2],
      },
    })
    const { reclaimTick, diedTick } = server.world.columns(Death)
    expect(reclaimTick[slot] - server.world.tick).toBeLessThanOrEqual((rates.reclaimDelayMs[1] * 20) / 1_000)
    expect(diedTick[slot]).toBeLessThanOrEqual(server.world.tick)
    await server.step(reclaimTick[slot] - server.world.tick)
    const seq = client.request(DeathReclaim, {})
    await server.step()
    expect(client.results.get(seq)).toBe('ok')
  })

  it('has its cooldowns still, but none longer than the spell’s own', async () => {
    const first = await enterSaved(level10)
    const { server } = first
    const book = server.world.columns(Spellbook)
    const at = arcanist.spells.findIndex(({ spell }) => spell === pause.id)
    const readyTick = server.world.tick + 500
    const editor = server.world.editor(Spellbook) as { setAt(slot: number, field: string, index: number, value: number): void }
    editor.setAt(first.slot, 'readyTick', at, readyTick)
    first.client.request(SessionLogout, {})
    await server.step(4)
    const back = await server.enter('Alice')
    expect(book.spell[back.slot * 10 + at]).toBe(pause.id)
    expect(book.readyTick[back.slot * 10 + at]).toBe(readyTick)

    const later = await enterSaved({
      ...level10,
      Spellbook: {
        spell: arcanist.spells.map(({ spell }) => spell),
        readyTick: Array(10).fill(9_000_000),
        globalTick: [9_000_000],
        categoryTick: Array(8).fill(9_000_000),
      },
    })
    const own = later.server.world.columns(Spellbook)
    expect(own.readyTick[later.slot * 10 + at] - later.server.world.tick).toBeLessThanOrEqual((pause.cooldownMs * 20) / 1_000)
    expect(own.globalTick[later.slot]).toBe(0)
    content.categoryMs.forEach((ms, category) => {
      expect(own.categoryTick[later.slot * 8 + category] - later.server.world.tick).toBeLessThanOrEqual((ms * 20) / 1_000)
    })
    expect(content.categoryMs.length).toBeGreaterThan(0)
  })
})
