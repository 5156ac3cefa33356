import { defineComponent } from '../../src/ecs/component.js'
import type { Slot } from '../../src/ecs/entities.js'
import { definePipeline, type Phase } from '../../src/ecs/pipeline.js'
import type { System } from '../../src/ecs/system.js'
import { World, type WorldSetup } from '../../src/ecs/world.js'
import type { AnyIntent, OpcodePayload, ToServer } from '../../src/protocol/opcode.js'
import { toServer } from '../../src/protocol/opcode.js'
import { each, f32, f64, i16, u8, u16, u32 } from '../../src/schema/fields.js'

export const Position = defineComponent('Position', { x: f32, z: f32 })
export const Velocity = defineComponent('Velocity', { x: f32, z: f32 })
/** Marked for the journal and for its owner. */
export const Bag = defineComponent('Bag', { gold: u32, item: each(u16, 4) }, { replicate: 'owner', persist: 'tick' })
/** Marked for the journal alone. */
export const Deed = defineComponent('Deed', { done: u8 }, { persist: 'tick' })
/** Marked for its owner alone. */
export const Focus = defineComponent('Focus', { on: u32 }, { replicate: 'owner' })
/** Every kind of column that a hash must see through. */
export const Mixed = defineComponent('Mixed', { small: i16, exact: f64, many: each(f32, 3) })
export const Tag = defineComponent('Tag', {})

export const testComponents = [Position, Velocity, Bag, Deed, Focus, Mixed, Tag] as const

export const Push = toServer({
  id: 0x0201,
  name: 'test.push',
  payload: { by: u8 },
  auth: 'inWorld',
  rate: 'action',
  handler: 'pusher',
  doc: 'Pushes.',
})
/** Gets no `session.result`. */
export const Nudge = toServer({
  id: 0x0202,
  name: 'test.nudge',
  payload: { by: u8 },
  auth: 'inWorld',
  rate: 'action',
  handler: 'pusher',
  result: false,
  doc: 'Pushes and hears nothing.',
})

type Lists = { readonly [P in Phase]?: readonly System[] }

export function makeWorld(lists: Lists = {}, setup: Partial<WorldSetup> = {}): World {
  return new World({
    components: testComponents,
    pipeline: definePipeline(lists),
    capacity: 64,
    seed: 7,
    tickHz: 20,
    content: undefined,
    settings: {},
    shadow: true,
    ...setup,
  })
}

export function step(world: World, times = 1): void {
  for (let i = 0; i < times; i += 1) world.step({ elapsedMs: 50, calendarMs: 0 })
}

/** Puts a request before its system. */
export function ask<O extends ToServer>(world: World, actor: Slot, opcode: O, payload: OpcodePayload<O>): AnyIntent {
  const intent: AnyIntent = { name: opcode.name, opcode, actor, session: 0, seq: 0, payload, answered: false }
  world.runner.deliver(intent)
  return intent
}
