import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { defineComponent } from '../../src/ecs/component.js'
import { defineEvent } from '../../src/ecs/event.js'
import { defineResource } from '../../src/ecs/resource.js'
import { createRow } from '../../src/ecs/row.js'
import { type ContextOf, defineSystem } from '../../src/ecs/system.js'
import { toCell, toClient, toServer } from '../../src/protocol/opcode.js'
import { bool, each, f32, list, oneOf, record, text, u8, u16, u32 } from '../../src/schema/fields.js'
import { asIs } from '../../src/schema/wire-forms.js'

/**
 * What the compiler must refuse. Each line under `@ts-expect-error` is an error of its own; should it ever compile,
 * `npm run types` fails with "unused '@ts-expect-error' directive". Nothing here is run: the systems are only declared.
 */

const Position = defineComponent('Position', { x: f32, z: f32 })
const Velocity = defineComponent('Velocity', { x: f32, z: f32 })
const Bag = defineComponent('Bag', { gold: u32, item: each(u16, 4) }, { replicate: 'owner', persist: 'tick' })
const Shelf = defineResource('Shelf', { create: () => ({ books: 0 }), hash: (shelf) => shelf.books })
const Killed = defineEvent('Killed', { victim: u32, byHand: bool })
const Looted = defineEvent('Looted', { corpse: u32 })

const shared = { auth: 'inWorld', rate: 'action', handler: 'sample', doc: 'A sample.' } as const
const Attack = toServer({ ...shared, id: 0x0301, name: 'test.attack', payload: { target: u32, how: oneOf('soft', 'hard') } })
const Speak = toServer({ ...shared, id: 0x0302, name: 'test.speak', payload: { text: text(20) } })
const Told = toClient({
  id: 0x8301,
  name: 'test.told',
  payload: { names: list(record({ name: text(8), level: u8 }), 4) },
  doc: 'Told.',
})
const Warned = toClient({ id: 0x8302, name: 'test.warned', payload: {}, doc: 'Warned.' })
const Swung = toCell({ id: 0x8303, name: 'test.swung', payload: { amount: u16 }, doc: 'Swung.' })
const Hailed = toCell({ id: 0x8304, name: 'test.hailed', payload: {}, doc: 'Hailed.' })

const needs = {
  name: 'sample',
  reads: { velocity: Velocity },
  writes: { position: Position, bag: Bag },
  resources: { shelf: Shelf },
  queries: { movers: [Position, Velocity] },
  events: { killed: Killed },
  intents: [Attack],
  emits: [Killed],
  tells: [Told],
  shows: [Swung],
  acts: [Attack],
} as const

/** What is allowed, so that the errors below are not those of a mistyped declaration. */
const allowed = defineSystem({
  ...needs,
  run({ velocity, position, bag, shelf, movers, killed, intents, emit, tell, show, act, answer, commands }) {
    for (let i = 0; i < movers.length; i += 1) position.x[movers[i]] += velocity.x[movers[i]]
    bag.set(1, 'gold', bag.gold[1] + 1)
    bag.setAt(1, 'item', 2, bag.item[4])
    shelf.books += killed.length + (killed[0]?.byHand ? 1 : 0)
    for (const intent of intents) {
      const how: 'soft' | 'hard' = intent.payload.how
      emit(Killed, { victim: intent.payload.target, byHand: how === 'hard' })
      tell(intent.actor, Told, { names: [{ name: 'Ada', level: 3 }] })
      show(intent.actor, Swung, { amount: 1 })
      act(intent.actor, Attack, { target: 1, how: 'soft' })
      answer(intent, 0)
    }
    commands.spawn([Position])
  },
})

const columnErrors = defineSystem({
  ...needs,
  run(context) {
    const { velocity, position, bag, movers } = context
    // @ts-expect-error a component that is not declared
    context.health.x[1] = 2
    // @ts-expect-error a column that the component does not have
    position.y[1] = 2
    // @ts-expect-error a column under reads is not written
    velocity.x[1] = 2
    // @ts-expect-error nor in part
    velocity.x[1] += 2
    // @ts-expect-error nor by the methods of an array
    velocity.x.fill(0)
    // @ts-expect-error a marked column is written through its editor alone
    bag.gold[1] = 2
    // @ts-expect-error also where it holds several values a row
    bag.item[1] = 2
    // @ts-expect-error an editor knows its own columns
    bag.set(1, 'silver', 2)
    // @ts-expect-error a field of several values needs the place
    bag.set(1, 'item', 2)
    // @ts-expect-error a field of one value has no places
    bag.setAt(1, 'gold', 0, 2)
    // @ts-expect-error columns hold numbers
    bag.set(1, 'gold', 'much')
    // @ts-expect-error columns hold numbers
    position.x[1] = '2'
    // @ts-expect-error what is declared is not replaced
    context.position = position
    // @ts-expect-error a query's result is not changed
    movers[0] = 3
  },
})

const speechErrors = defineSystem({
  ...needs,
  run({ emit, tell, show, act }) {
    // @ts-expect-error an event that is not declared
    emit(Looted, { corpse: 1 })
    // @ts-expect-error a number where a boolean is declared
    emit(Killed, { victim: 1, byHand: 1 })
    // @ts-expect-error a field is missing
    emit(Killed, { victim: 1 })
    // @ts-expect-error a field too much
    emit(Killed, { victim: 1, byHand: true, where: 3 })
    // @ts-expect-error a message that is not declared
    tell(1, Warned, {})
    // @ts-expect-error a cell event is no private message
    tell(1, Swung, { amount: 1 })
    // @ts-expect-error a wrong type deep in a payload
    tell(1, Told, { names: [{ name: 'Ada', level: 'three' }] })
    // @ts-expect-error a list where a list is declared
    tell(1, Told, { names: { name: 'Ada', level: 3 } })
    // @ts-expect-error a cell event that is not declared
    show(1, Hailed, {})
    // @ts-expect-error a wrong payload
    show(1, Swung, { sum: 1 })
    // @ts-expect-error an opcode that is not declared for minds
    act(1, Speak, { text: 'hello' })
    // @ts-expect-error a word that is not in the closed list
    act(1, Attack, { target: 1, how: 'gently' })
  },
})

const intentErrors = defineSystem({
  ...needs,
  run({ intents, answer, killed, shelf }) {
    for (const intent of intents) {
      // @ts-expect-error a field that the opcode does not have
      intent.payload.text
      // @ts-expect-error an opcode that is not consumed here
      if (intent.name === 'test.speak') answer(intent, 0)
      // @ts-expect-error a code is a number
      answer(intent, 'ok')
    }
    // @ts-expect-error an event is not changed
    for (const event of killed) event.victim = 3
    // @ts-expect-error a resource has its own type
    shelf.scrolls = 1
  },
})

const nothingDeclared = defineSystem({
  name: 'bare',
  run(context) {
    // @ts-expect-error nothing is declared
    context.position.x[1] = 2
    // @ts-expect-error no event is declared
    context.emit(Killed, { victim: 1, byHand: true })
    // @ts-expect-error no message is declared
    context.tell(1, Told, { names: [] })
    // @ts-expect-error no cell event is declared
    context.show(1, Swung, { amount: 1 })
    // @ts-expect-error no opcode is declared for minds
    context.act(1, Attack, { target: 1, how: 'soft' })
    // @ts-expect-error no intent is consumed
    context.intents[0].payload.target
  },
})

/** A function beside a system, typed by `ContextOf`, is held to the same. */
function helper(world: ContextOf<typeof needs>): void {
  world.position.x[1] = world.velocity.x[1]
  // @ts-expect-error a column under reads is not written
  world.velocity.x[1] = 2
  // @ts-expect-error a component that is not declared
  world.health.x[1] = 2
  // @ts-expect-error an event that is not declared
  world.emit(Looted, { corpse: 1 })
}

const declarationErrors = [
  // @ts-expect-error a system without work
  () => defineSystem({ name: 'idle' }),
  // @ts-expect-error an event where a component belongs
  () => defineSystem({ name: 'x', reads: { killed: Killed }, run: () => undefined }),
  // @ts-expect-error a message to clients is not consumed
  () => defineSystem({ name: 'x', intents: [Told], run: () => undefined }),
  // @ts-expect-error a request is not told
  () => defineSystem({ name: 'x', tells: [Attack], run: () => undefined }),
  // @ts-expect-error a private message is not shown to a cell
  () => defineSystem({ name: 'x', shows: [Told], run: () => undefined }),
  // @ts-expect-error texts are no columns
  () => defineComponent('Name', { name: text(20) }),
  // @ts-expect-error a column that does not exist cannot be replicated
  () => defineComponent('Place', { zone: u16 }, { replicate: { zome: asIs(16) } }),
  // @ts-expect-error events hold scalars
  () => defineEvent('Said', { text: text(20) }),
  // @ts-expect-error an unknown level of rights
  () => toServer({ ...shared, id: 1, name: 'a.b', payload: {}, auth: 'root' }),
  // @ts-expect-error the class of bots is no opcode's own
  () => toServer({ ...shared, id: 1, name: 'a.b', payload: {}, rate: 'bot' }),
  // @ts-expect-error a row writes around the editor of a marked component
  () => createRow(Bag, {}),
]

describe('what the compiler refuses', () => {
  const here = fileURLToPath(import.meta.url)
  const root = new URL('../../', import.meta.url)
  const read = (path: string) => JSON.parse(readFileSync(new URL(path, root), 'utf8')) as Record<string, unknown>

  it('is checked by `npm run types` and by `npm test`: the configuration takes this folder in, strictly', () => {
    const config = read('tsconfig.json') as { include: string[]; exclude?: string[]; compilerOptions: Record<string, unknown> }
    expect(here.endsWith('/test/ecs/compile-time.test.ts')).toBe(true)
    expect(config.include).toContain('test')
    expect(config.exclude).toBeUndefined()
    expect(config.compilerOptions.strict).toBe(true)
    expect(config.compilerOptions.noEmit).toBe(true)
    const { scripts } = read('package.json') as { scripts: Record<string, string> }
    expect(scripts.types).toContain('tsc -p tsconfig.json')
    expect(scripts.test).toContain('npm run types')
  })

  it('is said with a reason in every case, and nowhere switched off', () => {
    const lines = readFileSync(here, 'utf8').split('\n')
    const directive = '@ts-expect-' + 'error'
    const expected = lines.filter((line) => line.trimStart().startsWith(`// ${directive}`))
    expect(expected.length).toBeGreaterThanOrEqual(45)
    for (const line of expected) expect(line.trim().length).toBeGreaterThan(`// ${directive} `.length + 8)
    expect(lines.some((line) => line.trimStart().startsWith('// @ts-' + 'nocheck'))).toBe(false)
  })

  it('is declared by systems that are otherwise sound', () => {
    const systems = [allowed, columnErrors, speechErrors, intentErrors, nothingDeclared]
    expect(systems.map((system) => system.name)).toEqual(['sample', 'sample', 'sample', 'sample', 'bare'])
    expect(allowed.intents).toEqual([Attack])
    expect([helper, ...declarationErrors].every((unused) => typeof unused === 'function')).toBe(true)
  })
})
