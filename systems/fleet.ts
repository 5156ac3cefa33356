import { BotMind } from '../components/bot-mind.js'
import { characterComponents } from '../components/index.js'
import { kindType } from '../components/kind.js'
import { QUEST_IDS_MAX } from '../components/quest-log.js'
import { flag } from '../components/status.js'
import type { Slot } from '../src/ecs/entities.js'
import { mix } from '../src/ecs/hash.js'
import { clamp } from '../src/ecs/maths.js'
import { randomFloat, randomU32 } from '../src/ecs/random.js'
import { defineResource } from '../src/ecs/resource.js'
import { type ContextOf, defineSystem } from '../src/ecs/system.js'
import { ControlsResource } from '../src/net/controls.js'
import { NEAR_CELLS } from '../src/net/interest.js'
import { botCharacterId, PresenceResource } from '../src/net/presence.js'
import { restoreComponent } from '../src/persist/rows.js'
import type { CharacterRow } from '../src/ports/store.js'
import { layer } from '../src/space/grid.js'
import { MindEventsResource } from './brain/event-rings.js'
import { botName, learnSpells, pointIn } from './character-rules.js'
import type { ClassKind, Content, ItemKind, QuestKind } from './content/types.js'
import {
  arrivalPlace,
  type BotPlaces,
  classShares,
  drawLevel,
  gearBehind,
  goldBehind,
  type LevelShare,
  levelShares,
  questsBehind,
  weighted,
} from './fleet-rules.js'
import { burnThing, gainGold, loseGold, mintThing, soldThingsOf, thingsOf } from './holdings-rules.js'
import { NO_COMMAND } from './ledger.js'
import { ZONE_EDGE_M } from './movement-rules.js'
import { restoreCharacter, savedNeeds } from './saved-rules.js'
import { refreshStats } from './stats-of.js'
import { UidsResource } from './uids.js'

/** Bots that appear or leave in one tick, where the settings do not say it. */
export const ARRIVALS_PER_TICK_MAX = 250

interface FleetOptions {
  /** The setting `bots`, which the world's capacity was made for. */
  readonly botsMax: number
  readonly perTickMax: number
  readonly levels: readonly LevelShare[]
  /** By class in the content's order; undefined: each in turn. */
  readonly classes: readonly number[] | undefined
  readonly places: BotPlaces
  /** Copies of the zone; the bots take turns in them. */
  readonly copies: number
}

interface History {
  readonly quests: readonly QuestKind[]
  readonly gear: readonly (ItemKind | undefined)[]
}

/** The in-world bots there are, oldest first. */
export class Fleet {
  readonly slots: Slot[] = []
  /** Bots whose brains keep throwing: each makes room for a new one. */
  readonly broken: Slot[] = []
  /** The number of the next bot; its name, class, level and start follow from it. */
  nextNumber = 0

  constructor(readonly options: FleetOptions) {}

  private readonly histories = new Map<number, History>()
  /** What characters of a class and level have behind them, found once. */
  history(content: Content, classKind: ClassKind, level: number): History {
    const key = classKind.id * 256 + level
    let history = this.histories.get(key)
    if (history === undefined) {
      history = { quests: questsBehind(content, classKind.id, level), gear: gearBehind(content, classKind, level) }
      this.histories.set(key, history)
    }
    return history
  }

  hash(): number {
    return this.broken.reduce(mix, this.slots.reduce(mix, mix(1, this.nextNumber)))
  }
}
export const FleetResource = defineResource('Fleet', {
  create: ({ content: given, settings, texts = {}, tickHz }) => {
    const { rates, classList } = given as Content
    const { botArrivalsPerS, zoneCopies = 1 } = settings
    return new Fleet({
      botsMax: settings.bots ?? 0,
      perTickMax: botArrivalsPerS === undefined ? ARRIVALS_PER_TICK_MAX : Math.max(1, Math.floor(botArrivalsPerS / tickHz)),
      levels: levelShares(texts.botLevels || '1', rates.levelMax),
      classes: texts.botClasses ? classShares(texts.botClasses, classList) : undefined,
      places: (texts.botPlaces as BotPlaces | undefined) ?? 'auto',
      copies: zoneCopies,
    })
  },
  hash: (fleet) => fleet.hash(),
  lasting: {
    save: (fleet) => ({ nextNumber: [fleet.nextNumber] }),
    restore: (fleet, { nextNumber }) => {
      fleet.nextNumber = Math.max(fleet.nextNumber, nextNumber?.[0] ?? 0)
    },
  },
})

const needs = {
  ...savedNeeds,
  name: 'fleet',
  writes: { ...savedNeeds.writes, mind: BotMind },
  resources: {
    ...savedNeeds.resources,
    fleet: FleetResource,
    controls: ControlsResource,
    presence: PresenceResource,
    events: MindEventsResource,
    uids: UidsResource,
  },
} as const
type FleetWorld = ContextOf<typeof needs>

const botComponents = Object.freeze([...characterComponents, BotMind])
const START_DRAWS = 64
const FLEET_KEY = 0x666c6565
/** What follows from a bot's number is drawn by these. */
const numbered = Object.freeze({ place: 1, turn: 2, share: 3, level: 4, class: 5, experience: 6 })
/** Places that a bot tries in one tick before it waits for the next. */
const TRIES_MAX = 6
/** A player's window may lag behind the character by one cell, and a bot's first step may lead into it. */
const UNSEEN_CELLS = NEAR_CELLS + 2

const drawOf = (number: number, what: number, nth = 0): number => randomFloat(FLEET_KEY, number, what, nth)

/** Whether no player is near enough to see somebody appear there. */
function isUnseen(world: FleetWorld, copy: number, x: number, z: number): boolean {
  const { presence, position, place, grid, content } = world
  for (const slot of presence.characters.keys()) {
    if (place.zone[slot] !== content.zone.id || place.instance[slot] !== copy) continue
    const dx = Math.abs(grid.column(position.x[slot]) - grid.column(x))
    const dz = Math.abs(grid.column(position.z[slot]) - grid.column(z))
    if (dx <= UNSEEN_CELLS && dz <= UNSEEN_CELLS) return false
  }
  return true
}

/** As many of each class in every copy. */
const copyOf = ({ fleet, content }: FleetWorld, number: number): number =>
  Math.floor(number / content.classList.length) % fleet.options.copies

/** Where the bot of that number appears; undefined when players look at every place that was tried. The first try is the same at all times. */
function unseenPoint(world: FleetWorld, number: number, level: number): { x: number; z: number } | undefined {
  const { content, fleet, tick } = world
  const edge = content.zone.sizeM - ZONE_EDGE_M
  for (let nth = 0; nth < TRIES_MAX; nth += 1) {
    const salt = nth === 0 ? 0 : tick * TRIES_MAX + nth
    const place = arrivalPlace(content, fleet.options.places, level, drawOf(number, numbered.place, salt))
    const at = pointIn(place, (n) => randomFloat(FLEET_KEY, number, START_DRAWS + n, salt))
    const x = clamp(at.x, 0, edge)
    const z = clamp(at.z, 0, edge)
    if (isUnseen(world, copyOf(world, number), x, z)) return { x, z }
  }
  return undefined
}

/** What a character of a higher level has behind it: quests done and their gold, gear, and a part of the way to the next level. */
function giveHistory(world: FleetWorld, slot: Slot, number: number, classKind: ClassKind, level: number): void {
  const { content, done, progress, fleet, equipment, uids } = world
  const { quests, gear } = fleet.history(content, classKind, level)
  uids.begin(world.calendarMs)
  gear.forEach((item, equipSlot) => {
    if (item === undefined) return
    const thing = { item: item.id, count: 1, uid: uids.next(), durability: item.durabilityMax }
    equipment.setAt(slot, 'item', equipSlot, thing.item)
    equipment.setAt(slot, 'uid', equipSlot, thing.uid)
    equipment.setAt(slot, 'durability', equipSlot, thing.durability)
    mintThing(world, slot, thing, 'history', NO_COMMAND)
  })
  for (const { id } of quests) {
    const byte = id >>> 3
    done.setAt(slot, 'bits', byte, done.bits[slot * (QUEST_IDS_MAX / 8) + byte] | (1 << (id & 7)))
  }
  gainGold(world, slot, goldBehind(quests), 'history', NO_COMMAND)
  const toNext = content.experienceToNext[level]
  if (Number.isFinite(toNext)) progress.set(slot, 'experience', Math.floor(toNext * drawOf(number, numbered.experience)))
}

/** False when there is no place for it now. */
function arrive(world: FleetWorld): boolean {
  const { fleet, content, names, position, kind, vitals, status, progress, mind, tick } = world
  const { levels, classes } = fleet.options
  const number = fleet.nextNumber
  const level = drawLevel(levels, drawOf(number, numbered.share), drawOf(number, numbered.level))
  const at = unseenPoint(world, number, level)
  if (at === undefined) return false
  fleet.nextNumber += 1
  const slot = world.commands.spawn(botComponents)
  world.grid.layerOf[slot] = layer.characters
  world.ledger.owner(slot, botCharacterId(number))
  const classPlace = classes === undefined ? number % content.classList.length : weighted(classes, drawOf(number, numbered.class))
  const classKind = content.classList[classPlace]
  position.x[slot] = at.x
  position.z[slot] = at.z
  world.place.zone[slot] = content.zone.id
  world.place.instance[slot] = copyOf(world, number)
  kind.type[slot] = kindType.character
  kind.look[slot] = classKind.id
  status.level[slot] = level
  status.flags[slot] = flag.bot
  if (level > 1) giveHistory(world, slot, number, classKind, level)
  refreshStats(world, slot)
  vitals.health[slot] = vitals.healthMax[slot]
  vitals.power[slot] = classKind.power === 'rage' ? 0 : vitals.powerMax[slot]
  progress.set(slot, 'class', classKind.id)
  progress.set(slot, 'level', level)
  learnSpells(world.book, slot, classKind, level)
  mind.nextTick[slot] = tick + 1 + (randomU32(FLEET_KEY, number, numbered.turn, 0) % world.tickHz)
  mind.gainTick[slot] = tick
  mind.progressTick[slot] = tick
  const name = botName(FLEET_KEY, number)
  names.set(slot, name)
  settle(world, slot)
  world.presence.botCreated(slot, number, name, classKind.id)
  return true
}

/** It is one of the fleet from now on, and thinks at a turn of its own. */
function settle(world: FleetWorld, slot: Slot): void {
  world.events.join(slot)
  world.fleet.slots.push(slot)
}

/** A bot of an earlier run of the world: as it was, with its goal, but with nobody in its eye. */
function comeBack(world: FleetWorld, row: CharacterRow): void {
  const { content, mind, status, tick, tickHz } = world
  const slot = world.commands.spawn(botComponents)
  const [start] = content.zone.starts
  restoreCharacter(world, slot, row, start)
  // There may be fewer copies of the zone than there were.
  world.place.instance[slot] %= world.fleet.options.copies
  world.ledger.owner(slot, row.characterId)
  status.flags[slot] |= flag.bot
  restoreComponent(BotMind, mind, slot, row.components.BotMind)
  const turnTick = tick + 1 + (randomU32(FLEET_KEY, row.characterId, numbered.turn, 0) % tickHz)
  mind.nextTick[slot] = Math.max(mind.nextTick[slot], turnTick)
  settle(world, slot)
  world.presence.botReturned(slot, row)
}

/** It will not come back: what it has goes with it. */
function depart(world: FleetWorld, slot: Slot): void {
  loseGold(world, slot, world.purse.gold[slot], 'departed', NO_COMMAND)
  for (const thing of thingsOf(world, slot)) burnThing(world, slot, thing, 'departed', NO_COMMAND)
  for (const thing of soldThingsOf(world, slot)) burnThing(world, slot, thing, 'departed', NO_COMMAND)
  world.events.leave(slot)
  world.presence.botRemoved(slot)
  world.commands.despawn(slot)
}

/** Sends the broken ones away; the same tick may bring others in their places. */
function dismissBroken(world: FleetWorld): void {
  const { slots, broken } = world.fleet
  for (const slot of broken.splice(0)) {
    const place = slots.indexOf(slot)
    if (place < 0) continue
    slots.splice(place, 1)
    depart(world, slot)
  }
}

/** Keeps as many in-world bots as the control `fleetTarget` says, up to the setting `bots`: some more or fewer each tick, and no more without memory for them. */
export const fleet = defineSystem({
  ...needs,
  run(world) {
    const { slots, options } = world.fleet
    const target = Math.min(world.controls.get('fleetTarget'), options.botsMax)
    const isHeld = world.controls.get('memoryLevel') > 0
    for (const row of world.presence.returning.splice(0)) comeBack(world, row)
    // Nobody new takes the place of those who are still being loaded.
    const wanted = target - world.controls.get('botsToCome')
    if (world.fleet.broken.length > 0) dismissBroken(world)
    for (let i = 0; i < options.perTickMax && !isHeld && slots.length < wanted && arrive(world); ) i += 1
    for (let i = 0; i < options.perTickMax && slots.length > target; i += 1) {
      const slot = slots.pop()
      if (slot === undefined) break
      depart(world, slot)
    }
  },
})
