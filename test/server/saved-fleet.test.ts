import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BotMind } from '../../components/bot-mind.js'
import { components } from '../../components/index.js'
import { Position } from '../../components/motion.js'
import { standardGame } from '../../game.js'
import { createMemoryStore, MemoryDisk } from '../../src/adapters/memory-store.js'
import { ControlsResource } from '../../src/net/controls.js'
import { PresenceResource } from '../../src/net/presence.js'
import type { Store } from '../../src/ports/store.js'
import { readContent } from '../../src/server/content-files.js'
import { replay } from '../../src/server/replay.js'
import { type TestServer, testServer } from '../../src/testing/index.js'
import { CountersResource } from '../../systems/counters.js'
import { FleetResource } from '../../systems/fleet.js'
import { storeWith } from '../ports/store-with.js'
import { tempDirs } from './temp-dir.js'

const content = readContent(standardGame)
const directory = tempDirs()
const BOTS = 60
const settings = { bots: BOTS, creatures: 600, botLevels: '1-6', botArrivalsPerS: 1_000 }
const start = (store: Store, more: Partial<typeof settings> = {}) =>
  testServer({ game: standardGame, content, settings: { ...settings, ...more }, store })

/** All that is saved by the tick of every bot, by its id. */
function fleetOf({ world }: TestServer): Record<string, unknown> {
  const lists = components
    .filter(({ persist }) => persist === 'tick')
    .flatMap((component) => {
      const columns = world.columns(component)
      return Object.entries(component.fields).map(([name, field]) => ({
        name: `${component.name}.${name}`,
        column: columns[name],
        length: field.kind === 'each' ? field.length : 1,
      }))
    })
  const rowOf = (slot: number) =>
    Object.fromEntries(lists.map(({ name, column, length }) => [name, column.slice(slot * length, (slot + 1) * length).join()]))
  const { bots } = world.resource(PresenceResource)
  return Object.fromEntries([...bots].map(([slot, bot]) => [`bot ${bot.characterId}`, { ...bot, ...rowOf(slot) }]))
}
const idOf = (key: string) => Number(key.slice(4))

const placesOf = ({ world }: TestServer) =>
  new Map(
    [...world.resource(PresenceResource).bots].map(([slot, { characterId }]) => {
      const { x, z } = world.columns(Position)
      return [characterId, { x: x[slot], z: z[slot] }]
    }),
  )

async function end({ host, store, step }: TestServer): Promise<void> {
  host.storage.beforeLastTick()
  await step()
  await host.storage.finish()
  await store.close()
}

describe('a world with bots that is started again', () => {
  it('has the same bots: names, levels, bags, quests and places, and what the world counted', async () => {
    const disk = new MemoryDisk()
    const first = await start(createMemoryStore(disk))
    await first.step(600)
    expect(first.world.resource(CountersResource).get('kills')).toBeGreaterThan(0)
    await end(first)
    const [before, places] = [fleetOf(first), placesOf(first)]
    expect(Object.keys(before)).toHaveLength(BOTS)
    const minds = first.world.columns(BotMind)
    const goals = [...first.world.resource(PresenceResource).bots].map(([slot, { characterId }]) => [
      characterId,
      minds.quest[slot],
    ])

    const second = await start(createMemoryStore(disk))
    const path = join(directory(), 'second.myr')
    second.host.record(path)
    await second.step()
    expect(second.world.tick).toBe(first.world.tick + 1)
    expect(fleetOf(second)).toEqual(before)
    for (const [id, { x, z }] of placesOf(second))
      expect(Math.hypot(x - places.get(id)!.x, z - places.get(id)!.z)).toBeLessThan(1)
    const again = [...second.world.resource(PresenceResource).bots]
    expect(Object.fromEntries(again.map(([slot, bot]) => [bot.characterId, second.world.columns(BotMind).quest[slot]]))).toEqual(
      Object.fromEntries(goals),
    )
    const counters = (server: TestServer) => server.world.resource(CountersResource).get('goldMinted')
    expect(counters(second)).toBe(counters(first))

    // They go on living, nobody new comes, and the recording of it all replays to the last digest.
    await second.step(200)
    expect(second.world.resource(FleetResource).slots).toHaveLength(BOTS)
    expect(second.world.resource(CountersResource).get('decisions')).toBeGreaterThan(
      first.world.resource(CountersResource).get('decisions'),
    )
    second.host.endRecording()
    expect(replay(path, { game: standardGame, content })).toMatchObject({ ok: true, ticks: 201, firstDifference: null })
  }, 120_000)

  it('with fewer bots brings back the first ones, and leaves the others where they are saved', async () => {
    const disk = new MemoryDisk()
    const first = await start(createMemoryStore(disk))
    await first.step(20)
    await end(first)
    const saved = Object.keys(fleetOf(first))
    const second = await start(createMemoryStore(disk), { bots: 20 })
    await second.step(20)
    expect(Object.keys(fleetOf(second))).toEqual(saved.slice(0, 20))
    await end(second)
    const third = await start(createMemoryStore(disk))
    await third.step(20)
    expect(Object.keys(fleetOf(third))).toEqual(saved)
  }, 60_000)

  it('with more bots brings new ones besides, with numbers that nobody had', async () => {
    const disk = new MemoryDisk()
    const first = await start(createMemoryStore(disk), { bots: 20 })
    await first.step(20)
    await end(first)
    const second = await start(createMemoryStore(disk))
    await second.step(40)
    const keys = Object.keys(fleetOf(second))
    expect(keys).toHaveLength(BOTS)
    expect(keys.slice(0, 20)).toEqual(Object.keys(fleetOf(first)))
    const ids = keys.map(idOf)
    expect(Math.max(...ids) - Math.min(...ids)).toBe(BOTS - 1)
  }, 60_000)

  it('loads them in blocks through the inbox, one a tick, and gives no place away while a store fails', async () => {
    const disk = new MemoryDisk()
    const first = await start(createMemoryStore(disk), { bots: 450, botArrivalsPerS: 10_000 })
    await first.step(10)
    await end(first)
    const memory = createMemoryStore(disk)
    let broken = false
    const second = await start(
      storeWith(memory, {
        loadBots: (afterId, count) => (broken ? Promise.reject(new Error('no route')) : memory.loadBots(afterId, count)),
      }),
      { bots: 450, botArrivalsPerS: 10_000 },
    )
    const counts: number[] = []
    const bots = () => second.world.resource(FleetResource).slots.length
    await second.step()
    counts.push(bots())
    broken = true
    await second.step(40)
    counts.push(bots())
    broken = false
    await second.step(60)
    counts.push(bots())
    expect(counts[0]).toBe(125)
    expect(counts[1]).toBeLessThanOrEqual(375)
    expect(counts[2]).toBe(450)
    expect(second.world.resource(ControlsResource).get('botsToCome')).toBe(0)
    expect(Object.keys(fleetOf(second))).toEqual(Object.keys(fleetOf(first)))
  }, 60_000)

  it('does not bring back whom the fleet has dismissed', async () => {
    const disk = new MemoryDisk()
    const first = await start(createMemoryStore(disk))
    await first.step(10)
    const [slot] = first.world.resource(FleetResource).slots
    const gone = first.world.resource(PresenceResource).bots.get(slot)!
    first.world.resource(FleetResource).broken.push(slot)
    await first.step(10)
    await end(first)
    expect(disk.rows.has(gone.characterId)).toBe(false)
    expect([...disk.rows.keys()]).toHaveLength(BOTS)
  }, 60_000)
})
