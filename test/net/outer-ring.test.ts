import { describe, expect, it } from 'vitest'
import { CellDecoder } from '../../src/client/cell-decoder.js'
import { CROWD_COUNT } from '../../src/net/cell-fields.js'
import { CellFrame } from '../../src/net/opcodes.js'
import {
  BLOCK_DELTA,
  BLOCK_FORGET,
  BLOCK_FULL,
  BLOCK_HEADER_BYTES,
  BLOCK_OUTER,
  BLOCK_OUTER_DELTA,
  cellLayout,
} from '../../src/protocol/cell-layout.js'
import { protocolJson } from '../../src/protocol/reference-json.js'
import { GridResource } from '../../src/space/grid.js'
import { dice } from '../client/dice.js'
import { Bench, Boomed, CELL_SIZE_M, components, Health, protocol, Spot } from '../client/tiny-game.js'
import { JsonClient } from '../protocol/json-client.js'
import { blocksOf, EVERY, type Frame, LOOKS, scene } from './ring-scene.js'

const PRECISION_M = CELL_SIZE_M / 65_536

describe('a cell of the outer ring', () => {
  it('is not watched unless the ring is asked for', () => {
    const { clients, entity } = scene([130], [190, 170], {})
    const [client] = clients
    expect([client.entities.has(entity(0)), client.entities.has(entity(1))]).toEqual([false, true])
    expect([...client.cells.values()].every(({ outerEveryTicks }) => outerEveryTicks === 0)).toBe(true)
  })

  it('shows whoever is in it, and their changes once in its turn', () => {
    const { world, wanted, step, clients, entity, slot, framesOf, untilTurn } = scene([130], [190])
    const [client] = clients
    const view = client.entities.get(entity(0))!
    expect([view.name, view.cell.cx, view.cell.outerEveryTicks]).toEqual(['Walker-0', 9, EVERY])
    untilTurn(client, entity(0))
    framesOf(client).length = 0
    const turns: number[] = []
    for (let tick = 0; tick < 3 * EVERY; tick += 1) {
      wanted[0] += 0.1
      world.columns(Health).now[slot(0)] = tick
      const before = view.x
      step()
      if (view.x === before) continue
      turns.push(tick)
      expect(Math.abs(view.x - world.columns(Spot).x[slot(0)])).toBeLessThanOrEqual(PRECISION_M)
      expect(view.get(Health, 'now')).toBe(tick)
    }
    expect(turns).toEqual([0, EVERY, 2 * EVERY])
    // Nothing else moves: where there is nothing to say there is no frame.
    expect(framesOf(client).map((frame) => blocksOf(frame).map(({ kind }) => kind))).toEqual(turns.map(() => [BLOCK_OUTER_DELTA]))
    // Now nothing moves any more, and what was told is not told again.
    step(EVERY)
    expect([framesOf(client).length, view.get(Health, 'now')]).toEqual([turns.length + 1, 3 * EVERY - 1])
    step(2 * EVERY)
    expect(framesOf(client)).toHaveLength(turns.length + 1)
    expect(client.statistics).toMatchObject({ holes: 0, strays: 0 })
  })

  it('says in the same tick who comes, who goes and what happens', () => {
    const { world, wanted, step, clients, entity, slot, once, untilTurn } = scene([130], [190, 650, 191])
    const [client] = clients
    const booms: number[] = []
    client.on(Boomed, ({ number }) => void booms.push(number))
    untilTurn(client, entity(0))
    step()
    wanted[1] = 195
    step()
    expect(client.entities.get(entity(1))).toMatchObject({ name: 'Walker-1', cell: { cx: 9, outerEveryTicks: EVERY } })
    once(() => world.outlet.show(slot(1), Boomed, { who: entity(1), sort: 'bang', number: 7, label: '' }))
    step()
    expect(booms).toEqual([7])
    const dead = entity(0)
    once((now) => now.commands.despawn(slot(0)))
    step()
    expect(client.entities.has(dead)).toBe(false)
    wanted[2] = 650
    step()
    expect([client.entities.has(entity(2)), client.statistics.strays]).toEqual([false, 0])
  })

  it('takes and gives crossings without identity', () => {
    const { wanted, step, clients, entity, framesOf } = scene([130], [190])
    const [client] = clients
    const view = client.entities.get(entity(0))!
    const from = view.cell.index
    const full = { head: 4, deltas: 2 * (BLOCK_HEADER_BYTES + 12), leave: 6, crossing: 12 + 11 }
    const size = full.head + full.deltas + full.leave + full.crossing
    for (const [x, kinds] of [
      [170, [BLOCK_DELTA, BLOCK_OUTER_DELTA]],
      [190, [BLOCK_DELTA, BLOCK_OUTER_DELTA]],
    ] as const) {
      framesOf(client).length = 0
      wanted[0] = x
      step()
      const [frame] = framesOf(client)
      expect([client.entities.get(entity(0)) === view, view.name, frame.bytes.length]).toEqual([true, 'Walker-0', size])
      expect(
        blocksOf(frame)
          .map(({ kind }) => kind)
          .sort(),
      ).toEqual(kinds)
    }
    expect([view.cell.cx, client.cells.get(from)?.cx, client.statistics.strays]).toEqual([9, 9, 0])
  })

  it('becomes near at once, with its full state and what happens in that tick', () => {
    const { world, wanted, step, clients, entity, slot, framesOf, untilTurn, once, move } = scene([130], [190])
    const [client] = clients
    const view = client.entities.get(entity(0))!
    const booms: number[] = []
    client.on(Boomed, ({ number }) => void booms.push(number))
    untilTurn(client, entity(0))
    step(2)
    wanted[0] = 193
    step()
    expect(Math.abs(view.x - 193)).toBeGreaterThan(1)
    move(client, 150)
    once(() => world.outlet.show(slot(0), Boomed, { who: entity(0), sort: 'bang', number: 8, label: '' }))
    framesOf(client).length = 0
    step()
    expect(client.entities.get(entity(0))).toBe(view)
    expect([view.cell.outerEveryTicks, Math.abs(view.x - 193) <= PRECISION_M, booms]).toEqual([0, true, [8]])
    const own = blocksOf(framesOf(client)[0]).filter(({ cell }) => cell === view.cell.index)
    expect(own.map(({ kind }) => kind)).toEqual([BLOCK_OUTER_DELTA, BLOCK_FULL])
    expect(client.statistics).toMatchObject({ holes: 0, strays: 0 })
  })

  it('is what a near one becomes in its next turn, without being sent again', () => {
    const { world, wanted, step, clients, entity, slot, framesOf, untilTurn, move } = scene([130], [85])
    const [client] = clients
    const view = client.entities.get(entity(0))!
    const place = view.cell
    untilTurn(client, entity(0))
    step()
    move(client, 150)
    // Column 4 is behind now, but its turn is nine ticks away.
    for (let tick = 1; tick < EVERY; tick += 1) {
      wanted[0] += 0.1
      step()
      expect([place.outerEveryTicks, Math.abs(view.x - wanted[0]) <= PRECISION_M]).toEqual([0, true])
    }
    framesOf(client).length = 0
    wanted[0] += 0.1
    world.columns(Health).now[slot(0)] = 77
    step()
    expect([view.cell === place, place.outerEveryTicks, view.get(Health, 'now')]).toEqual([true, EVERY, 77])
    const own = blocksOf(framesOf(client)[0]).filter(({ cell }) => cell === place.index)
    expect(own.map(({ kind }) => kind)).toEqual([BLOCK_OUTER, BLOCK_OUTER_DELTA])
    const x = view.x
    wanted[0] += 0.1
    step(EVERY - 1)
    expect(view.x).toBe(x)
    step()
    expect(Math.abs(view.x - wanted[0])).toBeLessThanOrEqual(PRECISION_M)
    expect(client.statistics).toMatchObject({ holes: 0, strays: 0 })
  })

  it('is forgotten beyond the ring at once', () => {
    const { step, clients, entity, framesOf, move } = scene([130], [70])
    const [client] = clients
    expect(client.entities.get(entity(0))?.cell.outerEveryTicks).toBe(EVERY)
    move(client, 155)
    framesOf(client).length = 0
    step()
    expect(client.entities.has(entity(0))).toBe(false)
    expect(blocksOf(framesOf(client)[0])[0].kind).toBe(BLOCK_FORGET)
  })
})

describe('watchers of one cell, near and outer', () => {
  it('know the same in its turn, also after a newcomer was told more than the others knew', () => {
    const { wanted, step, clients, entity, join, untilTurn } = scene([130], [190])
    const [far] = clients
    untilTurn(far, entity(0))
    step(3)
    wanted[0] = 196
    step()
    const near = join(170)
    while (!near.entities.has(entity(0))) step()
    expect(near.entities.get(entity(0))?.x).toBeCloseTo(196, 2)
    // Nothing has changed since, and yet it is news to the one farther away.
    const view = far.entities.get(entity(0))!
    expect(Math.abs(view.x - 196)).toBeGreaterThan(1)
    untilTurn(far, entity(0))
    step()
    expect(view.x).toBeCloseTo(196, 2)
    expect(near.statistics.holes + far.statistics.holes + near.statistics.strays + far.statistics.strays).toBe(0)
  })

  it('are told of each tick, and of each turn', () => {
    const { wanted, step, clients, entity, untilTurn } = scene([130, 170], [190])
    const [far, near] = clients
    untilTurn(far, entity(0))
    step()
    const [late, prompt] = [far.entities.get(entity(0))!, near.entities.get(entity(0))!]
    const start = late.x
    for (let tick = 1; tick < EVERY; tick += 1) {
      wanted[0] += 0.2
      step()
      expect([late.x, Math.abs(prompt.x - wanted[0]) <= PRECISION_M]).toEqual([start, true])
    }
    step()
    expect(late.x).toBe(prompt.x)
    expect(near.statistics.holes + far.statistics.holes).toBe(0)
  })
})

describe('a crowd that nobody watches near', () => {
  it('is shown whole in its turn', () => {
    const count = CROWD_COUNT + 20
    const walkers = Array.from({ length: count }, (_, i) => 181 + i * 0.2)
    const { wanted, step, clients, entity, untilTurn } = scene([130], walkers)
    const [client] = clients
    untilTurn(client, entity(0))
    for (let i = 0; i < count; i += 1) wanted[i] += 0.5
    step()
    const late = wanted.filter((x, i) => Math.abs((client.entities.get(entity(i))?.x ?? 0) - x) > PRECISION_M + 1e-4)
    expect(late).toEqual([])
  })
})

describe('the numbers of outer deltas', () => {
  it('show one that is missing, and one of the wrong ring', () => {
    const { wanted, step, clients, entity, framesOf, untilTurn } = scene([130], [190, 170])
    const [client] = clients
    untilTurn(client, entity(0))
    step(EVERY)
    const outerCell = client.entities.get(entity(0))!.cell.index
    for (let turn = 0; turn < 3; turn += 1) {
      wanted[0] += 0.1
      step(EVERY)
    }
    const frames = framesOf(client)
    const isTurn = (frame: Frame) => blocksOf(frame).some(({ kind, cell }) => kind === BLOCK_OUTER_DELTA && cell === outerCell)
    const turns = frames.filter(isTurn)
    expect(turns.length).toBeGreaterThanOrEqual(3)
    const gapsWithout = (missing: Frame | undefined, change = (bytes: Uint8Array) => bytes): number => {
      const decoder = new CellDecoder(cellLayout(components, CELL_SIZE_M), protocol)
      for (const frame of frames) if (frame !== missing) decoder.apply(change(frame.bytes.slice()))
      return decoder.gaps
    }
    expect(gapsWithout(undefined)).toBe(0)
    expect(gapsWithout(turns[turns.length - 2])).toBe(1)
    const asNear = (bytes: Uint8Array): Uint8Array => {
      if (bytes[4] === BLOCK_OUTER_DELTA) bytes[4] = BLOCK_DELTA
      return bytes
    }
    expect(gapsWithout(undefined, asNear)).toBeGreaterThanOrEqual(3)
  })
})

describe('the JSON of the protocol', () => {
  it('is enough to read the frames of an outer ring', () => {
    const roll = dice(11)
    const bench = new Bench(
      (world) => {
        const spot = world.columns(Spot)
        for (let slot = 1; slot <= world.entities.slotMax; slot += 1) {
          if (world.entities.alive[slot] === 0 || roll(3) > 0) continue
          spot.x[slot] = Math.max(0, spot.x[slot] + (roll(600) - 280) / 100)
          spot.z[slot] = Math.max(0, spot.z[slot] + (roll(600) - 280) / 100)
          world.resource(GridResource).put(slot, 0, 0, spot.x[slot], spot.z[slot])
          world.columns(Health).now[slot] = roll(1_000)
        }
        while (world.entities.count < 80) spot.x[world.commands.spawn(LOOKS)] = roll(16_000) / 100
      },
      { outerRing: 2, outerEvery: 5 },
    )
    const sdk = bench.join()
    const json = protocolJson({ protocol, layout: cellLayout(components, CELL_SIZE_M), protocolHash: '' })
    const other = new JsonClient(json)
    const kinds = new Set<number>()
    sdk.on(CellFrame, ({ bytes }, tick) => {
      other.frame(bytes)
      for (const { kind } of blocksOf({ bytes, tick })) kinds.add(kind)
    })
    for (let tick = 0; tick < 400; tick += 1) {
      bench.step()
      expect([...other.entities.keys()].sort()).toEqual([...sdk.entities.keys()].sort())
      for (const [entity, { values }] of other.entities)
        expect([values['Spot.x'], values['Health.now']]).toEqual([
          sdk.entities.get(entity)?.x,
          sdk.entities.get(entity)?.get(Health, 'now'),
        ])
    }
    expect([...kinds].sort()).toEqual([BLOCK_FORGET, BLOCK_FULL, BLOCK_DELTA, BLOCK_OUTER, BLOCK_OUTER_DELTA])
    expect(json.layout.block.kinds.map(({ kind }) => kind)).toEqual([...kinds].sort())
  })
})
