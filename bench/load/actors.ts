import { Auras } from '../../components/auras.js'
import { Equipment } from '../../components/equipment.js'
import { characterComponents, creatureComponents } from '../../components/index.js'
import { Kind, kindType } from '../../components/kind.js'
import { LOOT_ITEMS_MAX, Loot } from '../../components/loot.js'
import { Motion, Place, Position } from '../../components/motion.js'
import { Stats } from '../../components/stats.js'
import { Status } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import { CombatAttack, CombatStopAttack } from '../../protocol/combat.js'
import { LootOpen, LootRelease, LootTakeGold } from '../../protocol/loot.js'
import { MoveTo } from '../../protocol/move.js'
import { SpellCast } from '../../protocol/spell.js'
import { corpseFor, type Ground, teach } from '../../scripts/fuzz/stage-hand.js'
import { check } from '../../scripts/wire-cost/figure.js'
import type { Component } from '../../src/ecs/component.js'
import type { Entity, Slot } from '../../src/ecs/entities.js'
import type { ToServer } from '../../src/protocol/opcode.js'
import { GridResource, layer } from '../../src/space/grid.js'
import { SpawnsResource } from '../../systems/spawn-table.js'
import { refreshStats, type StatsSources } from '../../systems/stats-of.js'

/** The spell of the load content: at once, on oneself, free. */
export const LOAD_SPELL = 'iron-resolve'
const LEVEL = 10
/** Actors stand on a lattice, away from the places where creatures appear. */
const LATTICE_M = 20
const QUIET_M = 30
const WALK_M = 6
const DUMMY_M = 1
const DUMMY_HEALTH = 60_000

/** What all actors together ask for in a tick; they take turns. */
export type Deed = 'move' | 'fight' | 'cast' | 'loot'

/**
 * Characters without a mind, whose intents the bench puts in by the minds' door: the gate and the systems judge them as a bot's. They
 * bring no watchers, so that what is measured is the intents.
 */
export class Actors {
  readonly slots: readonly Slot[]
  readonly isActor: Uint8Array
  /** Whom each fights, by place in `slots`. */
  private readonly dummies: readonly Entity[]
  private readonly spell: number
  private readonly turns: Record<Deed, number> = { move: 0, fight: 0, cast: 0, loot: 0 }
  private readonly fighting = new Set<Slot>()
  /** Corpses of the tick before, each with its owner: what they hold is there now. */
  private corpses: (readonly [owner: Slot, corpse: Entity])[] = []

  constructor(
    private readonly ground: Ground,
    count: number,
  ) {
    const { world, content } = ground
    const places = quietPlaces(ground)
    check(places.length > 0, () => 'no place of the zone is away from all creatures')
    this.isActor = new Uint8Array(world.setup.capacity + 1)
    this.spell = content.spellList.find(({ key }) => key === LOAD_SPELL)?.id ?? 0
    check(this.spell !== 0, () => `the content has no spell ${LOAD_SPELL}`)
    this.slots = Array.from({ length: count }, (_, i) => this.spawnActor(places[(i * 7) % places.length]))
    this.dummies = this.slots.map((slot) => this.spawnDummy(slot))
    world.commandBuffer.flush()
  }

  private spawnActor(at: { readonly x: number; readonly z: number }): Slot {
    const { ground } = this
    const slot = spawn(ground, characterComponents, layer.characters, at.x, at.z)
    this.isActor[slot] = 1
    shape(ground, slot, kindType.character, ground.content.classList[0].id)
    teach(ground, slot, this.spell)
    return slot
  }

  /** Without a mind a creature stands where it was put. */
  private spawnDummy(actor: Slot): Entity {
    const { ground } = this
    const { x, z } = ground.world.columns(Position)
    const mindless = creatureComponents.filter(({ name }) => !/Mind/.test(name))
    const slot = spawn(ground, mindless, layer.others, x[actor] + DUMMY_M, z[actor])
    shape(ground, slot, kindType.creature, ground.content.creatureList[0].id)
    return ground.world.entityOf(slot)
  }

  /** Between two ticks: nobody dies of the load. */
  heal(): void {
    const { world } = this.ground
    const { health, healthMax } = world.columns(Vitals)
    for (const slot of this.slots) health[slot] = healthMax[slot]
    for (const entity of this.dummies) health[world.entities.slotOf(entity)] = DUMMY_HEALTH
  }

  /** So many deeds in the next tick; the actors take turns. */
  act(deed: Deed, count: number): void {
    if (deed === 'loot') this.openCorpses()
    for (let i = 0; i < count; i += 1) {
      const nth = this.turns[deed]
      this.turns[deed] += 1
      const place = nth % this.slots.length
      const slot = this.slots[place]
      if (deed === 'move') this.walk(slot, Math.floor(nth / this.slots.length))
      else if (deed === 'fight') this.fight(slot, this.dummies[place])
      else if (deed === 'cast') this.ask(slot, SpellCast, { spell: this.spell, target: 0, x: 0, z: 0 })
      else this.corpses.push([slot, corpseFor(this.ground, slot)])
    }
  }

  private walk(slot: Slot, round: number): void {
    const { x, z } = this.ground.world.columns(Position)
    this.ask(slot, MoveTo, { x: x[slot] + (round % 2 === 0 ? WALK_M : -WALK_M), z: z[slot] })
  }

  /** Attacks, and the next time stops: each changes what its watchers would be told. */
  private fight(slot: Slot, dummy: Entity): void {
    const isFighting = this.fighting.delete(slot)
    if (isFighting) return this.ask(slot, CombatStopAttack, {})
    this.fighting.add(slot)
    this.ask(slot, CombatAttack, { target: dummy })
  }

  /** Takes the gold of the last tick's corpses. Their items would fill the bags, and are not there. */
  private openCorpses(): void {
    const { item } = this.ground.world.columns(Loot)
    for (const [owner, corpse] of this.corpses) {
      const at = this.ground.world.entities.slotOf(corpse) * LOOT_ITEMS_MAX
      item.fill(0, at, at + LOOT_ITEMS_MAX)
      this.ask(owner, LootOpen, { corpse })
      this.ask(owner, LootTakeGold, {})
      this.ask(owner, LootRelease, {})
    }
    this.corpses = []
  }

  private ask(slot: Slot, opcode: ToServer, payload: Readonly<Record<string, unknown>>): void {
    this.ground.world.queueMindIntent(opcode, slot, payload)
  }
}

/** Places on the lattice where no creature appears near by. */
function quietPlaces({ world, content }: Ground): readonly { readonly x: number; readonly z: number }[] {
  const spawns = world.resource(SpawnsResource)
  const perSide = Math.floor(content.zone.sizeM / LATTICE_M)
  const isLoud = new Uint8Array(perSide * perSide)
  const reach = Math.ceil(QUIET_M / LATTICE_M)
  for (let i = 0; i < spawns.count; i += 1) {
    const column = Math.floor(spawns.x[i] / LATTICE_M)
    const line = Math.floor(spawns.z[i] / LATTICE_M)
    for (let z = Math.max(0, line - reach); z <= Math.min(perSide - 1, line + reach); z += 1)
      for (let x = Math.max(0, column - reach); x <= Math.min(perSide - 1, column + reach); x += 1) isLoud[z * perSide + x] = 1
  }
  const places: { readonly x: number; readonly z: number }[] = []
  // Not at the edge: they walk to and fro.
  for (let line = 1; line < perSide - 1; line += 1)
    for (let column = 1; column < perSide - 1; column += 1)
      if (isLoud[line * perSide + column] === 0) places.push({ x: (column + 0.5) * LATTICE_M, z: (line + 0.5) * LATTICE_M })
  return places
}

function spawn({ world, content }: Ground, components: readonly Component[], which: number, x: number, z: number): Slot {
  const slot = world.commands.spawn(components)
  world.resource(GridResource).layerOf[slot] = which
  const position = world.columns(Position)
  position.x[slot] = x
  position.z[slot] = z
  world.columns(Place).zone[slot] = content.zone.id
  return slot
}

/** Gives it its kind, and what level and kind make of it. */
function shape({ world, content }: Ground, slot: Slot, type: number, look: number): void {
  const kind = world.columns(Kind)
  const status = world.columns(Status)
  const vitals = world.columns(Vitals)
  kind.type[slot] = type
  kind.look[slot] = look
  status.level[slot] = LEVEL
  const sources: unknown = {
    kind,
    status,
    vitals,
    content,
    motion: world.columns(Motion),
    stats: world.editor(Stats),
    auras: world.columns(Auras),
    equipment: world.columns(Equipment),
  }
  refreshStats(sources as StatsSources, slot)
  vitals.health[slot] = vitals.healthMax[slot]
}
