import { Combat, THREATS_MAX, Threat } from '../../components/combat.js'
import { CreatureMind } from '../../components/creature.js'
import { characterComponents, creatureComponents } from '../../components/index.js'
import { Kind, kindType } from '../../components/kind.js'
import { InputQueue, Motion, Place, Position } from '../../components/motion.js'
import { Progress } from '../../components/progress.js'
import { Spellbook } from '../../components/spells.js'
import { Status } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import { standardGame } from '../../game.js'
import { resultCodes } from '../../protocol/result-codes.js'
import type { Column, Editor } from '../../src/ecs/columns.js'
import type { Component } from '../../src/ecs/component.js'
import type { Entity, Slot } from '../../src/ecs/entities.js'
import type { Outlet, World } from '../../src/ecs/world.js'
import { OutcomesResource } from '../../src/net/outcomes.js'
import type { AnyIntent, OpcodePayload, ToCell, ToClient, ToServer } from '../../src/protocol/opcode.js'
import type { WorldSettings } from '../../src/server/game-module.js'
import { createSimulation, type Simulation } from '../../src/server/simulation.js'
import { GridResource, layer } from '../../src/space/grid.js'
import { learnSpells } from '../../systems/character-rules.js'
import { parseContent } from '../../systems/content/tables.js'
import type { Content } from '../../systems/content/types.js'
import { contentFiles } from './content-files.js'
import { refreshBySlot } from './refresh.js'

export const content: Content = parseContent(contentFiles())
export const TICK_HZ = 20
/** Open ground: no NPC and, in worlds without creatures, nobody else stands near. */
export const FIELD = Object.freeze({ x: 1_500, z: 1_500 })
export const NORTH = 16_384

type Json = { [key: string]: Json } & { [index: number]: Json }

/** The shipped content after a change to its files; checked like the shipped one. */
export function contentWith(change: (files: Record<string, Json>) => void): Content {
  const files = contentFiles() as Record<string, Json>
  change(files)
  return parseContent(files)
}

/** Blows that always land, and never as a crit. */
export const plainBlows: Content = contentWith((files) => {
  Object.assign(files['rates.json'].combat, { missChance: 0, dodgeChance: 0, critChance: 0 })
})

/** An entry by its key; it must exist, or the test would look at nothing. */
export function keyed<T extends { readonly key: string }>(list: readonly T[], key: string): T {
  const found = list.find((entry) => entry.key === key)
  if (found === undefined) throw new Error(`the content has no ${key}`)
  return found
}

type Payload = Readonly<Record<string, unknown>>
interface Said<O> {
  readonly tick: number
  readonly slot: Slot
  readonly opcode: O
  readonly payload: Payload
}
export interface Reply {
  /** The result code's name; undefined until it is answered. */
  code: string | undefined
}

/**
 * The whole standard game, tick by tick, with nobody in it but whom the test puts there. Requests go straight to their
 * system, past the gate; what is told, shown and answered is kept.
 */
export class Arena {
  readonly simulation: Simulation
  readonly world: World
  readonly content: Content
  readonly told: Said<ToClient>[] = []
  readonly shown: Said<ToCell>[] = []
  private readonly replies = new Map<AnyIntent, Reply>()

  constructor(options: { content?: Content; settings?: Partial<WorldSettings>; shadow?: boolean } = {}) {
    this.content = options.content ?? plainBlows
    const settings = { seed: 7, tickHz: TICK_HZ, bots: 0, creatures: 0, clientsMax: 8, graceS: 60, ...options.settings }
    this.simulation = createSimulation({
      game: standardGame,
      settings,
      content: this.content,
      shadow: options.shadow ?? true,
    })
    this.world = this.simulation.world
    this.listen(this.world.outlet)
    this.step()
  }

  private listen(net: Outlet): void {
    const { world } = this
    world.outlet = {
      tell: (slot, opcode, payload) => {
        this.told.push({ tick: world.tick, slot, opcode, payload })
        net.tell(slot, opcode, payload)
      },
      show: (slot, opcode, payload) => {
        this.shown.push({ tick: world.tick, slot, opcode, payload })
        net.show(slot, opcode, payload)
      },
      answer: (intent, code) => {
        const reply = this.replies.get(intent)
        if (reply !== undefined) reply.code = resultCodes.list[code].name
        net.answer(intent, code)
      },
    }
  }

  get tick(): number {
    return this.world.tick
  }

  column(component: Component, field: string): Column {
    return this.world.columns(component)[field]
  }

  edit<C extends Component>(component: C): Editor<C['fields']> {
    return this.world.editor(component) as Editor<C['fields']>
  }

  entity(slot: Slot): Entity {
    return this.world.entityOf(slot)
  }

  flags(slot: Slot): number {
    return this.column(Status, 'flags')[slot]
  }

  has(slot: Slot, bit: number): boolean {
    return (this.flags(slot) & bit) !== 0
  }

  health(slot: Slot): number {
    return this.column(Vitals, 'health')[slot]
  }

  setHealth(slot: Slot, health: number, max = Math.max(health, this.column(Vitals, 'healthMax')[slot])): void {
    this.column(Vitals, 'healthMax')[slot] = max
    this.column(Vitals, 'health')[slot] = health
  }

  power(slot: Slot): number {
    return this.column(Vitals, 'power')[slot]
  }

  at(slot: Slot): { x: number; z: number } {
    return { x: this.column(Position, 'x')[slot], z: this.column(Position, 'z')[slot] }
  }

  distance(a: Slot, b: Slot): number {
    return Math.hypot(this.at(a).x - this.at(b).x, this.at(a).z - this.at(b).z)
  }

  /** Puts an entity somewhere, in the grid too. */
  move(slot: Slot, x: number, z: number): void {
    this.column(Position, 'x')[slot] = x
    this.column(Position, 'z')[slot] = z
    this.world.resource(GridResource).put(slot, this.content.zone.id, 0, this.at(slot).x, this.at(slot).z)
  }

  face(slot: Slot, heading: number): void {
    this.column(Motion, 'heading')[slot] = heading
  }

  private spawn(list: readonly Component[], type: number, look: number, level: number, x: number, z: number): Slot {
    const { world } = this
    const slot = world.commands.spawn(list)
    world.resource(GridResource).layerOf[slot] = type === kindType.character ? layer.characters : layer.others
    this.column(Kind, 'type')[slot] = type
    this.column(Kind, 'look')[slot] = look
    this.column(Status, 'level')[slot] = level
    this.column(Place, 'zone')[slot] = this.content.zone.id
    this.column(Position, 'x')[slot] = x
    this.column(Position, 'z')[slot] = z
    world.commandBuffer.flush()
    return slot
  }

  /** Full of health and power, looking along +x. */
  character(options: { x?: number; z?: number; level?: number; classKey?: string; isPlayer?: boolean } = {}): Slot {
    const { x = FIELD.x, z = FIELD.z, level = 1, classKey = 'guardian', isPlayer = false } = options
    const kind = keyed(this.content.classList, classKey)
    const list = isPlayer ? [...characterComponents, InputQueue] : characterComponents
    const slot = this.spawn(list, kindType.character, kind.id, level, x, z)
    this.edit(Progress).set(slot, 'class', kind.id)
    this.edit(Progress).set(slot, 'level', level)
    refreshBySlot(this.world, slot)
    for (const part of ['health', 'power']) this.column(Vitals, part)[slot] = this.column(Vitals, `${part}Max`)[slot]
    learnSpells(this.edit(Spellbook), slot, kind, level)
    return slot
  }

  /** At home where it stands; it thinks from the next tick on, and does not wander. */
  creature(key: string, options: { x?: number; z?: number; level?: number } = {}): Slot {
    const { x = FIELD.x, z = FIELD.z, level = 1 } = options
    const kind = keyed(this.content.creatureList, key)
    const slot = this.spawn(creatureComponents, kindType.creature, kind.id, level, x, z)
    refreshBySlot(this.world, slot)
    this.setHealth(slot, this.column(Vitals, 'healthMax')[slot])
    this.column(CreatureMind, 'homeX')[slot] = x
    this.column(CreatureMind, 'homeZ')[slot] = z
    this.column(CreatureMind, 'wanderTick')[slot] = 1_000_000
    return slot
  }

  /** A creature that stands still, hits for little, and lasts. */
  dummy(options: { x?: number; z?: number; level?: number } = {}): Slot {
    const slot = this.creature('bristle-hare', options)
    this.setHealth(slot, 60_000)
    this.column(CreatureMind, 'nextTick')[slot] = 1_000_000
    this.column(CreatureMind, 'state')[slot] = 1
    return slot
  }

  despawn(slot: Slot): void {
    this.world.commands.despawn(slot)
    this.world.commandBuffer.flush()
  }

  threat(slot: Slot): Record<Entity, number> {
    const list: Record<Entity, number> = {}
    for (let i = slot * THREATS_MAX; i < (slot + 1) * THREATS_MAX; i += 1) {
      const entity = this.column(Threat, 'entity')[i]
      if (entity !== 0) list[entity] = this.column(Threat, 'amount')[i]
    }
    return list
  }

  target(slot: Slot): Entity {
    return this.column(Combat, 'target')[slot]
  }

  /** Puts a request before its system; it is answered in the next step. */
  ask<O extends ToServer>(actor: Slot, opcode: O, payload: OpcodePayload<O>, session = 0, seq = 0): Reply {
    const intent: AnyIntent = { name: opcode.name, opcode, actor, session, seq, payload, answered: false }
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

  /** What a mind was refused last, by name; `ok` when nothing. */
  refused(slot: Slot): string {
    return resultCodes.list[this.world.resource(OutcomesResource).code[slot]].name
  }

  step(times = 1): void {
    for (let i = 0; i < times; i += 1) this.simulation.step({ elapsedMs: 1_000 / TICK_HZ, calendarMs: 0, entries: [] })
  }

  /** Steps until the test holds; the ticks it took. */
  until(test: () => boolean, ticksMax: number, what: string): number {
    for (let ticks = 0; ticks <= ticksMax; ticks += 1) {
      if (test()) return ticks
      this.step()
    }
    throw new Error(`${what}: not within ${ticksMax} ticks`)
  }

  toldOf<O extends ToClient>(slot: Slot, opcode: O): (OpcodePayload<O> & { readonly atTick: number })[] {
    return this.told
      .filter((said) => said.slot === slot && said.opcode === opcode)
      .map(({ tick, payload }) => ({ ...payload, atTick: tick }) as unknown as OpcodePayload<O> & { readonly atTick: number })
  }

  shownOf<O extends ToCell>(opcode: O): (OpcodePayload<O> & { readonly atTick: number })[] {
    return this.shown
      .filter((said) => said.opcode === opcode)
      .map(({ tick, payload }) => ({ ...payload, atTick: tick }) as unknown as OpcodePayload<O> & { readonly atTick: number })
  }
}
