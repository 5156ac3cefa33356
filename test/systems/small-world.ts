import { Bag, Purse } from '../../components/bag.js'
import { characterComponents, components, creatureComponents, npcComponents } from '../../components/index.js'
import { Kind, kindType } from '../../components/kind.js'
import { Place, Position } from '../../components/motion.js'
import { Progress } from '../../components/progress.js'
import { flag, Status } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import { resultCodes } from '../../protocol/result-codes.js'
import type { Column, ColumnsByName, Editor } from '../../src/ecs/columns.js'
import type { Component } from '../../src/ecs/component.js'
import type { Entity, Slot } from '../../src/ecs/entities.js'
import type { EventValue, GameEvent } from '../../src/ecs/event.js'
import { definePipeline } from '../../src/ecs/pipeline.js'
import type { Resource, ResourceValue } from '../../src/ecs/resource.js'
import { defineSystem, type System } from '../../src/ecs/system.js'
import { World } from '../../src/ecs/world.js'
import type { AnyIntent, OpcodePayload, ToCell, ToClient, ToServer } from '../../src/protocol/opcode.js'
import { GridResource } from '../../src/space/grid.js'
import { parseContent } from '../../systems/content/tables.js'
import type { Content } from '../../systems/content/types.js'
import {
  ExperienceEarned,
  ItemCast,
  ItemGained,
  ItemLost,
  ItemUsed,
  Killed,
  LevelGained,
  StatsChanged,
  Talked,
  TradeEnded,
} from '../../systems/events.js'
import { contentFiles } from './content-files.js'
import { refreshBySlot } from './refresh.js'

export const content: Content = parseContent(contentFiles())
export const TICK_HZ = 20

/** An entry of the shipped content by its key. */
export function keyed<T extends { readonly key: string }>(list: readonly T[], key: string): T {
  const found = list.find((entry) => entry.key === key)
  if (found === undefined) throw new Error(`the content has no ${key}`)
  return found
}

type Seen = { readonly event: string; readonly value: Readonly<Record<string, number>> }
type Told = { readonly slot: Slot; readonly opcode: ToClient; readonly payload: Readonly<Record<string, unknown>> }

export interface Reply {
  /** The result code's name; undefined until it is answered. */
  code: string | undefined
}

const watched = {
  gained: ItemGained,
  lost: ItemLost,
  talked: Talked,
  earned: ExperienceEarned,
  levelled: LevelGained,
  cast: ItemCast,
  changed: StatsChanged,
  traded: TradeEnded,
}

/**
 * A real world of a few systems, in the order given, with people who ask by hand. A first system emits what the test
 * wants to have happened; a last one notes every event.
 */
export class SmallWorld {
  readonly world: World
  readonly seen: Seen[] = []
  readonly told: Told[] = []
  readonly shown: { readonly opcode: ToCell; readonly payload: unknown }[] = []
  private readonly due: { event: GameEvent; value: unknown }[] = []
  private readonly replies = new Map<AnyIntent, Reply>()

  constructor(systems: readonly System[], options: { readonly content?: Content; readonly seed?: number } = {}) {
    const { due, seen } = this
    const driver = defineSystem({
      name: 'driver',
      emits: [Killed, ItemGained, ItemLost, ItemUsed, Talked, ExperienceEarned],
      run({ emit }) {
        for (const { event, value } of due.splice(0)) emit(event as typeof Killed, value as EventValue<typeof Killed>)
      },
    })
    const witness = defineSystem({
      name: 'witness',
      events: watched,
      run(context) {
        for (const [key, event] of Object.entries(watched)) {
          for (const value of context[key as keyof typeof watched]) seen.push({ event: event.name, value: { ...value } })
        }
      },
    })
    this.world = new World({
      components,
      pipeline: definePipeline({ enter: [driver], resolve: systems, replicate: [witness] }),
      capacity: 500,
      seed: options.seed ?? 7,
      tickHz: TICK_HZ,
      content: options.content ?? content,
      settings: {},
      shadow: true,
    })
    this.world.outlet = {
      tell: (slot, opcode, payload) => this.told.push({ slot, opcode, payload }),
      show: (_slot, opcode, payload) => this.shown.push({ opcode, payload }),
      answer: (intent, code) => {
        const reply = this.replies.get(intent)
        if (reply !== undefined) reply.code = resultCodes.list[code].name
      },
    }
  }

  /** `Component.field`, for reading and for setting up what is not marked. */
  column(component: Component, field: string): Column {
    return this.world.columns(component)[field]
  }

  /** The write path of a marked component. */
  edit<C extends Component>(component: C): Editor<C['fields']> {
    return this.world.editor(component) as Editor<C['fields']>
  }

  resource<R extends Resource>(resource: R): ResourceValue<R> {
    return this.world.resource(resource)
  }

  private place(slot: Slot, x: number, z: number): void {
    this.column(Position, 'x')[slot] = x
    this.column(Position, 'z')[slot] = z
    this.column(Place, 'zone')[slot] = content.zone.id
  }

  /** Moves an entity, in the grid too. */
  move(slot: Slot, x: number, z: number): void {
    this.place(slot, x, z)
    this.world.resource(GridResource).put(slot, content.zone.id, 0, x, z)
  }

  private spawn(list: readonly Component[], type: number, look: number, level: number, x: number, z: number): Slot {
    const slot = this.world.commands.spawn(list)
    this.column(Kind, 'type')[slot] = type
    this.column(Kind, 'look')[slot] = look
    this.column(Status, 'level')[slot] = level
    this.world.commandBuffer.flush()
    this.move(slot, x, z)
    return slot
  }

  character(options: { x?: number; z?: number; level?: number; classKey?: string } = {}): Slot {
    const { x = 1000, z = 1000, level = 1, classKey = 'guardian' } = options
    const kind = keyed(content.classList, classKey)
    const slot = this.spawn(characterComponents, kindType.character, kind.id, level, x, z)
    this.edit(Progress).set(slot, 'class', kind.id)
    this.edit(Progress).set(slot, 'level', level)
    const vitals: ColumnsByName = this.world.columns(Vitals)
    refreshBySlot(this.world, slot)
    vitals.health[slot] = 1
    return slot
  }

  creature(key: string, options: { x?: number; z?: number; level?: number } = {}): Slot {
    const { x = 1000, z = 1000, level = 1 } = options
    const slot = this.spawn(creatureComponents, kindType.creature, keyed(content.creatureList, key).id, level, x, z)
    refreshBySlot(this.world, slot)
    return slot
  }

  npc(key: string): Slot {
    const kind = keyed(content.npcList, key)
    return this.spawn(npcComponents, kindType.npc, kind.id, 20, kind.x, kind.z)
  }

  /** A creature of that kind dies in the next step, with the right to it as given (0: nobody's). */
  kill(victim: Slot, tap: Slot, killer: Slot = tap): void {
    this.column(Status, 'flags')[victim] |= flag.dead
    this.column(Status, 'tap')[victim] = tap === 0 ? 0 : this.entity(tap)
    this.emit(Killed, { victim: this.entity(victim), killer: killer === 0 ? 0 : this.entity(killer) })
  }

  setFlags(slot: Slot, flags: number): void {
    this.column(Status, 'flags')[slot] = flags
  }

  entity(slot: Slot): Entity {
    return this.world.entityOf(slot)
  }

  /** Happens at the start of the next step. */
  emit<E extends GameEvent>(event: E, value: EventValue<E>): void {
    this.due.push({ event, value })
  }

  /** Puts a request before its system; it is answered in the next step. */
  ask<O extends ToServer>(actor: Slot, opcode: O, payload: OpcodePayload<O>): Reply {
    const intent: AnyIntent = { name: opcode.name, opcode, actor, session: 0, seq: 0, payload, answered: false }
    const reply: Reply = { code: undefined }
    this.replies.set(intent, reply)
    this.world.runner.deliver(intent)
    return reply
  }

  /** Asks and steps once: the answer's name. */
  now<O extends ToServer>(actor: Slot, opcode: O, payload: OpcodePayload<O>): string | undefined {
    const reply = this.ask(actor, opcode, payload)
    this.step()
    return reply.code
  }

  step(times = 1): void {
    for (let i = 0; i < times; i += 1) this.world.step({ elapsedMs: 1000 / TICK_HZ, calendarMs: 0 })
  }

  /** What a slot was told by that opcode, oldest first. */
  toldOf<O extends ToClient>(slot: Slot, opcode: O): OpcodePayload<O>[] {
    return this.told.filter((t) => t.slot === slot && t.opcode === opcode).map((t) => t.payload as OpcodePayload<O>)
  }

  /** What was shown to those around by that opcode, oldest first. */
  shownOf<O extends ToCell>(opcode: O): OpcodePayload<O>[] {
    return this.shown.filter((one) => one.opcode === opcode).map(({ payload }) => payload as OpcodePayload<O>)
  }

  seenOf<E extends GameEvent>(event: E): EventValue<E>[] {
    return this.seen.filter((s) => s.event === event.name).map((s) => s.value as EventValue<E>)
  }

  gold(slot: Slot): number {
    return this.column(Purse, 'gold')[slot]
  }

  /** Puts a stack into one place of the bag, whatever lay there. */
  putStack(slot: Slot, place: number, item: number, count: number): void {
    this.edit(Bag).setAt(slot, 'item', place, item)
    this.edit(Bag).setAt(slot, 'count', place, count)
  }

  /** Fills `places` places of the bag with full stacks of the item. */
  fillBag(slot: Slot, item: number, places: number): void {
    for (let place = 0; place < places; place += 1) this.putStack(slot, place, item, content.items[item]?.stackMax ?? 1)
  }
}
