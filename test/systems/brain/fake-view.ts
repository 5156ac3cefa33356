import { BotMind } from '../../../components/bot-mind.js'
import { kindType } from '../../../components/kind.js'
import { OBJECTIVES_MAX } from '../../../components/quest-log.js'
import { flag } from '../../../components/status.js'
import { defaultCaches } from '../../../systems/brain/caches.js'
import { decide } from '../../../systems/brain/decide.js'
import type { TradeSeen } from '../../../systems/brain/trade-seen.js'
import type { Act, BotView, CacheTimes, Draw, Mind, Seen } from '../../../systems/brain/view.js'
import { content } from '../arena.js'

export const ME = 0x100_001

export const blankMind = (): Mind => Object.fromEntries(Object.keys(BotMind.fields).map((name) => [name, 0])) as Mind

export interface Quest {
  readonly quest: number
  readonly state: number
  readonly have?: readonly number[]
  readonly until?: number
}

/** An open trade, or none; the test lays things on the table. */
export class FakeTrade implements TradeSeen {
  partner = 0
  revision = 1
  gold = 0
  accepted = false
  theirGold = 0
  theirAccepted = false
  mine: { item: number; count: number }[] = []
  theirs: { item: number; count: number; durability?: number }[] = []
  item = (slot: number): number => this.mine[slot]?.item ?? 0
  count = (slot: number): number => this.mine[slot]?.count ?? 0
  theirItem = (slot: number): number => this.theirs[slot]?.item ?? 0
  theirCount = (slot: number): number => this.theirs[slot]?.count ?? 0
  /** Who looks for what. */
  sought: Record<number, { item: number; count: number }> = {}
  soughtItem = (entity: number): number => this.sought[entity]?.item ?? 0
  soughtCount = (entity: number): number => this.sought[entity]?.count ?? 0
  theirDurability = (slot: number): number => this.theirs[slot]?.durability ?? 0
}

/** A healthy guardian of level 1 on a field, who sees nobody; the test changes what it needs. */
export class FakeView implements BotView {
  tick = 1_000
  tickHz = 20
  caches: CacheTimes = defaultCaches
  mind: Mind = blankMind()
  entity = ME
  classId = 1
  level = 1
  experience = 0
  gold = 0
  x = 1_500
  z = 1_500
  health = 100
  healthMax = 100
  power = 100
  powerMax = 100
  flags = 0
  target = 0
  isMoving = false
  following = 0
  globalTick = 0
  corpseX = 0
  corpseZ = 0
  reclaimTick = 0
  recentDeaths = 0
  refusedOpcode = 0
  refusedCode = 0
  openCorpse = 0
  lootRevision = 0
  lootGold = 0
  spells: number[] = []
  readyTicks: number[] = []
  quests: Quest[] = []
  questsDone: number[] = []
  bag: { item: number; count: number; durability?: number }[] = []
  worn: { item: number; durability: number }[] = []
  categories: number[] = []
  attackers = 0
  object = 0
  /** Who caused the latest event of each kind. */
  events: Record<number, number> = {}
  auras: { entity: number; aura: number }[] = []
  loot: number[] = []
  seen: Seen[] = []
  /** Somebody who might buy. */
  character = 0
  trade = new FakeTrade()
  prey = 0
  attacker = 0
  npcs: Record<number, number> = {}
  /** How the view was asked for prey. */
  preyAsked: { kinds: readonly number[]; levelMin: number; levelMax: number; avoid: number }[] = []

  constructor(over: Partial<FakeView> = {}) {
    Object.assign(this, over)
  }

  spellAt = (index: number): number => this.spells[index] ?? 0
  spellReadyTick = (index: number): number => this.readyTicks[index] ?? 0
  questAt = (index: number): number => this.quests[index]?.quest ?? 0
  questState = (index: number): number => this.quests[index]?.state ?? 0
  questHave = (index: number, objective: number): number =>
    objective < OBJECTIVES_MAX ? (this.quests[index]?.have?.[objective] ?? 0) : 0
  isQuestDone = (quest: number): boolean => this.questsDone.includes(quest)
  bagItem = (bagSlot: number): number => this.bag[bagSlot]?.item ?? 0
  bagDurability = (bagSlot: number): number => this.bag[bagSlot]?.durability ?? 0
  wornItem = (equipSlot: number): number => this.worn[equipSlot]?.item ?? 0
  wornDurability = (equipSlot: number): number => this.worn[equipSlot]?.durability ?? 0
  categoryTick = (category: number): number => this.categories[category] ?? 0
  questUntil = (index: number): number => this.quests[index]?.until ?? 0
  countAttackers = (): number => this.attackers
  findSpoils = (): number => this.seen.find(({ flags, tap }) => tap === this.entity && (flags & flag.lootable) !== 0)?.entity ?? 0
  findObject = (_kinds: readonly number[], _rangeM: number, avoid: number): number => (this.object === avoid ? 0 : this.object)
  latestEvent = (kind: number): number => this.events[kind] ?? 0
  hasAura = (entity: number, aura: number): boolean => this.auras.some((one) => one.entity === entity && one.aura === aura)
  bagCount = (bagSlot: number): number => this.bag[bagSlot]?.count ?? 0
  lootItem = (index: number): number => this.loot[index] ?? 0
  see = (entity: number): Seen | undefined => this.seen.find((other) => other.entity === entity)
  findPrey = (kinds: readonly number[], levelMin: number, levelMax: number, _rangeM: number, avoid: number): number => {
    this.preyAsked.push({ kinds, levelMin, levelMax, avoid })
    return this.prey === avoid ? 0 : this.prey
  }
  findAttacker = (): number => this.attacker
  findCharacter = (_classes: readonly number[], _min: number, _max: number, _rangeM: number, avoid: number): number =>
    this.character === avoid ? 0 : this.character
  findSeeker = (items: readonly number[], _rangeM: number, avoid: number): number =>
    Number(
      Object.keys(this.trade.sought).find((one) => ![ME, avoid].includes(+one) && items.includes(this.trade.soughtItem(+one))) ??
        0,
    )
  findNpc = (npc: number): number => this.npcs[npc] ?? 0

  /** One decision. */
  decide(draw: Draw = () => 0.25): readonly Act[] {
    return decide(this, content, draw)
  }

  /** Decides as time passes, until something is done. */
  decideWithin(seconds: number, draw?: Draw): readonly Act[] {
    const end = this.tick + seconds * this.tickHz
    for (; this.tick < end; this.tick += 5) {
      const acts = this.decide(draw)
      if (acts.length > 0) return acts
    }
    return []
  }
}

/** A hare that minds its own business, beside the bot. */
export const hare = (over: Partial<Seen> = {}): Seen => ({
  entity: 0x100_777,
  type: kindType.creature,
  look: 1,
  level: 1,
  x: 1_502,
  z: 1_500,
  health: 100,
  healthMax: 100,
  flags: 0,
  tap: 0,
  target: 0,
  ...over,
})

export const names = (acts: readonly Act[]): string[] => acts.map(({ opcode }) => opcode.name)
