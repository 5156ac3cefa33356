import type { Component } from '../../src/ecs/component.js'
import { definePipeline } from '../../src/ecs/pipeline.js'
import { World } from '../../src/ecs/world.js'
import { CellEncoder } from '../../src/net/cell-encoder.js'
import type { CellState } from '../../src/net/cell-state.js'
import { Interest, NO_RING, type OuterRing, Watch } from '../../src/net/interest.js'
import { BLOCK_DELTA, BLOCK_FULL, BLOCK_OUTER, BLOCK_OUTER_DELTA, cellLayout } from '../../src/protocol/cell-layout.js'
import { packedForm } from '../../src/schema/packed.js'
import { GridResource } from '../../src/space/grid.js'
import { Boomed, CELL_SIZE_M, components, Facing, Health, Look, Shield, Spot } from '../client/tiny-game.js'

export type Bytes = readonly number[]
export const u8 = (value: number): Bytes => [value & 0xff]
export const u16 = (value: number): Bytes => [value & 0xff, (value >>> 8) & 0xff]
export const u32 = (value: number): Bytes => [...u16(value), ...u16(value >>> 16)]
export const text = (value: string): Bytes => [Buffer.byteLength(value), ...Buffer.from(value)]
export const join = (...parts: readonly Bytes[]): Bytes => parts.flat()
export const counted = (list: readonly Bytes[]): Bytes => [...u16(list.length), ...list.flat()]
export const block = (kind: number, index: number, body: Bytes): Bytes => join(u8(kind), u32(index), u32(body.length), body)

export const layout = cellLayout(components, CELL_SIZE_M)
export const componentBit = (name: string): number => 1 << layout.components.findIndex((component) => component.name === name)
export const updateBit = (name: string): number => 1 << layout.updates.findIndex((field) => field.name === name)
/** What everybody has unless the test says otherwise. */
export const USUAL: readonly Component[] = [Spot, Facing, Look, Health]
export const USUAL_MASK = componentBit('Spot') | componentBit('Facing') | componentBit('Look') | componentBit('Health')

export const ZONE = 3
export const INSTANCE = 2

/** One member as a record has it: sixteenths of a cell, and the numbers that `Scene.spawn` gives everybody. */
export interface Shown {
  readonly x?: number
  readonly z?: number
  readonly heading?: number
  readonly now?: number
  readonly name?: string
  readonly charge?: number
  readonly mask?: number
}
/** Of a whole record: entity, local id, mask, fields in the layout's order, name; a crossing has no identity and no name. */
export function record(entity: number, local: number, shown: Shown = {}, isCrossing = false): Bytes {
  const { x = 8, z = 8, heading = 0x40, now = 60, name = '', charge, mask = USUAL_MASK } = shown
  const has = (component: string, fields: Bytes): Bytes => ((mask & componentBit(component)) === 0 ? [] : fields)
  return join(
    join(u32(entity), u16(local), u16(mask)),
    has('Spot', join(u16(x * 4_096), u16(32_768 + 64), u16(z * 4_096))),
    has('Facing', u8(heading)),
    isCrossing ? [] : has('Look', join(u8(5), u16(700))),
    has('Health', join(u16(now), u16(100))),
    has('Shield', u32(charge ?? 0)),
    isCrossing ? [] : text(name),
  )
}

export const fullBlock = (state: CellState, sequence: number, members: readonly Bytes[]): Bytes =>
  block(BLOCK_FULL, state.index, join(u16(ZONE), u16(INSTANCE), u16(state.cx), u16(state.cz), u16(sequence), counted(members)))

export interface DeltaParts {
  readonly leaves?: readonly Bytes[]
  readonly enters?: readonly Bytes[]
  readonly crossings?: readonly Bytes[]
  readonly groups?: readonly Bytes[]
  readonly events?: readonly Bytes[]
}
const deltaBody = (sequence: number, { leaves = [], enters = [], crossings = [], groups = [], events = [] }: DeltaParts): Bytes =>
  join(u16(sequence), ...[leaves, enters, crossings, groups, events].map(counted))
export const deltaBlock = (state: CellState, sequence: number, parts: DeltaParts): Bytes =>
  block(BLOCK_DELTA, state.index, deltaBody(sequence, parts))
export const outerDeltaBlock = (state: CellState, sequence: number, parts: DeltaParts): Bytes =>
  block(BLOCK_OUTER_DELTA, state.index, deltaBody(sequence, parts))
/** The cell is an outer one from here on: the outer delta before, and how often it is its turn. */
export const outerBlock = (state: CellState, sequence: number, everyTicks: number): Bytes =>
  block(BLOCK_OUTER, state.index, join(u16(sequence), u8(everyTicks)))
/** Local id, and the cell that it went to. */
export const leave = (local: number, toCell: number): Bytes => join(u16(local), u32(toCell))
/** The cell it came from, and who it is. */
export const entered = (fromCell: number, member: Bytes): Bytes => join(u32(fromCell), member)
/** Which fields, and each member's local id with its values. */
export const group = (mask: number, members: readonly Bytes[]): Bytes => join(u16(mask), counted(members))

/** An event, and its bytes. */
export function boom(number: number) {
  const packed = packedForm(Boomed.payload)
  if (packed === undefined) throw new Error('the event has no packed form')
  return { opcode: Boomed, packed, payload: { who: 9, sort: 'puff', number, label: 'böm' } }
}
export const boomed = (number: number): Bytes => join(u16(Boomed.id), u32(9), u8(1), u16(number), text('böm'))

/** The middle of a column or row, in metres; `sixteenths` of a cell from its low edge. */
export const at = (column: number, sixteenths = 8): number => (column + sixteenths / 16) * CELL_SIZE_M

/** A world without systems, its grid, who watches it, and the encoder. A tick is what `net` does in one. */
export class Scene {
  readonly world: World
  readonly interest: Interest
  readonly encoder: CellEncoder
  readonly names = new Map<number, string>()
  private readonly watches: Watch[] = []

  constructor(
    capacity = 100,
    private readonly ring: OuterRing = NO_RING,
  ) {
    this.world = new World({
      components,
      pipeline: definePipeline({}),
      capacity,
      seed: 1,
      tickHz: 20,
      content: undefined,
      settings: { cellSizeM: CELL_SIZE_M },
    })
    this.interest = new Interest(this.grid, ring)
    this.encoder = new CellEncoder(this.world, this.grid, layout, (slot) => this.names.get(slot) ?? '', this.interest)
  }

  get grid() {
    return this.world.resource(GridResource)
  }

  spawn(column: number, options: { readonly row?: number; readonly has?: readonly Component[]; readonly name?: string } = {}) {
    const { world } = this
    const slot = world.commands.spawn(options.has ?? USUAL)
    world.commandBuffer.flush()
    const columns = { ...world.columns(Look), ...world.columns(Health), ...world.columns(Shield), ...world.columns(Facing) }
    const values = { kind: 5, skin: 700, now: 60, max: 100, charge: 0xfffffffe, heading: 0x4000 }
    for (const [name, value] of Object.entries(values)) columns[name][slot] = value
    world.columns(Spot).y[slot] = 2
    if (options.name !== undefined) this.names.set(slot, options.name)
    this.put(slot, column, options.row)
    return slot
  }

  /** Puts it into a cell, by default in its middle. */
  put(slot: number, column: number, row = 5, sixteenths = 8): void {
    const { x, z } = this.world.columns(Spot)
    x[slot] = at(column, sixteenths)
    z[slot] = at(row)
    this.grid.put(slot, ZONE, INSTANCE, x[slot], z[slot])
  }

  set(slot: number, component: Component, name: string, value: number): void {
    this.world.columns(component)[name][slot] = value
  }

  despawn(slot: number): void {
    this.grid.take(slot)
    this.world.commands.despawn(slot)
    this.world.commandBuffer.flush()
  }

  change(slot: number, how: 'add' | 'remove', component: Component): void {
    this.world.commands[how](slot, component)
    this.world.commandBuffer.flush()
  }

  /** Somebody who sees the cells around a column of row 5. */
  watch(column: number): Watch {
    const watch = new Watch()
    this.watches.push(watch)
    this.stand(watch, column)
    return watch
  }

  /** It looks on from there in the next tick. */
  stand(watch: Watch, column: number): void {
    this.interest.follow(watch, ZONE, INSTANCE, at(column), at(5), this.world.tick + 1)
  }

  unwatch(watch: Watch): void {
    this.interest.leave(watch)
    this.watches.splice(this.watches.indexOf(watch), 1)
  }

  state(column: number, row = 5): CellState {
    return this.interest.state(ZONE, INSTANCE, column, row)
  }

  entity(slot: number): number {
    return this.world.entityOf(slot)
  }

  tick(): void {
    const { world, encoder, interest } = this
    world.tick += 1
    encoder.begin()
    for (const state of interest.watchedCells) encoder.near(state)
    if (this.ring.rings > 0) for (const state of interest.watchedCells) encoder.outer(state)
    for (const watch of this.watches) for (const state of watch.fresh) encoder.full(state)
    for (const watch of this.watches) watch.begin()
  }

  private bytes(start: number, end: number): Bytes {
    return [...this.encoder.arena.bytes.subarray(start, end)]
  }

  delta(state: CellState): Bytes {
    return this.bytes(state.deltaAt, state.deltaEnd)
  }

  full(state: CellState): Bytes {
    return this.bytes(state.fullAt, state.fullEnd)
  }

  /** Behind a full body that is meant for the ring. */
  fullNotice(state: CellState): Bytes {
    return this.bytes(state.fullEnd, state.noticeEnd)
  }

  outer(state: CellState): Bytes {
    return this.bytes(state.outerAt, state.outerEnd)
  }

  /** Before the outer body, for who has watched near until now. */
  notice(state: CellState): Bytes {
    return this.bytes(state.noticeAt, state.outerAt)
  }
}
