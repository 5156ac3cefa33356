import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { INPUTS_MAX, InputQueue, Motion, moveMode, Position } from '../../components/motion.js'
import { flag, Status } from '../../components/status.js'
import { DeathRelease } from '../../protocol/death.js'
import { MoveFollow, MoveInput, MoveSelf, MoveStop, MoveTeleportAck, MoveTeleported, MoveTo } from '../../protocol/move.js'
import type { Slot } from '../../src/ecs/entities.js'
import { PresenceResource } from '../../src/net/presence.js'
import { type Stepped, step, stepTowards, ZONE_EDGE_M } from '../../systems/movement-rules.js'
import { quietServer, takeAll } from '../net/players.js'
import { Arena, FIELD, NORTH, TICK_HZ } from './arena.js'

const SPEED = 7
const STEP_M = SPEED / TICK_HZ
const SIZE_M = 2_000

function player(arena = new Arena()): { arena: Arena; slot: Slot } {
  return { arena, slot: arena.character({ isPlayer: true }) }
}
const press = (arena: Arena, slot: Slot, count: number, seq = 1, dx = 127, dz = 0): void => {
  for (let i = 0; i < count; i += 1) arena.ask(slot, MoveInput, { dx, dz, heading: NORTH, jump: false }, 0, seq + i)
}

describe('a step', () => {
  it('is one tick of the speed at the most, in the zone, and the same for server and client', () => {
    const into: Stepped = { x: 0, z: 0 }
    const coordinate = fc.double({ min: 0, max: SIZE_M - ZONE_EDGE_M, noNaN: true })
    const push = fc.integer({ min: -128, max: 127 })
    fc.assert(
      fc.property(coordinate, coordinate, push, push, (x, z, dx, dz) => {
        const from = { x: Math.fround(Math.min(x, 1_999)), z: Math.fround(Math.min(z, 1_999)) }
        step(from, dx, dz, SPEED, 1 / TICK_HZ, SIZE_M, into)
        expect(into.x).toBe(Math.fround(into.x))
        expect(into.z).toBe(Math.fround(into.z))
        expect(Math.hypot(into.x - from.x, into.z - from.z)).toBeLessThanOrEqual(STEP_M + 2e-4)
        for (const value of [into.x, into.z]) {
          expect(value).toBeGreaterThanOrEqual(0)
          expect(value).toBeLessThan(SIZE_M)
        }
      }),
      { seed: 11, verbose: true },
    )
  })

  it('goes nowhere without a direction, and half as far for half of one', () => {
    const into: Stepped = { x: 0, z: 0 }
    step({ x: 10, z: 10 }, 0, 0, SPEED, 0.05, SIZE_M, into)
    expect(into).toEqual({ x: 10, z: 10 })
    step({ x: 0, z: 10 }, 127, 0, SPEED, 0.05, SIZE_M, into)
    const whole = into.x
    step({ x: 0, z: 10 }, 63.5, 0, SPEED, 0.05, SIZE_M, into)
    expect(into.x).toBeCloseTo(whole / 2, 5)
    // A diagonal is no faster than a straight line.
    step({ x: 100, z: 100 }, 127, 127, SPEED, 0.05, SIZE_M, into)
    expect(Math.hypot(into.x - 100, into.z - 100)).toBeCloseTo(STEP_M, 4)
  })

  it('towards a point ends there, or as far before it as asked', () => {
    const into: Stepped = { x: 0, z: 0 }
    expect(stepTowards({ x: 0, z: 0 }, 100, 0, 0, SPEED, 0.05, into)).toBe(false)
    expect(into.x).toBeCloseTo(STEP_M, 5)
    expect(stepTowards({ x: 99.9, z: 0 }, 100, 0, 0, SPEED, 0.05, into)).toBe(true)
    expect(into.x).toBe(100)
    expect(stepTowards({ x: 97.9, z: 0 }, 100, 0, 2, SPEED, 0.05, into)).toBe(true)
    expect(into.x).toBeCloseTo(98, 5)
    expect(stepTowards({ x: 99, z: 0 }, 100, 0, 2, SPEED, 0.05, into)).toBe(true)
    expect(into.x).toBe(99)
    expect(stepTowards({ x: 100, z: 0 }, 100, 0, 0, SPEED, 0.05, into)).toBe(true)
  })
})

describe('inputs', () => {
  it('are applied one a tick, with their heading, and told with the last seq', () => {
    const { arena, slot } = player()
    arena.column(Status, 'flags')[slot] = 0
    for (let tick = 1; tick <= 10; tick += 1) {
      press(arena, slot, 1, tick)
      arena.step()
      expect(arena.at(slot).x - FIELD.x).toBeCloseTo(STEP_M * tick, 3)
      expect(arena.column(InputQueue, 'appliedSeq')[slot]).toBe(tick)
    }
    expect(arena.column(Motion, 'heading')[slot]).toBe(NORTH)
    arena.step(5)
    expect(arena.at(slot).x - FIELD.x).toBeCloseTo(STEP_M * 10, 3)
  })

  it(`wait in a queue of ${INPUTS_MAX}; what does not fit is lost`, () => {
    const { arena, slot } = player()
    press(arena, slot, 25)
    arena.step()
    // No credit is saved up yet: one is applied.
    expect(arena.column(InputQueue, 'count')[slot]).toBe(INPUTS_MAX - 1)
    arena.step(30)
    expect(arena.column(InputQueue, 'appliedSeq')[slot]).toBe(INPUTS_MAX)
    expect(arena.at(slot).x - FIELD.x).toBeCloseTo(STEP_M * INPUTS_MAX, 3)
  })

  it('are made up for with saved time, of which there is half a second at the most', () => {
    const { arena, slot } = player()
    press(arena, slot, 1)
    arena.step(100)
    press(arena, slot, 10, 2)
    arena.step()
    expect(arena.column(InputQueue, 'appliedSeq')[slot]).toBe(11)
    // All of it is spent now.
    press(arena, slot, 10, 12)
    arena.step()
    expect(arena.column(InputQueue, 'appliedSeq')[slot]).toBe(12)
  })

  it('never move anybody faster than the speed, however they are sent', () => {
    const seed = 3
    let dice = seed
    const roll = (below: number): number => {
      dice = (Math.imul(dice, 1_664_525) + 1_013_904_223) >>> 0
      return Math.floor((dice / 4_294_967_296) * below)
    }
    const { arena, slot } = player()
    const TICKS = 400
    let seq = 1
    for (let tick = 0; tick < TICKS; tick += 1) {
      const count = roll(4) === 0 ? roll(30) : 0
      press(arena, slot, count, seq)
      seq += count
      if (roll(40) === 0) arena.ask(slot, MoveTo, { x: 1_999, z: FIELD.z })
      if (roll(40) === 0) arena.ask(slot, MoveStop, {})
      arena.step()
    }
    const gone = arena.at(slot).x - FIELD.x
    expect(gone, `seed ${seed}`).toBeLessThanOrEqual(STEP_M * (TICKS + 10) + 0.01)
    expect(gone).toBeGreaterThan(10)
  })

  it('pay for themselves at every rate of ticks', () => {
    for (const tickHz of [5, 20, 30, 60]) {
      const { arena, slot } = player(new Arena({ settings: { tickHz } }))
      for (let tick = 1; tick <= 30; tick += 1) {
        press(arena, slot, 1, tick)
        arena.step()
        expect(arena.column(InputQueue, 'appliedSeq')[slot], `${tickHz} Hz, input ${tick}`).toBe(tick)
      }
    }
  })

  it('are dropped by another order that comes after them', () => {
    for (const order of [MoveStop, MoveTo, MoveFollow] as const) {
      const { arena, slot } = player()
      const other = arena.character({ x: FIELD.x, z: FIELD.z + 50 })
      press(arena, slot, 5)
      if (order === MoveTo) arena.ask(slot, MoveTo, { x: FIELD.x, z: FIELD.z })
      else if (order === MoveFollow) arena.ask(slot, MoveFollow, { entity: arena.entity(other) })
      else arena.ask(slot, MoveStop, {})
      arena.step(3)
      press(arena, slot, 1, 100)
      arena.step(3)
      expect(arena.column(InputQueue, 'appliedSeq')[slot]).toBe(100)
      expect(arena.at(slot).x - FIELD.x).toBeCloseTo(STEP_M, 3)
    }
  })

  it('of a client before are no concern of the next one, nor are its teleports', () => {
    const { arena, slot } = player()
    press(arena, slot, 1, 900)
    arena.step()
    arena.column(Status, 'flags')[slot] = flag.dead
    expect(arena.now(slot, DeathRelease, {})).toBe('ok')
    expect(arena.column(InputQueue, 'awaitsAck')[slot]).toBe(1)
    const { x } = arena.at(slot)
    arena.world.resource(PresenceResource).bindings[slot] += 1
    press(arena, slot, 1, 5)
    arena.step()
    expect(arena.at(slot).x).toBeGreaterThan(x)
    expect(arena.column(InputQueue, 'appliedSeq')[slot]).toBe(5)
  })
})

describe('paths', () => {
  it('lead to the point and end there', () => {
    const { arena, slot } = player()
    expect(arena.now(slot, MoveTo, { x: FIELD.x + 10, z: FIELD.z })).toBe('ok')
    const ticks = arena.until(() => arena.column(Motion, 'mode')[slot] === moveMode.stand, 60, 'arrival')
    expect(ticks + 1).toBe(Math.ceil(10 / STEP_M))
    expect(arena.at(slot)).toEqual({ x: FIELD.x + 10, z: FIELD.z })
    expect(arena.column(Motion, 'heading')[slot]).toBe(0)
    arena.step()
    expect(arena.column(Motion, 'moved')[slot]).toBe(0)
  })

  it('do not lead out of the zone', () => {
    const { arena, slot } = player()
    for (const [x, z] of [
      [-1, 5],
      [5, -0.1],
      [2_000, 5],
      [5, 1e9],
    ])
      expect(arena.now(slot, MoveTo, { x, z })).toBe('outOfRange')
    arena.move(slot, 1_950, 30)
    expect(arena.now(slot, MoveTo, { x: 1_999.9, z: 0 })).toBe('ok')
    arena.step(200)
    expect(arena.at(slot).x).toBeCloseTo(1_999.9, 3)
    expect(arena.at(slot).z).toBe(0)
  })

  it('are told to the own client in each tick in which it moves, and only then', async () => {
    const server = await quietServer()
    const { client, slot } = await server.enter('Alice')
    const { x, z } = server.world.columns(Position)
    client.request(MoveTo, { x: x[slot] + 3.4, z: z[slot] })
    await server.step(30)
    expect(takeAll(client, MoveSelf.name)).toHaveLength(10)
  })
})

describe('following', () => {
  it('comes within reach, stays there, and goes on when the other does', () => {
    const { arena, slot } = player()
    const other = arena.character({ x: FIELD.x + 20, z: FIELD.z })
    expect(arena.now(slot, MoveFollow, { entity: arena.entity(other) })).toBe('ok')
    arena.step(100)
    expect(arena.distance(slot, other)).toBeCloseTo(2, 3)
    expect(arena.column(Motion, 'moved')[slot]).toBe(0)
    arena.move(other, FIELD.x + 20, FIELD.z + 30)
    arena.step(100)
    expect(arena.distance(slot, other)).toBeCloseTo(2, 3)
    // It looks at whom it follows.
    arena.move(other, arena.at(slot).x, arena.at(slot).z + 1)
    arena.step(2)
    expect(Math.abs(arena.column(Motion, 'heading')[slot] - NORTH)).toBeLessThan(200)
  })

  it('ends when the other is gone, though its slot be used again', () => {
    const { arena, slot } = player()
    const other = arena.character({ x: FIELD.x + 20, z: FIELD.z })
    arena.now(slot, MoveFollow, { entity: arena.entity(other) })
    arena.despawn(other)
    arena.step(2)
    expect(arena.column(Motion, 'mode')[slot]).toBe(moveMode.stand)
  })

  it('needs somebody else who is there', () => {
    const { arena, slot } = player()
    expect(arena.now(slot, MoveFollow, { entity: arena.entity(slot) })).toBe('noSuchTarget')
    expect(arena.now(slot, MoveFollow, { entity: 0 })).toBe('noSuchTarget')
    expect(arena.now(slot, MoveFollow, { entity: 4_000_000_000 })).toBe('noSuchTarget')
  })
})

describe('a teleport', () => {
  it('makes inputs wait for its acknowledgement, by the right counter', () => {
    const { arena, slot } = player()
    arena.column(Status, 'flags')[slot] = flag.dead
    arena.now(slot, DeathRelease, {})
    const [told] = arena.toldOf(slot, MoveTeleported)
    expect({ x: told.x, z: told.z }).toEqual(arena.at(slot))
    press(arena, slot, 3)
    arena.step(5)
    expect(arena.at(slot)).toEqual({ x: told.x, z: told.z })
    expect(arena.now(slot, MoveTeleportAck, { counter: told.counter + 1 })).toBe('stale')
    expect(arena.now(slot, MoveTeleportAck, { counter: told.counter })).toBe('ok')
    press(arena, slot, 1, 50)
    arena.step()
    expect(arena.at(slot).x).toBeGreaterThan(told.x)
  })
})

describe('the dead', () => {
  it('do not move, by any order', () => {
    const { arena, slot } = player()
    const other = arena.character({ x: FIELD.x + 20, z: FIELD.z })
    arena.column(Status, 'flags')[slot] = flag.dead
    expect(arena.now(slot, MoveTo, { x: 1, z: 1 })).toBe('dead')
    expect(arena.now(slot, MoveFollow, { entity: arena.entity(other) })).toBe('dead')
    expect(arena.now(slot, MoveStop, {})).toBe('dead')
    press(arena, slot, 5)
    arena.step(5)
    expect(arena.at(slot)).toEqual({ x: FIELD.x, z: FIELD.z })
  })
})
