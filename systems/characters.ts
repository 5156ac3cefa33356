import { Auras } from '../components/auras.js'
import { Bag, BuyBack, Purse } from '../components/bag.js'
import { Death } from '../components/death.js'
import { Equipment } from '../components/equipment.js'
import { characterComponents } from '../components/index.js'
import { kindType } from '../components/kind.js'
import { InputQueue, Place, Position } from '../components/motion.js'
import { Progress } from '../components/progress.js'
import { QuestLog, QuestsDone } from '../components/quest-log.js'
import { SPELLS_MAX } from '../components/spells.js'
import { flag, Status } from '../components/status.js'
import { Vitals } from '../components/vitals.js'
import type { Slot } from '../src/ecs/entities.js'
import { clamp } from '../src/ecs/maths.js'
import { type ContextOf, defineSystem } from '../src/ecs/system.js'
import { type Arrival, type Departure, PresenceResource } from '../src/net/presence.js'
import { restoreComponent } from '../src/persist/rows.js'
import type { CharacterRow, SavedComponent } from '../src/ports/store.js'
import { GridResource, layer } from '../src/space/grid.js'
import { NamesResource } from '../src/space/names.js'
import { characterColumns, learnSpells, pointIn } from './character-rules.js'
import { ContentResource } from './content/resource.js'
import type { ClassKind } from './content/types.js'
import { reclaimDelayMs } from './death-rules.js'
import { burnThing, carry, soldThingsOf } from './holdings-rules.js'
import { LedgerResource, NO_COMMAND } from './ledger.js'
import { ZONE_EDGE_M } from './movement-rules.js'
import { boundLimits, recount } from './quest-rules.js'
import { refreshStats } from './stats-of.js'

const needs = {
  name: 'characters',
  reads: { auras: Auras, buyBack: BuyBack },
  writes: { ...characterColumns, log: QuestLog, death: Death },
  resources: {
    presence: PresenceResource,
    names: NamesResource,
    content: ContentResource,
    grid: GridResource,
    ledger: LedgerResource,
  },
} as const
type CharactersWorld = ContextOf<typeof needs>

const playerComponents = Object.freeze([...characterComponents, InputQueue])

function enter(world: CharactersWorld, arrival: Arrival): void {
  const { content, position, kind, status, progress } = world
  const { row } = arrival
  const slot = world.commands.spawn(playerComponents)
  world.grid.layerOf[slot] = layer.characters
  const classKind = content.classes[row.classId] ?? content.classList[0]
  const saved = row.components
  const start = content.zone.starts[row.characterId % content.zone.starts.length]
  const at = pointIn(start, (n) => world.random(slot, n))
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
  world.ledger.owner(slot, row.characterId)
  carry(world, slot, 1)
  kind.type[slot] = kindType.character
  kind.look[slot] = classKind.id
  status.flags[slot] &= flag.dead | flag.ghost
  restoreVitals(world, slot, classKind, row)
  const edge = content.zone.sizeM - ZONE_EDGE_M
  position.x[slot] = clamp(position.x[slot], 0, edge)
  position.z[slot] = clamp(position.z[slot], 0, edge)
  learnSpells(world.book, slot, classKind, status.level[slot])
  restoreCooldowns(world, slot, saved.Spellbook)
  boundDeath(world, slot)
  world.names.set(slot, row.name)
  world.presence.enter(arrival, slot)
}

/** The maxima are the content's, not the saved ones; the living have at least one point of health. */
function restoreVitals(world: CharactersWorld, slot: Slot, classKind: ClassKind, { components }: CharacterRow): void {
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
function restoreCooldowns(world: CharactersWorld, slot: Slot, saved: SavedComponent | undefined): void {
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
function boundDeath(world: CharactersWorld, slot: Slot): void {
  const { death, content, tick, tickHz } = world
  const delayMs = reclaimDelayMs(content.rates.reclaimDelayMs, death.recent[slot])
  const latestTick = tick + Math.floor((delayMs * tickHz) / 1000 + 0.5)
  if (death.reclaimTick[slot] > latestTick) death.set(slot, 'reclaimTick', latestTick)
  if (death.diedTick[slot] > tick) death.set(slot, 'diedTick', tick)
}

/** Whoever leaves in combat stays, and can die, until it is over. */
function mayLeave(world: CharactersWorld, slot: Slot): boolean {
  const { status, death, tick } = world
  // What a death costs is taken in the tick after it.
  const hasJustDied = death.diedTick[slot] !== 0 && tick - death.diedTick[slot] <= 1
  return (status.flags[slot] & flag.inCombat) === 0 && !hasJustDied
}

function leave(world: CharactersWorld, departure: Departure): void {
  const { slot } = departure
  // What can be bought back is not saved.
  for (const thing of soldThingsOf(world, slot)) burnThing(world, slot, thing, 'forgotten', NO_COMMAND)
  carry(world, slot, -1)
  world.presence.left(slot)
  world.commands.despawn(slot)
}

/** Players' characters come into the world as they were saved, and leave it. */
export const characters = defineSystem({
  ...needs,
  run(world) {
    const { presence } = world
    for (const arrival of presence.arrivals.splice(0)) enter(world, arrival)
    for (const departure of presence.departures.splice(0)) {
      if (presence.played[departure.slot] === 1 || !presence.characters.has(departure.slot)) continue
      if (mayLeave(world, departure.slot)) leave(world, departure)
      else presence.departures.push(departure)
    }
  },
})
