import { AURAS_MAX, Auras } from '../../components/auras.js'
import { Bag, Purse } from '../../components/bag.js'
import { BotMind } from '../../components/bot-mind.js'
import { Death } from '../../components/death.js'
import { Equipment } from '../../components/equipment.js'
import { Kind, kindType } from '../../components/kind.js'
import { Progress } from '../../components/progress.js'
import { OBJECTIVES_MAX, QuestLog, QuestsDone } from '../../components/quest-log.js'
import { Spellbook } from '../../components/spells.js'
import { flag } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import { CombatSwing } from '../../protocol/combat.js'
import { LootChanged, LootOpened, LootRelease } from '../../protocol/loot.js'
import { MoveFollow, MoveStop, MoveTo } from '../../protocol/move.js'
import { result } from '../../protocol/result-codes.js'
import { SpellAuraFaded, SpellAuraGained, SpellLanded } from '../../protocol/spell.js'
import type { Client } from '../../src/client/index.js'
import type { Entity } from '../../src/ecs/entities.js'
import { distanceSquared } from '../../src/ecs/maths.js'
import type { OpcodePayload, ToServer } from '../../src/protocol/opcode.js'
import { defaultCaches } from './caches.js'
import { SeenView } from './client-seen.js'
import { ClientTrade } from './client-trade.js'
import { EventRings, mindEvent } from './event-rings.js'
import type { TradeSeen } from './trade-seen.js'
import type { BotView, Mind, Seen } from './view.js'

const AURA_STRIDE = 65_536
/** Of so many auras on others it remembers when they end; then it begins anew. */
const AURAS_KEPT_MAX = 4_096

const gone = flag.dead | flag.ghost | flag.evading
/** A bot that could trade has of these only its own flag. */
const busy = flag.dead | flag.ghost | flag.inCombat | flag.bot
/** Nobody trades like that. */
const unwilling = flag.dead | flag.ghost | flag.inCombat
/** A path counts as walked when the character is this near to its end. */
const ARRIVED_M = 0.3

/** The memory of a bot outside the world: the fields of `BotMind`, all at 0. */
function blankMind(): Mind {
  return Object.fromEntries(Object.keys(BotMind.fields).map((name) => [name, 0])) as Mind
}

type LootWindow = OpcodePayload<typeof LootOpened>

/** What a client knows of the world, as a bot's view: the same brain runs on it. */
export class ClientView implements BotView {
  readonly mind = blankMind()
  readonly caches = defaultCaches
  refusedOpcode = 0
  refusedCode = 0
  private readonly self = new SeenView()
  private readonly seen = new SeenView()
  private readonly other = new SeenView()
  private window: LootWindow | undefined
  /** When an aura on somebody ends, by entity · AURA_STRIDE + aura. */
  private readonly auras = new Map<number, number>()
  private readonly events = new EventRings(1)
  private path: { readonly x: number; readonly z: number } | undefined
  following: Entity = 0
  readonly trade: TradeSeen

  constructor(private readonly client: Client) {
    this.trade = new ClientTrade(client, (partner, isDone) => {
      if (isDone) this.events.note(0, mindEvent.dealt, partner, 0, client.tick)
    })
    client.on(LootOpened, (window) => {
      this.window = window
    })
    client.on(LootChanged, (window) => {
      this.window = window
    })
    client.on(SpellAuraGained, ({ target, aura, durationMs }) => {
      if (this.auras.size >= AURAS_KEPT_MAX) this.auras.clear()
      const lastsTicks = durationMs === 0 ? Number.POSITIVE_INFINITY : (durationMs * client.tickHz) / 1000
      this.auras.set(target * AURA_STRIDE + aura, client.tick + lastsTicks)
    })
    const harmed = (attacker: Entity, victim: Entity, amount: number): void => {
      if (victim === client.me && amount > 0) this.events.note(0, mindEvent.harmed, attacker, amount, client.tick)
    }
    client.on(CombatSwing, ({ attacker, target, amount }) => harmed(attacker, target, amount))
    client.on(SpellLanded, ({ caster, target, amount, outcome }) => {
      if (outcome === 'hit' || outcome === 'crit') harmed(caster, target, amount)
    })
    client.on(SpellAuraFaded, ({ target, aura }) => {
      this.auras.delete(target * AURA_STRIDE + aura)
    })
  }

  /** The own character is in view, so that there is something to decide about. */
  get isReady(): boolean {
    this.self.view = this.client.self
    return this.self.view !== undefined
  }

  /** Remembers what the bot asked for, as far as no message tells it. */
  noteAct(opcode: ToServer, payload: Readonly<Record<string, unknown>>): void {
    if (opcode === MoveTo) this.path = { x: Number(payload.x), z: Number(payload.z) }
    if (opcode === MoveStop || opcode === MoveFollow) this.path = undefined
    if (opcode === MoveTo || opcode === MoveStop) this.following = 0
    if (opcode === MoveFollow) this.following = Number(payload.entity)
    if (opcode === LootRelease) this.window = undefined
  }

  noteResult(opcode: ToServer, code: number): void {
    if (code === result.ok) return
    this.events.note(0, mindEvent.refused, opcode.id, code, this.client.tick)
    this.refusedOpcode = opcode.id
    this.refusedCode = code
    if (opcode === MoveFollow) this.following = 0
    if (opcode === MoveTo) this.path = undefined
    if (this.window !== undefined && opcode.name.startsWith('loot.') && code !== result.bagFull) this.window = undefined
  }

  get tick(): number {
    return this.client.tick
  }
  get tickHz(): number {
    return this.client.tickHz
  }
  get entity(): Entity {
    return this.client.me
  }
  get classId(): number {
    return this.client.owner.get(Progress, 'class')
  }
  get level(): number {
    return this.client.owner.get(Progress, 'level')
  }
  get experience(): number {
    return this.client.owner.get(Progress, 'experience')
  }
  get gold(): number {
    return this.client.owner.get(Purse, 'gold')
  }
  get x(): number {
    return this.self.x
  }
  get z(): number {
    return this.self.z
  }
  get health(): number {
    return this.self.health
  }
  get healthMax(): number {
    return this.self.healthMax
  }
  get power(): number {
    return this.self.view?.get(Vitals, 'power') ?? 0
  }
  get powerMax(): number {
    return this.self.view?.get(Vitals, 'powerMax') ?? 0
  }
  get flags(): number {
    return this.self.flags
  }
  get target(): Entity {
    return this.self.target
  }
  get isMoving(): boolean {
    if (this.following !== 0) return true
    return this.path !== undefined && distanceSquared(this.x, this.z, this.path.x, this.path.z) > ARRIVED_M * ARRIVED_M
  }
  get globalTick(): number {
    return this.client.owner.get(Spellbook, 'globalTick')
  }
  get corpseX(): number {
    return this.client.owner.get(Death, 'corpseX')
  }
  get corpseZ(): number {
    return this.client.owner.get(Death, 'corpseZ')
  }
  get reclaimTick(): number {
    return this.client.owner.get(Death, 'reclaimTick')
  }
  get recentDeaths(): number {
    return this.client.owner.get(Death, 'recent')
  }
  spellAt(index: number): number {
    return this.client.owner.get(Spellbook, 'spell', index)
  }
  spellReadyTick(index: number): number {
    return this.client.owner.get(Spellbook, 'readyTick', index)
  }
  questAt(index: number): number {
    return this.client.owner.get(QuestLog, 'quest', index)
  }
  questState(index: number): number {
    return this.client.owner.get(QuestLog, 'state', index)
  }
  questHave(index: number, objective: number): number {
    return this.client.owner.get(QuestLog, 'have', index * OBJECTIVES_MAX + objective)
  }
  isQuestDone(quest: number): boolean {
    return (this.client.owner.get(QuestsDone, 'bits', quest >>> 3) & (1 << (quest & 7))) !== 0
  }
  bagItem(bagSlot: number): number {
    return this.client.owner.get(Bag, 'item', bagSlot)
  }
  bagCount(bagSlot: number): number {
    return this.client.owner.get(Bag, 'count', bagSlot)
  }
  bagDurability(bagSlot: number): number {
    return this.client.owner.get(Bag, 'durability', bagSlot)
  }
  wornItem(equipSlot: number): number {
    return this.client.owner.get(Equipment, 'item', equipSlot)
  }
  wornDurability(equipSlot: number): number {
    return this.client.owner.get(Equipment, 'durability', equipSlot)
  }
  categoryTick(category: number): number {
    return this.client.owner.get(Spellbook, 'categoryTick', category)
  }
  questUntil(index: number): number {
    return this.client.owner.get(QuestLog, 'untilTick', index)
  }
  get openCorpse(): Entity {
    return this.window?.corpse ?? 0
  }
  get lootRevision(): number {
    return this.window?.revision ?? 0
  }
  get lootGold(): number {
    return this.window?.gold ?? 0
  }
  lootItem(index: number): number {
    return this.window?.items.find((entry) => entry.index === index)?.item ?? 0
  }

  latestEvent(kind: number, sinceTick: number): Entity {
    return this.events.latest(0, kind, sinceTick)
  }

  see(entity: Entity): Seen | undefined {
    this.seen.view = this.client.entities.get(entity)
    return this.seen.view === undefined ? undefined : this.seen
  }

  /** The nearest entity within range that passes. */
  private nearest(rangeM: number, passes: (other: Seen) => boolean): Entity {
    let best = 0
    let bestSquared = rangeM * rangeM
    for (const view of this.client.entities.values()) {
      const squared = distanceSquared(this.x, this.z, view.x, view.z)
      if (squared >= bestSquared) continue
      this.other.view = view
      if (!passes(this.other)) continue
      best = view.entity
      bestSquared = squared
    }
    return best
  }

  findPrey(kinds: readonly number[], levelMin: number, levelMax: number, rangeM: number, avoid: Entity): Entity {
    const me = this.entity
    return this.nearest(rangeM, (other) => {
      if (other.type !== kindType.creature || (other.flags & gone) !== 0 || other.entity === avoid) return false
      if (kinds.length > 0 && !kinds.includes(other.look)) return false
      if (other.level < levelMin || other.level > levelMax) return false
      return (other.tap === 0 || other.tap === me) && (other.target === 0 || other.target === me)
    })
  }

  findAttacker(rangeM: number): Entity {
    const me = this.entity
    const attacks = (other: Seen): boolean =>
      other.type === kindType.creature && other.target === me && (other.flags & gone) === 0
    return this.nearest(rangeM, attacks)
  }

  countAttackers(rangeM: number): number {
    const me = this.entity
    let count = 0
    for (const view of this.client.entities.values()) {
      if (distanceSquared(this.x, this.z, view.x, view.z) > rangeM * rangeM) continue
      this.other.view = view
      if (this.other.type === kindType.creature && this.other.target === me && (this.other.flags & gone) === 0) count += 1
    }
    return count
  }

  findSpoils(rangeM: number): Entity {
    return this.nearest(rangeM, (other) => other.tap === this.entity && (other.flags & flag.lootable) !== 0)
  }

  findObject(kinds: readonly number[], rangeM: number, avoid: Entity): Entity {
    return this.nearest(rangeM, (other) => other.type === kindType.object && other.entity !== avoid && kinds.includes(other.look))
  }

  findCharacter(classes: readonly number[], levelMin: number, levelMax: number, rangeM: number, avoid: Entity): Entity {
    const me = this.entity
    return this.nearest(rangeM, (other) => {
      if (other.type !== kindType.character || other.entity === me || other.entity === avoid) return false
      if ((other.flags & busy) !== flag.bot || !classes.includes(other.look)) return false
      return other.level >= levelMin && other.level <= levelMax
    })
  }

  findSeeker(items: readonly number[], rangeM: number, avoid: Entity): Entity {
    const me = this.entity
    return this.nearest(rangeM, (other) => {
      if (other.type !== kindType.character || other.entity === me || other.entity === avoid) return false
      return (other.flags & unwilling) === 0 && other.target === 0 && items.includes(this.trade.soughtItem(other.entity))
    })
  }

  /** The own ones from the own columns; of others what was seen to come and go. */
  hasAura(entity: Entity, aura: number): boolean {
    if (entity !== this.entity) return (this.auras.get(entity * AURA_STRIDE + aura) ?? 0) > this.tick
    for (let i = 0; i < AURAS_MAX; i += 1) if (this.client.owner.get(Auras, 'aura', i) === aura) return true
    return false
  }

  findNpc(npc: number): Entity {
    for (const view of this.client.entities.values()) {
      // Bots in the world see the near cells only.
      if (view.cell.outerEveryTicks > 0) continue
      if (view.get(Kind, 'type') === kindType.npc && view.get(Kind, 'look') === npc) return view.entity
    }
    return 0
  }
}
