import { characterComponents, creatureComponents } from '../../components/index.js'
import { kindType } from '../../components/kind.js'
import { LOOT_ITEMS_MAX, Loot } from '../../components/loot.js'
import { Position } from '../../components/motion.js'
import { Vitals } from '../../components/vitals.js'
import { CombatAttack, CombatStopAttack } from '../../protocol/combat.js'
import { LootOpen, LootRelease, LootTakeGold } from '../../protocol/loot.js'
import { MoveTo } from '../../protocol/move.js'
import { SpellCast } from '../../protocol/spell.js'
import { corpseFor, type Ground, teach } from '../../scripts/fuzz/stage-hand.js'
import { check } from '../../scripts/wire-cost/figure.js'
import type { Entity, Slot } from '../../src/ecs/entities.js'
import type { ToServer } from '../../src/protocol/opcode.js'
import { layer } from '../../src/space/grid.js'
import { joinFleet, quietPlaces, shape, spawn } from './figures.js'

/** The spell of the load content: at once, on oneself, free. */
export const LOAD_SPELL = 'iron-resolve'
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
  /** Whom each fights, by place in `slots`. */
  private readonly dummies: readonly Entity[]
  private readonly spell: number
  private readonly turns: Record<Deed, number> = { move: 0, fight: 0, cast: 0, loot: 0 }
  private readonly fighting = new Set<Slot>()
  /** Corpses of the tick before, each with its owner: what they hold is there now. */
  private corpses: (readonly [owner: Slot, corpse: Entity])[] = []

  /** `saved`: they last as bots do, from that number on. */
  constructor(
    private readonly ground: Ground,
    count: number,
    saved?: number,
  ) {
    const { world, content } = ground
    const places = quietPlaces(ground)
    check(places.length > 0, () => 'no place of the zone is away from all creatures')
    this.spell = content.spellList.find(({ key }) => key === LOAD_SPELL)?.id ?? 0
    check(this.spell !== 0, () => `the content has no spell ${LOAD_SPELL}`)
    this.slots = Array.from({ length: count }, (_, i) => this.spawnActor(places[(i * 7) % places.length]))
    this.dummies = this.slots.map((slot) => this.spawnDummy(slot))
    world.commandBuffer.flush()
    if (saved !== undefined) for (const [i, slot] of this.slots.entries()) joinFleet(ground, slot, saved + i)
  }

  private spawnActor(at: { readonly x: number; readonly z: number }): Slot {
    const { ground } = this
    const slot = spawn(ground, characterComponents, layer.characters, at.x, at.z)
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
