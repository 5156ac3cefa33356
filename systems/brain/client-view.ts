import { Bag, Purse } from '../../components/bag.js'
import { BotMind } from '../../components/bot-mind.js'
import { Combat } from '../../components/combat.js'
import { Death } from '../../components/death.js'
import { Kind, kindType } from '../../components/kind.js'
import { Progress } from '../../components/progress.js'
import { OBJECTIVES_MAX, QuestLog, QuestsDone } from '../../components/quest-log.js'
import { Spellbook } from '../../components/spells.js'
import { flag, Status } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import { LootChanged, LootOpened, LootRelease } from '../../protocol/loot.js'
import { MoveFollow, MoveStop, MoveTo } from '../../protocol/move.js'
import { result } from '../../protocol/result-codes.js'
import type { Client, EntityView } from '../../src/client/index.js'
import type { Entity } from '../../src/ecs/entities.js'
import { distanceSquared } from '../../src/ecs/maths.js'
import type { OpcodePayload, ToServer } from '../../src/protocol/opcode.js'
import type { BotView, Mind, Seen } from './view.js'

const gone = flag.dead | flag.ghost | flag.evading
/** A path counts as walked when the character is this near to its end. */
const ARRIVED_M = 0.3

class SeenView implements Seen {
  view: EntityView | undefined
  private number(component: typeof Kind | typeof Status | typeof Vitals | typeof Combat, field: string): number {
    return this.view?.get(component, field as never) ?? 0
  }
  get entity(): Entity {
    return this.view?.entity ?? 0
  }
  get type(): number {
    return this.number(Kind, 'type')
  }
  get look(): number {
    return this.number(Kind, 'look')
  }
  get level(): number {
    return this.number(Status, 'level')
  }
  get x(): number {
    return this.view?.x ?? 0
  }
  get z(): number {
    return this.view?.z ?? 0
  }
  get health(): number {
    return this.number(Vitals, 'health')
  }
  get healthMax(): number {
    return this.number(Vitals, 'healthMax')
  }
  get flags(): number {
    return this.number(Status, 'flags')
  }
  get tap(): Entity {
    return this.number(Status, 'tap')
  }
  get target(): Entity {
    return this.number(Combat, 'target')
  }
}

/** The memory of a bot outside the world: the fields of `BotMind`, all at 0. */
function blankMind(): Mind {
  return Object.fromEntries(Object.keys(BotMind.fields).map((name) => [name, 0])) as Mind
}

type LootWindow = OpcodePayload<typeof LootOpened>

/** What a client knows of the world, as a bot's view: the same brain runs on it. */
export class ClientView implements BotView {
  readonly mind = blankMind()
  refusedOpcode = 0
  refusedCode = 0
  private readonly self = new SeenView()
  private readonly seen = new SeenView()
  private readonly other = new SeenView()
  private window: LootWindow | undefined
  private path: { readonly x: number; readonly z: number } | undefined
  following: Entity = 0

  constructor(private readonly client: Client) {
    client.on(LootOpened, (window) => {
      this.window = window
    })
    client.on(LootChanged, (window) => {
      this.window = window
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

  findNpc(npc: number): Entity {
    for (const view of this.client.entities.values())
      if (view.get(Kind, 'type') === kindType.npc && view.get(Kind, 'look') === npc) return view.entity
    return 0
  }
}
