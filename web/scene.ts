import { Combat } from '../components/combat.js'
import { Kind, kindType } from '../components/kind.js'
import { flag, Status } from '../components/status.js'
import { Vitals } from '../components/vitals.js'
import type { Client, EntityView } from '../src/client/index.js'
import type { Content } from './content.js'

/**
 * How an entity is drawn. `wary` creatures only defend themselves, `aggressive` ones attack first, an `attacker` is at the
 * own character's throat, `taken` ones belong to somebody else's fight.
 */
export type Look = 'self' | 'player' | 'bot' | 'npc' | 'object' | 'wary' | 'aggressive' | 'attacker' | 'taken'

/** What auras keep somebody from: all, leaving the place, spells that are spoken, deciding where to run. */
export const controls = ['stunned', 'rooted', 'silenced', 'feared'] as const
export type Control = (typeof controls)[number]
const CONTROL_FLAGS = flag.stunned | flag.rooted | flag.silenced | flag.feared

/** Reads entities: the places of the fields are looked up once a connection, since every frame reads them all. */
export class Scene {
  private readonly at: Readonly<
    Record<'type' | 'look' | 'flags' | 'level' | 'tap' | 'health' | 'healthMax' | 'power' | 'powerMax' | 'target', number>
  >

  constructor(
    readonly client: Client,
    readonly content: Content,
  ) {
    this.at = {
      type: client.field(Kind, 'type'),
      look: client.field(Kind, 'look'),
      flags: client.field(Status, 'flags'),
      level: client.field(Status, 'level'),
      tap: client.field(Status, 'tap'),
      health: client.field(Vitals, 'health'),
      healthMax: client.field(Vitals, 'healthMax'),
      power: client.field(Vitals, 'power'),
      powerMax: client.field(Vitals, 'powerMax'),
      target: client.field(Combat, 'target'),
    }
  }

  read(view: EntityView, field: keyof Scene['at']): number {
    return view.values[this.at[field]]
  }
  private has(view: EntityView, bits: number): boolean {
    return (view.values[this.at.flags] & bits) !== 0
  }
  isCreature(view: EntityView): boolean {
    return this.read(view, 'type') === kindType.creature
  }
  isNpc(view: EntityView): boolean {
    return this.read(view, 'type') === kindType.npc
  }
  /** A player's or a bot's. */
  isCharacter(view: EntityView): boolean {
    return this.read(view, 'type') === kindType.character
  }
  /** Something that stands there to be clicked. */
  isObject(view: EntityView): boolean {
    return this.read(view, 'type') === kindType.object
  }
  isDead(view: EntityView): boolean {
    return this.has(view, flag.dead)
  }
  isGhost(view: EntityView): boolean {
    return this.has(view, flag.ghost)
  }
  isFighting(view: EntityView): boolean {
    return this.has(view, flag.inCombat)
  }
  isCasting(view: EntityView): boolean {
    return this.has(view, flag.casting)
  }
  /** What keeps it from acting, as words; none for most. */
  controlsOn(view: EntityView): readonly Control[] {
    const flags = this.read(view, 'flags')
    return (flags & CONTROL_FLAGS) === 0 ? [] : controls.filter((control) => (flags & flag[control]) !== 0)
  }
  /** A corpse that the own character may loot. */
  isMyLoot(view: EntityView): boolean {
    return this.has(view, flag.lootable) && this.read(view, 'tap') === this.client.me
  }
  /** A living creature that can be fought. */
  isPrey(view: EntityView): boolean {
    return this.isCreature(view) && !this.has(view, flag.dead | flag.evading)
  }

  nameOf(view: EntityView): string {
    if (view.name !== '') return view.name
    const look = this.read(view, 'look')
    if (this.isCreature(view)) return this.content.creatures.name(look)
    if (this.isObject(view)) return this.content.objects.name(look)
    return this.isNpc(view) ? this.content.npcs.name(look) : this.content.classes.name(look)
  }

  lookOf(view: EntityView): Look {
    const { client } = this
    if (view.entity === client.me) return 'self'
    if (this.isNpc(view)) return 'npc'
    if (this.isObject(view)) return 'object'
    if (!this.isCreature(view)) return this.has(view, flag.bot) ? 'bot' : 'player'
    if (this.read(view, 'target') === client.me) return 'attacker'
    const tap = this.read(view, 'tap')
    if (tap !== 0 && tap !== client.me) return 'taken'
    const kind = this.content.creatures.get(this.read(view, 'look'))
    return (kind?.aggroRadiusM ?? 0) > 0 ? 'aggressive' : 'wary'
  }

  /** Metres between the own character and that entity; Infinity while the own is not in view. */
  distanceM(view: EntityView): number {
    const { self } = this.client
    return self === undefined ? Number.POSITIVE_INFINITY : Math.hypot(view.x - self.x, view.z - self.z)
  }

  /** The nearest entity that passes, within `rangeM` metres. */
  nearest(rangeM: number, passes: (view: EntityView) => boolean): EntityView | undefined {
    let best: EntityView | undefined
    let bestM = rangeM
    for (const view of this.client.entities.values()) {
      const metres = this.distanceM(view)
      if (metres > bestM || view.entity === this.client.me || !passes(view)) continue
      best = view
      bestM = metres
    }
    return best
  }
}
