import { BotMind } from '../components/bot-mind.js'
import { CombatAttack, CombatStopAttack } from '../protocol/combat.js'
import { DeathReclaim, DeathRelease, DeathSpiritHealer } from '../protocol/death.js'
import { ItemDestroy } from '../protocol/item.js'
import { LootOpen, LootRelease, LootTake, LootTakeGold } from '../protocol/loot.js'
import { MoveFollow, MoveStop, MoveTo } from '../protocol/move.js'
import { QuestAbandon, QuestAccept, QuestChooseReward, QuestComplete, QuestList } from '../protocol/quest.js'
import { SpellCast } from '../protocol/spell.js'
import { defineResource } from '../src/ecs/resource.js'
import { createRow, type Row } from '../src/ecs/row.js'
import { type ContextOf, defineSystem } from '../src/ecs/system.js'
import { OutcomesResource } from '../src/net/outcomes.js'
import { GridResource } from '../src/space/grid.js'
import { decide, pauseTicks } from './brain/decide.js'
import { viewedComponents, WorldView } from './brain/world-view.js'
import { ContentResource } from './content/resource.js'
import { CountersResource } from './counters.js'
import { SpawnsResource } from './spawn-table.js'

/** The one view that all in-world bots of a world look through, made at the first tick. It holds no state of its own. */
interface Lookout {
  view: WorldView | undefined
  row: Row<typeof BotMind> | undefined
}
const LookoutResource = defineResource('Lookout', {
  create: (): Lookout => ({ view: undefined, row: undefined }),
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
    lookout: LookoutResource,
  },
  queries: { bots: [BotMind] },
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
  lookout.view ??= new WorldView(world, lookout.row)
  return { view: lookout.view, row: lookout.row }
}

/** In-world bots: whoever's turn it is decides, by the same brain that remote bots run. */
export const botMind = defineSystem({
  ...needs,
  run(world) {
    const { minds, bots, tick, content, outcomes, counters } = world
    const { view, row } = lookOut(world)
    view.tick = tick
    const draw = (n: number): number => world.random(view.slot, n)
    let decisions = 0
    for (let i = 0; i < bots.length; i += 1) {
      const slot = bots[i]
      if (tick < minds.nextTick[slot]) continue
      view.slot = slot
      row.slot = slot
      for (const { opcode, payload } of decide(view, content, draw))
        world.act(slot, opcode as (typeof needs.acts)[number], payload as never)
      outcomes.clear(slot)
      minds.nextTick[slot] = tick + pauseTicks(view)
      decisions += 1
    }
    counters.add('decisions', decisions)
  },
})
