import { BotMind, tier } from '../components/bot-mind.js'
import { CombatAttack, CombatStopAttack } from '../protocol/combat.js'
import { DeathReclaim, DeathRelease, DeathSpiritHealer } from '../protocol/death.js'
import { ItemDestroy, ItemEquip, ItemUse } from '../protocol/item.js'
import { LootOpen, LootRelease, LootTake, LootTakeGold } from '../protocol/loot.js'
import { MoveFollow, MoveStop, MoveTo } from '../protocol/move.js'
import { ObjectClick } from '../protocol/object.js'
import { QuestAbandon, QuestAccept, QuestChooseReward, QuestComplete, QuestList } from '../protocol/quest.js'
import { SpellCast } from '../protocol/spell.js'
import { TradeAccept, TradeCancel, TradeOffer, TradeOpen, TradeSeek } from '../protocol/trade.js'
import { VendorBuy, VendorRepair, VendorSell } from '../protocol/vendor.js'
import { defineResource } from '../src/ecs/resource.js'
import { createRow, type Row } from '../src/ecs/row.js'
import { type ContextOf, defineSystem } from '../src/ecs/system.js'
import { ControlsResource } from '../src/net/controls.js'
import { FaultsResource } from '../src/net/faults.js'
import { OutcomesResource } from '../src/net/outcomes.js'
import { PresenceResource } from '../src/net/presence.js'
import { GridResource } from '../src/space/grid.js'
import { defaultCaches, noCaches } from './brain/caches.js'
import { decide, pauseTicks } from './brain/decide.js'
import { MindEventsResource, mindEvent } from './brain/event-rings.js'
import { MeasuresResource, SAMPLE_EVERY_S } from './brain/measures.js'
import { tierUnder } from './brain/pace.js'
import { Turns } from './brain/turns.js'
import { type Acts, type CacheTimes, type Draw, NOTHING } from './brain/view.js'
import { WatchedCells } from './brain/watched.js'
import { viewedComponents } from './brain/world-sources.js'
import { WorldView } from './brain/world-view.js'
import { ContentResource } from './content/resource.js'
import { CountersResource } from './counters.js'
import { Harmed, LevelGained, TradeEnded } from './events.js'
import { FleetResource } from './fleet.js'
import { SpawnsResource } from './spawn-table.js'

/** The one view that all in-world bots of a world look through, made at the first tick, and what the settings say of it. It holds no state of its own. */
interface Lookout {
  readonly caches: CacheTimes
  /** Undefined where all who are due may decide. */
  readonly turns: Turns | undefined
  view: WorldView | undefined
  row: Row<typeof BotMind> | undefined
  watched: WatchedCells | undefined
}
export const LookoutResource = defineResource('Lookout', {
  create: ({ capacity, tickHz, settings, texts = {} }): Lookout => {
    const { abilityCacheMs = defaultCaches.abilitiesMs, targetCacheMs = defaultCaches.targetsMs, decisionsPerTick = 0 } = settings
    return {
      caches: texts.botCaches === 'off' ? noCaches : { abilitiesMs: abilityCacheMs, targetsMs: targetCacheMs },
      turns: decisionsPerTick > 0 ? new Turns(capacity, decisionsPerTick, tickHz) : undefined,
      view: undefined,
      row: undefined,
      watched: undefined,
    }
  },
  hash: () => 0,
})

const needs = {
  name: 'botMind',
  reads: viewedComponents,
  writes: { minds: BotMind },
  resources: {
    grid: GridResource,
    content: ContentResource,
    spawns: SpawnsResource,
    outcomes: OutcomesResource,
    counters: CountersResource,
    faults: FaultsResource,
    measures: MeasuresResource,
    events: MindEventsResource,
    fleet: FleetResource,
    controls: ControlsResource,
    presence: PresenceResource,
    lookout: LookoutResource,
  },
  queries: { bots: [BotMind] },
  events: { harms: Harmed, levels: LevelGained, trades: TradeEnded },
  acts: [
    MoveTo,
    MoveFollow,
    MoveStop,
    CombatAttack,
    CombatStopAttack,
    SpellCast,
    LootOpen,
    LootTake,
    LootTakeGold,
    LootRelease,
    ItemDestroy,
    ItemEquip,
    ItemUse,
    ObjectClick,
    VendorBuy,
    VendorRepair,
    VendorSell,
    TradeOpen,
    TradeOffer,
    TradeAccept,
    TradeCancel,
    TradeSeek,
    QuestAccept,
    QuestComplete,
    QuestChooseReward,
    QuestAbandon,
    QuestList,
    DeathRelease,
    DeathReclaim,
    DeathSpiritHealer,
  ],
} as const
type BotMindWorld = ContextOf<typeof needs>

function lookOut(world: BotMindWorld): { view: WorldView; row: Row<typeof BotMind> } {
  const { lookout } = world
  lookout.row ??= createRow(BotMind, world.minds)
  lookout.view ??= new WorldView(world, lookout.row, lookout.caches)
  return { view: lookout.view, row: lookout.row }
}

const WATCH_EVERY_TICKS = 5

/** A bot whose brain throws so often in a row is replaced by another one. */
export const FAULTS_IN_ROW_MAX = 3

/** One decision. A brain that throws costs its own decision, never the tick. */
function decideSafely(world: BotMindWorld, view: WorldView, draw: Draw): Acts {
  const { minds, faults, fleet } = world
  const { slot } = view
  try {
    const acts = decide(view, world.content, draw)
    minds.faultsInRow[slot] = 0
    return acts
  } catch (error) {
    faults.note(world.tick, view.entity, error, minds.faults[slot] === 0)
    minds.faults[slot] += 1
    minds.faultsInRow[slot] += 1
    if (minds.faultsInRow[slot] === FAULTS_IN_ROW_MAX) fleet.broken.push(slot)
    return NOTHING
  }
}

/** Under load: what the players see, looked at anew a few times a second. Without load nobody asks. */
function lookForWatchers(world: BotMindWorld, load: number): WatchedCells | undefined {
  if (load === 0) return undefined
  const { lookout, grid, content, presence, position } = world
  const isNew = lookout.watched === undefined
  lookout.watched ??= new WatchedCells(grid, content.zone.sizeM)
  if (isNew || world.tick % WATCH_EVERY_TICKS === 0) lookout.watched.look(presence.characters.keys(), position)
  return lookout.watched
}

/** What befell the bots since the last tick goes into their rings. Who was harmed while it thought slowly answers now. */
function hear(world: BotMindWorld): void {
  const { minds, events, tick } = world
  for (const { attacker, victim, amount } of world.harms) {
    const slot = world.slotOf(victim)
    if (slot === 0 || !events.has(slot)) continue
    events.note(slot, mindEvent.harmed, attacker, amount, tick)
    if (minds.tier[slot] !== tier.combat && minds.nextTick[slot] > tick) minds.nextTick[slot] = tick
  }
  for (const { character, level } of world.levels) {
    const slot = world.slotOf(character)
    if (slot === 0 || !events.has(slot)) continue
    events.note(slot, mindEvent.levelled, character, level, tick)
    // New spells, and perhaps better gear that lies ready.
    minds.usableTick[slot] = 0
    minds.gearTick[slot] = 0
  }
  for (const { character, partner, done } of world.trades) {
    const slot = world.slotOf(character)
    if (slot !== 0 && done === 1) events.note(slot, mindEvent.dealt, partner, 0, tick)
  }
}

/** By slot, 1 for whoever is due and has to wait; undefined where nobody has to. */
function whoWaits({ lookout, bots, minds, status, tick }: BotMindWorld): Uint8Array | undefined {
  return lookout.turns?.choose(bots, { nextTick: minds.nextTick, tier: minds.tier, flags: status.flags }, tick)
}

/** In-world bots: whoever's turn it is decides, by the same brain that remote bots run. */
export const botMind = defineSystem({
  ...needs,
  run(world) {
    const { minds, bots, tick, outcomes, counters } = world
    const { view, row } = lookOut(world)
    view.tick = tick
    hear(world)
    const load = world.controls.get('loadLevel')
    const watched = lookForWatchers(world, load)
    const draw = (n: number): number => world.random(view.slot, n)
    let decisions = 0
    const { nextTick } = minds
    const waits = whoWaits(world)
    const { stopwatch } = world
    for (let i = 0; i < bots.length; i += 1) {
      const slot = bots[i]
      if (tick < nextTick[slot] || waits?.[slot] === 1) continue
      view.slot = slot
      row.slot = slot
      stopwatch?.start()
      const acts = decideSafely(world, view, draw)
      stopwatch?.stop()
      for (let a = 0; a < acts.length; a += 1)
        world.act(slot, acts[a].opcode as (typeof needs.acts)[number], acts[a].payload as never)
      const refused = outcomes.opcode[slot]
      if (refused !== 0) world.events.note(slot, mindEvent.refused, refused, outcomes.code[slot], tick)
      outcomes.clear(slot)
      const isSeen = watched === undefined || watched.has(view.x, view.z)
      nextTick[slot] = tick + pauseTicks(view, load, isSeen)
      minds.tier[slot] = tierUnder(minds.tier[slot], load, isSeen)
      decisions += 1
    }
    counters.add('decisions', decisions)
    if (tick % (SAMPLE_EVERY_S * world.tickHz) === 0) world.measures.sample(world.fleet.slots, world, tick, world.tickHz)
  },
})
