import { describe, expect, it } from 'vitest'
import { defineEvent } from '../../src/ecs/event.js'
import { checkOpcodes, definePipeline } from '../../src/ecs/pipeline.js'
import { defineResource } from '../../src/ecs/resource.js'
import { defineSystem } from '../../src/ecs/system.js'
import { MyriadError } from '../../src/errors.js'
import { toCell, toClient, toServer } from '../../src/protocol/opcode.js'
import { u8 } from '../../src/schema/fields.js'
import { Bag, makeWorld, Nudge, Position, Push, testComponents } from './make-world.js'

const nothing = (name: string) => defineSystem({ name, run: () => undefined })
const pusher = defineSystem({ name: 'pusher', intents: [Push, Nudge], run: () => undefined })
const Happened = defineEvent('Happened', { n: u8 })

/** The text of the refusal. */
function refusal(make: () => unknown): string {
  try {
    make()
  } catch (error) {
    if (!(error instanceof MyriadError)) throw error
    expect(error.code).toBe('BAD_DECLARATION')
    return error.message
  }
  throw new Error('it was accepted')
}

describe('definePipeline', () => {
  it('runs phases in their fixed order, whatever the order of the lists', () => {
    const pipeline = definePipeline({ persist: [nothing('g')], enter: [nothing('a'), nothing('b')], resolve: [nothing('e')] })
    expect(pipeline.order.map((system) => system.name)).toEqual(['a', 'b', 'e', 'g'])
    expect(pipeline.phaseOf.get(pipeline.order[2])).toBe('resolve')
    expect(Object.isFrozen(pipeline.order)).toBe(true)
  })

  it('refuses a system that stands twice, in one phase or in two', () => {
    const twice = nothing('twice')
    expect(refusal(() => definePipeline({ enter: [twice, twice] }))).toMatch(/system twice stands twice; list each system once/)
    expect(refusal(() => definePipeline({ enter: [twice], resolve: [nothing('twice')] }))).toMatch(/system twice stands twice/)
  })

  it('refuses two consumers of one opcode', () => {
    const second = defineSystem({ name: 'second', intents: [Push], run: () => undefined })
    const text = refusal(() => definePipeline({ simulate: [pusher, second] }))
    expect(text).toMatch(/test\.push is consumed by pusher and by second; leave it to one/)
  })

  it('refuses a consumer that is not the declared handler', () => {
    const thief = defineSystem({ name: 'thief', intents: [Nudge], run: () => undefined })
    const text = refusal(() => definePipeline({ simulate: [thief] }))
    expect(text).toMatch(/test\.nudge names its handler pusher, but thief consumes it; make them agree/)
  })

  it.each(['replicate', 'persist'] as const)('refuses a system in %s that changes game state', (phase) => {
    const writer = defineSystem({ name: 'writer', writes: { position: Position, bag: Bag }, run: () => undefined })
    const crier = defineSystem({ name: 'crier', emits: [Happened], run: () => undefined })
    const mind = defineSystem({ name: 'mind', acts: [Push], run: () => undefined })
    const refused = (system: typeof writer) => refusal(() => definePipeline({ [phase]: [system] }))
    expect(refused(writer)).toMatch(`writer in ${phase} writes Position, Bag; game state changes only before replicate`)
    expect(refused(crier)).toMatch(`crier in ${phase} writes events`)
    expect(refused(mind)).toMatch(`mind in ${phase} writes intents`)
  })

  it('refuses a component under reads and writes, under one name or two', () => {
    const same = defineSystem({ name: 'same', reads: { a: Position }, writes: { a: Position }, run: () => undefined })
    const two = defineSystem({ name: 'two', reads: { a: Position }, writes: { b: Position }, run: () => undefined })
    const text = /lists Position under reads and writes; writes is enough/
    expect(refusal(() => definePipeline({ simulate: [same] }))).toMatch(text)
    expect(refusal(() => definePipeline({ simulate: [two] }))).toMatch(text)
  })

  it('refuses two things of one name, and the names that every context has', () => {
    const Shelf = defineResource('Shelf', { create: () => 1, hash: () => 1 })
    const query = defineSystem({ name: 'query', reads: { a: Position }, queries: { a: [Position] }, run: () => undefined })
    const events = defineSystem({ name: 'events', resources: { e: Shelf }, events: { e: Happened }, run: () => undefined })
    const hidden = defineSystem({ name: 'hidden', queries: { intents: [Position] }, run: () => undefined })
    const text = refusal(() => definePipeline({ simulate: [query, events, hidden] }))
    expect(text).toMatch(/query lists a under queries, but reads has it too; rename one/)
    expect(text).toMatch(/events lists e under events, but resources has it too; rename one/)
    expect(text).toMatch(/hidden lists intents under queries, but the context has it too; rename one/)
  })

  it('names everything that is wrong at once', () => {
    const thief = defineSystem({ name: 'thief', intents: [Nudge], reads: { a: Bag }, writes: { a: Bag }, run: () => undefined })
    const text = refusal(() => definePipeline({ simulate: [thief, thief] }))
    expect(text.split('; ').length).toBeGreaterThan(6)
  })
})

describe('checkOpcodes', () => {
  const Told = toClient({ id: 0x8201, name: 'test.told', payload: { n: u8 }, doc: 'Told.' })
  const Shown = toCell({ id: 0x8202, name: 'test.shown', payload: { n: u8 }, doc: 'Shown.' })

  it('accepts a protocol that is consumed', () => {
    expect(() => checkOpcodes(definePipeline({ simulate: [pusher] }), [Push, Nudge, Told])).not.toThrow()
  })

  it('refuses a request that nobody takes: a client could end the world with it', () => {
    const text = refusal(() => checkOpcodes(definePipeline({ simulate: [nothing('pusher')] }), [Push]))
    expect(text).toMatch(/test\.push is consumed by no system; list it under intents of pusher/)
  })

  it('accepts that nobody takes a retired one', () => {
    const Old = toServer({ ...Push, id: 0x0209, name: 'test.old', retired: true })
    expect(() => checkOpcodes(definePipeline({}), [Old])).not.toThrow()
  })

  it('refuses opcodes that are not in the protocol, whatever a system does with them', () => {
    const all = { intents: [Push, Nudge], acts: [Push], tells: [Told], shows: [Shown] } as const
    const speaker = defineSystem({ name: 'pusher', ...all, run: () => undefined })
    const text = refusal(() => checkOpcodes(definePipeline({ simulate: [speaker] }), [Nudge]))
    for (const name of ['test.push', 'test.told', 'test.shown'])
      expect(text).toContain(`pusher uses ${name}, which is not in the protocol; add it`)
    expect(text.match(/pusher uses/g)).toHaveLength(3)
  })
})

describe('a world', () => {
  it('refuses components that a system uses and the game does not list, and two of one name', () => {
    const mover = defineSystem({
      name: 'mover',
      reads: { bag: Bag },
      queries: { all: [Position] },
      run: () => undefined,
    })
    const text = refusal(() => makeWorld({ simulate: [mover] }, { components: [Position, { ...Position }] }))
    expect(text).toMatch(/two components are called Position; rename one/)
    expect(text).toMatch(/mover uses Bag, which is not in the game's components; add it/)
  })

  it('refuses two resources of one name', () => {
    const shelf = () => defineResource('Shelf', { create: () => 1, hash: () => 1 })
    const user = (name: string) => defineSystem({ name, resources: { shelf: shelf() }, run: () => undefined })
    const text = refusal(() => makeWorld({ simulate: [user('one'), user('two')] }, { components: testComponents }))
    expect(text).toMatch(/two resources are called Shelf; rename one/)
  })
})
