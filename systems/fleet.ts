import { Bag, Purse } from '../components/bag.js'
import { BotMind } from '../components/bot-mind.js'
import { characterComponents } from '../components/index.js'
import { Kind, kindType } from '../components/kind.js'
import { Motion, Place, Position } from '../components/motion.js'
import { Progress } from '../components/progress.js'
import { Spellbook } from '../components/spells.js'
import { flag, Status } from '../components/status.js'
import { Vitals } from '../components/vitals.js'
import type { Slot } from '../src/ecs/entities.js'
import { mix } from '../src/ecs/hash.js'
import { randomFloat, randomU32 } from '../src/ecs/random.js'
import { defineResource } from '../src/ecs/resource.js'
import { type ContextOf, defineSystem } from '../src/ecs/system.js'
import { ControlsResource } from '../src/net/controls.js'
import { GridResource, layer } from '../src/space/grid.js'
import { NamesResource } from '../src/space/names.js'
import { botName, learnSpells, pointIn } from './character-rules.js'
import { ContentResource } from './content/resource.js'
import { healthMax, powerMax } from './stat-rules.js'

/** Bots that appear or leave in one tick. */
export const ARRIVALS_PER_TICK_MAX = 250

/** The in-world bots there are, oldest first. */
export class Fleet {
  readonly slots: Slot[] = []
  /** The number of the next bot; its name, class and start follow from it. */
  nextNumber = 0

  /** `botsMax`: the setting `bots`, which the world's capacity was made for. */
  constructor(readonly botsMax: number) {}

  hash(): number {
    return this.slots.reduce(mix, mix(1, this.nextNumber))
  }
}
export const FleetResource = defineResource('Fleet', {
  create: ({ settings }) => new Fleet(settings.bots ?? 0),
  hash: (fleet) => fleet.hash(),
})

const needs = {
  name: 'fleet',
  writes: {
    position: Position,
    place: Place,
    motion: Motion,
    kind: Kind,
    vitals: Vitals,
    status: Status,
    progress: Progress,
    book: Spellbook,
    bag: Bag,
    purse: Purse,
    mind: BotMind,
  },
  resources: {
    fleet: FleetResource,
    controls: ControlsResource,
    names: NamesResource,
    content: ContentResource,
    grid: GridResource,
  },
} as const
type FleetWorld = ContextOf<typeof needs>

const botComponents = Object.freeze([...characterComponents, BotMind])
const START_DRAWS = 64
const FLEET_KEY = 0x666c6565

function arrive(world: FleetWorld): void {
  const { fleet, content, names, position, kind, vitals, status, progress, mind, tick } = world
  const number = fleet.nextNumber
  fleet.nextNumber += 1
  const slot = world.commands.spawn(botComponents)
  world.grid.layerOf[slot] = layer.characters
  const classKind = content.classList[number % content.classList.length]
  const start = content.zone.starts[randomU32(FLEET_KEY, number, 1, 0) % content.zone.starts.length]
  const at = pointIn(start, (n) => randomFloat(FLEET_KEY, number, START_DRAWS + n, 0))
  position.x[slot] = at.x
  position.z[slot] = at.z
  world.place.zone[slot] = content.zone.id
  world.motion.speedMps[slot] = content.rates.runSpeedMps
  kind.type[slot] = kindType.character
  kind.look[slot] = classKind.id
  vitals.healthMax[slot] = healthMax(classKind, 1)
  vitals.health[slot] = vitals.healthMax[slot]
  vitals.powerMax[slot] = powerMax(classKind, 1)
  vitals.power[slot] = classKind.power === 'rage' ? 0 : vitals.powerMax[slot]
  status.level[slot] = 1
  status.flags[slot] = flag.bot
  progress.set(slot, 'class', classKind.id)
  progress.set(slot, 'level', 1)
  learnSpells(world.book, slot, classKind, 1)
  mind.nextTick[slot] = tick + 1 + (randomU32(FLEET_KEY, number, 2, 0) % world.tickHz)
  mind.gainTick[slot] = tick
  mind.progressTick[slot] = tick
  names.set(slot, botName(FLEET_KEY, number))
  fleet.slots.push(slot)
}

/** Keeps as many in-world bots as the control `fleetTarget` says, up to the setting `bots`: some more or fewer each tick. */
export const fleet = defineSystem({
  ...needs,
  run(world) {
    const target = Math.min(world.controls.get('fleetTarget'), world.fleet.botsMax)
    const { slots } = world.fleet
    for (let i = 0; i < ARRIVALS_PER_TICK_MAX && slots.length < target; i += 1) arrive(world)
    for (let i = 0; i < ARRIVALS_PER_TICK_MAX && slots.length > target; i += 1) {
      const slot = slots.pop()
      if (slot !== undefined) world.commands.despawn(slot)
    }
  },
})
