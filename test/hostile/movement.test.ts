import { describe, expect, it } from 'vitest'
import { INPUTS_MAX, InputQueue, Motion } from '../../components/motion.js'
import { DeathRelease } from '../../protocol/death.js'
import { MoveFollow, MoveInput, MoveStop, MoveTeleportAck, MoveTeleported, MoveTo } from '../../protocol/move.js'
import { Dice } from '../../scripts/fuzz/dice.js'
import { TOO_FAST_MAX } from '../../src/net/gate.js'
import { SessionEnter, SessionLogout } from '../../src/net/opcodes.js'
import { encode } from '../../src/protocol/codec.js'
import type { TestClient } from '../../src/testing/index.js'
import { content, FIELD, Scene } from './scene.js'

const TICK_HZ = 20
const SPEED_MPS = content.rates.runSpeedMps
const STEP_M = SPEED_MPS / TICK_HZ
/** Input time that may be saved up (PROTOCOL §2), in steps. */
const CREDIT_STEPS = (500 * TICK_HZ) / 1000
const EAST = { dx: 127, dz: 0, heading: 0, jump: false }

const pressed = (client: TestClient, count: number, input: { readonly dx: number; readonly dz: number } = EAST): unknown[][] =>
  Array.from({ length: count }, () => client.message(MoveInput, { ...EAST, ...input }))

async function runner() {
  const scene = await Scene.open()
  const { client, slot } = await scene.enter('Runner')
  const gone = (): number => scene.at(slot).x - FIELD.x
  return { scene, client, slot, gone, step: (n?: number) => scene.server.step(n) }
}

describe('ten times the inputs', () => {
  it('go no further than time allows, and end with the session', async () => {
    const { client, gone, step } = await runner()
    let ticks = 0
    for (; ticks < 200 && client.closed === null; ticks += 1) {
      client.sendValue(pressed(client, 10))
      await step()
      expect(gone()).toBeLessThanOrEqual(STEP_M * (ticks + 1 + CREDIT_STEPS) + 0.001)
    }
    expect(client.closed).toEqual({ code: 1008, reason: 'flood' })
    expect(gone()).toBeGreaterThan(STEP_M * (ticks / 2))
    expect(TOO_FAST_MAX).toBeLessThan(200 * 9)
  })

  it('are one step where the seq is one', async () => {
    const { client, gone, step } = await runner()
    const [message] = pressed(client, 1)
    for (let i = 0; i < 10; i += 1) client.sendValue(message)
    client.sendValue([message, message, message])
    await step(12)
    expect(gone()).toBeCloseTo(STEP_M, 3)
  })

  it('do not count when they are older than what was sent before', async () => {
    const { client, gone, step } = await runner()
    const messages = pressed(client, 5)
    client.sendValue(messages[4])
    for (const message of messages.slice(0, 4).reverse()) client.sendValue(message)
    await step(12)
    expect(gone()).toBeCloseTo(STEP_M, 3)
  })

  it('through two connections of one character are still one character’s', async () => {
    const { scene, client, gone, step } = await runner()
    const [{ characterId }] = await scene.server.store.charactersOf('guest:runner')
    let first = client
    let second = scene.server.connect('guest:runner')
    await step(4)
    let ticks = 0
    for (let turn = 0; turn < 12; turn += 1) {
      second.request(SessionEnter, { characterId })
      for (const one of [first, second]) one.sendValue(pressed(one, 10))
      await step(5)
      ticks += 5
      expect(gone()).toBeLessThanOrEqual(STEP_M * (ticks + CREDIT_STEPS) + 0.001)
      expect(first.closed?.reason).toBe('takenOver')
      first = second
      second = scene.server.connect('guest:runner')
      await step(4)
      ticks += 4
    }
  })
})

describe('saved input time', () => {
  it('is half a second at the most, however long nothing was sent', async () => {
    const { client, slot, gone, step, scene } = await runner()
    client.sendValue(pressed(client, 1))
    await step(200)
    const before = gone()
    client.sendValue(pressed(client, 30))
    await step()
    const { creditMs, count } = scene.server.world.columns(InputQueue)
    expect(gone() - before).toBeCloseTo(STEP_M * CREDIT_STEPS, 3)
    expect(creditMs[slot]).toBeLessThan(1)
    // What was over the queue's length is lost, not kept for later.
    expect(count[slot]).toBe(0)
    await step(30)
    expect(gone() - before).toBeCloseTo(STEP_M * INPUTS_MAX, 3)
  })

  it('is not earned by walking, waiting dead, or coming back', async () => {
    const { client, slot, gone, step, scene } = await runner()
    expect(await scene.answer(client, MoveTo, { x: FIELD.x + 30, z: FIELD.z })).toBe('ok')
    await step(200)
    const before = gone()
    client.sendValue(pressed(client, 10))
    await step()
    expect(gone() - before).toBeCloseTo(STEP_M, 3)
    client.request(SessionLogout, {})
    await step(3)
    const again = await scene.enter('Runner')
    expect(scene.server.world.columns(InputQueue).creditMs[again.slot]).toBe(0)
    expect(again.slot).not.toBe(slot)
  })

  it('and orders mixed at random never outrun the legs', async () => {
    const seed = 77
    const dice = new Dice(seed)
    const { client, slot, step, scene } = await runner()
    let before = scene.at(slot)
    let budgetM = STEP_M * CREDIT_STEPS
    let pathM = 0
    for (let tick = 0; tick < 600; tick += 1) {
      const lot = dice.below(10)
      const push = { dx: dice.between(-128, 127), dz: dice.between(-128, 127) }
      if (lot < 3) client.sendValue(pressed(client, dice.between(1, 6), push))
      else if (lot === 3) client.request(MoveTo, { x: FIELD.x + dice.between(-90, 90), z: FIELD.z + dice.between(-90, 90) })
      else if (lot === 4) client.request(MoveStop, {})
      await step()
      const now = scene.at(slot)
      const movedM = Math.hypot(now.x - before.x, now.z - before.z)
      budgetM = Math.min(STEP_M * CREDIT_STEPS, budgetM + STEP_M) - movedM
      pathM += movedM
      expect(budgetM, `seed ${seed}, tick ${tick}`).toBeGreaterThan(-0.005)
      before = now
    }
    expect(client.closed).toBeNull()
    expect(pathM).toBeGreaterThan(20)
  })
})

describe('a direction', () => {
  it.each([
    [127, 127],
    [-128, -128],
    [-128, 127],
    [127, 64],
  ])('(%i, %i) longer than 1 is cut to 1', async (dx, dz) => {
    const { client, slot, step, scene } = await runner()
    client.sendValue(pressed(client, 1, { dx, dz }))
    await step()
    const { x, z } = scene.at(slot)
    expect(Math.hypot(x - FIELD.x, z - FIELD.z)).toBeCloseTo(STEP_M, 3)
    expect(Math.sign(x - FIELD.x)).toBe(Math.sign(dx))
  })

  it.each([
    ['too far east', [128, 0, 0, false]],
    ['a hundred times too far', [12_700, 0, 0, false]],
    ['between two whole numbers', [0.5, 0, 0, false]],
    ['no number', [Number.NaN, 0, 0, false]],
    ['endless', [Number.POSITIVE_INFINITY, 0, 0, false]],
    ['a text', ['127', 0, 0, false]],
    ['with a speed of its own', [127, 0, 0, false, 700]],
    ['with a heading past the turn', [127, 0, 65_536, false]],
    ['with a jump that is a number', [127, 0, 0, 1]],
  ])('that is %s is malformed, and nobody moves', async (_what, fields) => {
    const { client, gone, step, scene } = await runner()
    expect(await scene.answerRaw(client, MoveInput, fields)).toBe('malformed')
    await step(3)
    expect(gone()).toBe(0)
  })
})

describe('move.to', () => {
  it('far away is a walk of a step a tick', async () => {
    const { client, gone, step, scene, slot } = await runner()
    expect(await scene.answer(client, MoveTo, { x: FIELD.x + 300, z: FIELD.z })).toBe('ok')
    expect(gone()).toBeCloseTo(STEP_M, 3)
    await step(19)
    expect(gone()).toBeCloseTo(STEP_M * 20, 2)
    // Asking again and again is no faster.
    for (let tick = 0; tick < 20; tick += 1) await scene.answer(client, MoveTo, { x: FIELD.x + 300 - tick, z: FIELD.z })
    expect(gone()).toBeCloseTo(STEP_M * 40, 2)
    expect(scene.server.world.columns(Motion).speedMps[slot]).toBe(SPEED_MPS)
  })

  it.each([
    ['east of the zone', [2_000, 100]],
    ['before its corner', [-0.001, 100]],
    ['far outside', [3e38, 100]],
  ])('%s is outOfRange', async (_what, fields) => {
    const { client, gone, scene } = await runner()
    expect(await scene.answerRaw(client, MoveTo, fields)).toBe('outOfRange')
    expect(gone()).toBe(0)
  })

  it.each([
    ['no number', [Number.NaN, 100]],
    ['endless', [100, Number.NEGATIVE_INFINITY]],
    ['more than 32 bits hold', [1e300, 100]],
  ])('to what is %s is malformed', async (_what, fields) => {
    const { client, gone, scene } = await runner()
    expect(await scene.answerRaw(client, MoveTo, fields)).toBe('malformed')
    expect(gone()).toBe(0)
  })
})

describe('after a teleport', () => {
  it('inputs do not count until its own number comes back', async () => {
    const { client, slot, step, scene } = await runner()
    client.sendValue(pressed(client, 1))
    await scene.kill(slot)
    expect(await scene.answer(client, DeathRelease, {})).toBe('ok')
    const told = client.take(MoveTeleported)
    const there = scene.at(slot)
    expect(told).toMatchObject({ counter: 1, x: there.x, z: there.z })
    client.sendValue(pressed(client, 5))
    await step(10)
    expect(scene.at(slot)).toEqual(there)
    for (const counter of [0, 2, 65_535]) expect(await scene.answer(client, MoveTeleportAck, { counter })).toBe('stale')
    client.sendValue(pressed(client, 5))
    await step(10)
    expect(scene.at(slot)).toEqual(there)
    expect(await scene.answer(client, MoveTeleportAck, { counter: 1 })).toBe('ok')
    client.sendValue(pressed(client, 1))
    await step()
    expect(scene.at(slot).x - there.x).toBeCloseTo(content.rates.ghostSpeedMps / TICK_HZ, 3)
  })

  it('what was queued before it is not carried out after it', async () => {
    const { client, slot, step, scene } = await runner()
    client.sendValue(pressed(client, 10))
    await scene.kill(slot)
    client.sendRaw(encode(client.message(DeathRelease, {})))
    await step()
    const there = scene.at(slot)
    expect(await scene.answer(client, MoveTeleportAck, { counter: 1 })).toBe('ok')
    await step(10)
    expect(scene.at(slot)).toEqual(there)
  })
})

it('following goes no faster than walking, and only after whom there is', async () => {
  const scene = await Scene.open()
  const { client, slot, entity } = await scene.enter('Runner')
  const { entity: other } = await scene.enter('Other', { x: FIELD.x + 200, z: FIELD.z })
  for (const gone of [0, entity, 0xffffffff, (other + (1 << 20)) >>> 0, other & 0xfffff])
    expect(await scene.answer(client, MoveFollow, { entity: gone }), String(gone)).toBe('noSuchTarget')
  expect(await scene.answer(client, MoveFollow, { entity: other })).toBe('ok')
  await scene.server.step(19)
  expect(scene.at(slot).x - FIELD.x).toBeCloseTo(STEP_M * 20, 2)
})
