import { Auras } from '../components/auras.js'
import { Bag, BuyBack, Purse } from '../components/bag.js'
import { Death } from '../components/death.js'
import { Equipment } from '../components/equipment.js'
import { kindType } from '../components/kind.js'
import { Place, Position } from '../components/motion.js'
import { Progress } from '../components/progress.js'
import { QuestLog, QuestsDone } from '../components/quest-log.js'
import { SPELLS_MAX } from '../components/spells.js'
import { flag, Status } from '../components/status.js'
import { Vitals } from '../components/vitals.js'
import type { Slot } from '../src/ecs/entities.js'
import { clamp } from '../src/ecs/maths.js'
import type { ContextOf } from '../src/ecs/system.js'
import { restoreComponent } from '../src/persist/rows.js'
import type { CharacterRow, SavedComponent } from '../src/ports/store.js'
import { GridResource, layer } from '../src/space/grid.js'
import { NamesResource } from '../src/space/names.js'
import { characterColumns, learnSpells } from './character-rules.js'
import { ContentResource } from './content/resource.js'
import type { ClassKind } from './content/types.js'
import { reclaimDelayMs } from './death-rules.js'
import { carry } from './holdings-rules.js'
import { LedgerResource } from './ledger.js'
import { ZONE_EDGE_M } from './movement-rules.js'
import { boundLimits, recount } from './quest-rules.js'
import { refreshStats } from './stats-of.js'

/** What a system needs that gives saved characters an entity. */
export const savedNeeds = {
  reads: { auras: Auras },
  writes: { ...characterColumns, log: QuestLog, death: Death, buyBack: BuyBack },
  resources: { names: NamesResource, content: ContentResource, grid: GridResource, ledger: LedgerResource },
} as const
type SavedWorld = ContextOf<typeof savedNeeds & { readonly name: 'saved' }>

/**
 * Fills a new entity's columns with what was saved of a character, players and bots alike; `at` is where one stands that was never in
 * the world. What the content has changed since is put right.
 */
export function restoreCharacter(world: SavedWorld, slot: Slot, row: CharacterRow, at: { x: number; z: number }): void {
  const { content, position, kind, status, progress } = world
  world.grid.layerOf[slot] = layer.characters
  const classKind = content.classes[row.classId] ?? content.classList[0]
  const saved = row.components
  position.x[slot] = at.x
  position.z[slot] = at.z
  world.place.zone[slot] = content.zone.id
  status.level[slot] = 1
  progress.set(slot, 'class', classKind.id)
  progress.set(slot, 'level', 1)
  restoreComponent(Position, position, slot, saved.Position)
  restoreComponent(Place, world.place, slot, saved.Place)
  restoreComponent(Status, status, slot, saved.Status)
  restoreComponent(Progress, progress, slot, saved.Progress)
  restoreComponent(Bag, world.bag, slot, saved.Bag)
  restoreComponent(Purse, world.purse, slot, saved.Purse)
  restoreComponent(QuestLog, world.log, slot, saved.QuestLog)
  boundLimits(world.log, slot, content, world.tick, world.tickHz)
  recount(world.log, world.bag, slot, content)
  restoreComponent(QuestsDone, world.done, slot, saved.QuestsDone)
  restoreComponent(Equipment, world.equipment, slot, saved.Equipment)
  restoreComponent(Death, world.death, slot, saved.Death)
  restoreComponent(BuyBack, world.buyBack, slot, saved.BuyBack)
  carry(world, slot, 1)
  kind.type[slot] = kindType.character
  kind.look[slot] = classKind.id
  // It was saved in two places, of which the first is later.
  status.level[slot] = progress.level[slot]
  status.flags[slot] &= flag.dead | flag.ghost
  restoreVitals(world, slot, classKind, row)
  const edge = content.zone.sizeM - ZONE_EDGE_M
  position.x[slot] = clamp(position.x[slot], 0, edge)
  position.z[slot] = clamp(position.z[slot], 0, edge)
  learnSpells(world.book, slot, classKind, status.level[slot])
  restoreCooldowns(world, slot, saved.Spellbook)
  boundDeath(world, slot)
  world.names.set(slot, row.name)
}

/** The maxima are the content's, not the saved ones; the living have at least one point of health. */
function restoreVitals(world: SavedWorld, slot: Slot, classKind: ClassKind, { components }: CharacterRow): void {
  const { vitals, status } = world
  const wasSaved = restoreComponent(Vitals, vitals, slot, components.Vitals)
  refreshStats(world, slot)
  if (!wasSaved) {
    vitals.health[slot] = vitals.healthMax[slot]
    vitals.power[slot] = classKind.power === 'rage' ? 0 : vitals.powerMax[slot]
  }
  if (status.flags[slot] === 0) vitals.health[slot] = Math.max(1, vitals.health[slot])
}

/** Cooldowns outlast an absence. A world that was started anew counts its ticks from 0: none is longer than from its start. */
function restoreCooldowns(world: SavedWorld, slot: Slot, saved: SavedComponent | undefined): void {
  const { book, content, tick, tickHz } = world
  const ticksOf = (ms: number) => Math.floor((ms * tickHz) / 1000 + 0.5)
  content.categories.forEach((_, category) => {
    const latestTick = tick + ticksOf(content.categoryMs[category])
    book.setAt(slot, 'categoryTick', category, Math.min(saved?.categoryTick?.[category] ?? 0, latestTick))
  })
  for (let i = 0; i < SPELLS_MAX; i += 1) {
    const spell = content.spells[book.spell[slot * SPELLS_MAX + i]]
    const before = spell === undefined ? -1 : (saved?.spell?.indexOf(spell.id) ?? -1)
    if (spell === undefined || before < 0) continue
    const latestTick = tick + ticksOf(spell.cooldownMs)
    book.setAt(slot, 'readyTick', i, Math.min(saved?.readyTick?.[before] ?? 0, latestTick))
  }
}

/** The same for the times of a death. */
function boundDeath(world: SavedWorld, slot: Slot): void {
  const { death, content, tick, tickHz } = world
  const delayMs = reclaimDelayMs(content.rates.reclaimDelayMs, death.recent[slot])
  const latestTick = tick + Math.floor((delayMs * tickHz) / 1000 + 0.5)
  if (death.reclaimTick[slot] > latestTick) death.set(slot, 'reclaimTick', latestTick)
  if (death.diedTick[slot] > tick) death.set(slot, 'diedTick', tick)
}
