import { BAG_SLOTS, Bag, Purse } from '../../components/bag.js'
import { Combat } from '../../components/combat.js'
import { CreatureMind, creatureState } from '../../components/creature.js'
import { Kind, kindType } from '../../components/kind.js'
import { LOOT_ITEMS_MAX, Loot } from '../../components/loot.js'
import { Place, Position } from '../../components/motion.js'
import { Progress } from '../../components/progress.js'
import { OBJECTIVES_MAX, QUESTS_MAX, QuestLog, questState } from '../../components/quest-log.js'
import { Casting } from '../../components/spells.js'
import { flag, Status } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import type { Slot } from '../../src/ecs/entities.js'
import type { World } from '../../src/ecs/world.js'
import type { Net } from '../../src/net/net.js'
import { PresenceResource } from '../../src/net/presence.js'
import { GridResource } from '../../src/space/grid.js'
import { FleetResource } from '../../systems/fleet.js'
import { ObjectsResource } from '../../systems/object-table.js'
import { SpawnsResource } from '../../systems/spawn-table.js'
import { content } from './worlds.js'

type Report = (slot: Slot, what: string) => void

/** All that must hold between two ticks of the standard game; what does not, one line each. Empty is good. */
export function broken(world: World): string[] {
  const problems: string[] = []
  const report: Report = (slot, what) => {
    if (problems.length < 20) problems.push(`tick ${world.tick}, slot ${slot}: ${what}`)
  }
  const { entities } = world
  for (let slot = 1; slot <= entities.slotMax; slot += 1) {
    if (entities.alive[slot] !== 1) continue
    if (!entities.has(slot, Position)) continue
    checkBody(world, slot, report)
    if (entities.has(slot, Bag)) checkBag(world, slot, report)
    if (entities.has(slot, Progress)) checkProgress(world, slot, report)
    if (entities.has(slot, QuestLog)) checkQuests(world, slot, report)
    if (entities.has(slot, CreatureMind)) checkCreature(world, slot, report)
    if (entities.has(slot, Loot)) checkLoot(world, slot, report)
  }
  checkGrid(world, report)
  checkSpawns(world, report)
  checkObjects(world, report)
  for (const slot of world.resource(FleetResource).slots)
    if (entities.alive[slot] !== 1) report(slot, 'a bot of the fleet is gone')
  return problems
}

function checkBody(world: World, slot: Slot, report: Report): void {
  const { x, y, z } = world.columns(Position)
  const { health, healthMax, power, powerMax } = world.columns(Vitals)
  const flags = world.columns(Status).flags[slot]
  const isDown = (flags & (flag.dead | flag.ghost)) !== 0
  for (const at of [x[slot], z[slot]]) if (!(at >= 0 && at < content.zone.sizeM)) report(slot, `stands at ${x[slot]}, ${z[slot]}`)
  if (!Number.isFinite(y[slot])) report(slot, `has the height ${y[slot]}`)
  if (!world.entities.has(slot, Vitals)) return
  if (health[slot] > healthMax[slot]) report(slot, `has ${health[slot]} of ${healthMax[slot]} health`)
  if (power[slot] > powerMax[slot]) report(slot, `has ${power[slot]} of ${powerMax[slot]} power`)
  if (isDown !== (health[slot] === 0)) report(slot, `has ${health[slot]} health and the flags ${flags}`)
  if ((flags & flag.dead) !== 0 && (flags & flag.ghost) !== 0) report(slot, 'is dead and a ghost')
  if ((flags & flag.lootable) !== 0 && (flags & flag.dead) === 0) report(slot, 'is alive and lootable')
  if (world.entities.has(slot, Combat) && isDown && world.columns(Combat).target[slot] !== 0) report(slot, 'is dead and fights')
  if (!world.entities.has(slot, Casting)) return
  if (((flags & flag.casting) !== 0) !== (world.columns(Casting).spell[slot] !== 0) && !isDown)
    report(slot, 'casts without the flag, or the other way round')
}

function checkBag(world: World, slot: Slot, report: Report): void {
  const { item, count } = world.columns(Bag)
  for (let i = 0; i < BAG_SLOTS; i += 1) {
    const what = item[slot * BAG_SLOTS + i]
    const many = count[slot * BAG_SLOTS + i]
    const kind = content.items[what]
    if ((what === 0) !== (many === 0)) report(slot, `bag place ${i} has ${many} of item ${what}`)
    if (what !== 0 && kind === undefined) report(slot, `bag place ${i} has the unknown item ${what}`)
    if (kind !== undefined && many > kind.stackMax)
      report(slot, `bag place ${i} has ${many} of ${kind.key}, over ${kind.stackMax}`)
    if (what !== 0 && i >= content.rates.bagSlots) report(slot, `bag place ${i} is over the bag's size`)
  }
  if (world.columns(Purse).gold[slot] > content.rates.goldMax) report(slot, `has ${world.columns(Purse).gold[slot]} gold`)
}

function checkProgress(world: World, slot: Slot, report: Report): void {
  const { level, experience } = world.columns(Progress)
  if (level[slot] < 1 || level[slot] > content.rates.levelMax) report(slot, `is of level ${level[slot]}`)
  if (level[slot] !== world.columns(Status).level[slot]) report(slot, 'shows another level than it has')
  if (experience[slot] >= content.experienceToNext[level[slot]])
    report(slot, `has ${experience[slot]} experience at ${level[slot]}`)
}

function checkQuests(world: World, slot: Slot, report: Report): void {
  const { quest, state, have } = world.columns(QuestLog)
  const seen = new Set<number>()
  for (let row = 0; row < QUESTS_MAX; row += 1) {
    const id = quest[slot * QUESTS_MAX + row]
    const stands = state[slot * QUESTS_MAX + row]
    if ((id === 0) !== (stands === questState.empty)) report(slot, `quest row ${row} has quest ${id} in state ${stands}`)
    if (id === 0) continue
    if (seen.has(id)) report(slot, `quest ${id} stands in the log twice`)
    seen.add(id)
    const kind = content.quests[id]
    if (kind === undefined) {
      report(slot, `quest ${id} is unknown`)
      continue
    }
    const isMet = kind.objectives.map((objective, i) => {
      const progress = have[(slot * QUESTS_MAX + row) * OBJECTIVES_MAX + i]
      if (progress > objective.count) report(slot, `quest ${id} has ${progress} of ${objective.count}`)
      return progress >= objective.count
    })
    if (isMet.every(Boolean) !== (stands === questState.complete))
      report(slot, `quest ${id} is in state ${stands}: ${isMet.join()}`)
  }
}

function checkCreature(world: World, slot: Slot, report: Report): void {
  const spawns = world.resource(SpawnsResource)
  const flags = world.columns(Status).flags[slot]
  const mind = world.columns(CreatureMind)
  const isDead = (flags & flag.dead) !== 0
  const standsFor = spawns.entity[mind.spawn[slot]]
  if (!isDead && standsFor !== world.entityOf(slot))
    report(slot, `lives, but its spawn point ${mind.spawn[slot]} has ${standsFor}`)
  if (isDead && standsFor === world.entityOf(slot)) report(slot, `is dead, but stands for its spawn point ${mind.spawn[slot]}`)
  if (isDead && !world.entities.has(slot, Loot)) report(slot, 'is dead, but no corpse')
  if (((flags & flag.evading) !== 0) !== (mind.state[slot] === creatureState.evade)) report(slot, 'evades by half')
}

function checkLoot(world: World, slot: Slot, report: Report): void {
  const { item, count, gold } = world.columns(Loot)
  let isEmpty = gold[slot] === 0
  for (let i = slot * LOOT_ITEMS_MAX; i < (slot + 1) * LOOT_ITEMS_MAX; i += 1) {
    if (item[i] === 0) continue
    isEmpty = false
    if (content.items[item[i]] === undefined) report(slot, `holds the unknown item ${item[i]}`)
    if (count[i] === 0) report(slot, `holds none of item ${item[i]}`)
  }
  const lootable = (world.columns(Status).flags[slot] & flag.lootable) !== 0
  if (lootable === isEmpty) report(slot, `is ${lootable ? '' : 'not '}lootable, and ${isEmpty ? '' : 'not '}empty`)
}

/** Every living body stands in the cell of its place, once in the members and once in the crowd of its layer. */
function checkGrid(world: World, report: Report): void {
  const grid = world.resource(GridResource)
  const { x, z } = world.columns(Position)
  const place = world.columns(Place)
  let standing = 0
  for (let slot = 1; slot <= world.entities.slotMax; slot += 1) {
    const cell = grid.cellOf(slot)
    const isThere = world.entities.alive[slot] === 1 && world.entities.has(slot, Position)
    if (isThere !== (cell !== undefined)) report(slot, isThere ? 'is in no cell' : 'is gone, but in a cell')
    if (cell === undefined) continue
    standing += 1
    const isRight =
      cell.cx === grid.column(x[slot]) &&
      cell.cz === grid.column(z[slot]) &&
      cell.zone === place.zone[slot] &&
      cell.instance === place.instance[slot]
    if (!isRight) report(slot, `stands at ${x[slot]}, ${z[slot]}, but in cell ${cell.cx}, ${cell.cz}`)
  }
  let members = 0
  for (const cell of grid.cells) {
    const listed: number[] = []
    for (let i = 0; i < cell.places; i += 1) if (cell.members[i] >= 0) listed.push(cell.members[i])
    const crowds = cell.layers.flatMap(({ slots, count }) => [...slots.subarray(0, count)])
    if (listed.length !== cell.population) report(0, `cell ${cell.index} counts ${cell.population} and lists ${listed.length}`)
    const sorted = (list: number[]): string => list.sort((a, b) => a - b).join()
    if (sorted(listed) !== sorted(crowds)) report(0, `cell ${cell.index} lists others than its crowds`)
    for (const slot of listed) if (grid.cellOf(slot) !== cell) report(slot, `is listed in cell ${cell.index}, too`)
    members += listed.length
  }
  if (members !== standing) report(0, `the grid lists ${members}, but ${standing} stand in it`)
}

/** Every object stands for one point, and every point knows its object, or is counted as empty. */
function checkObjects(world: World, report: Report): void {
  const objects = world.resource(ObjectsResource)
  let empty = 0
  for (let point = 0; point < objects.entity.length; point += 1) {
    const slot = world.entities.slotOf(objects.entity[point])
    if (objects.entity[point] === 0) empty += 1
    else if (slot === 0) report(0, `object point ${point} has ${objects.entity[point]}, which is gone`)
    else if (world.columns(Kind).type[slot] !== kindType.object)
      report(slot, `stands for object point ${point}, but is no object`)
    else if (objects.pointAt(objects.entity[point]) !== point) report(slot, `does not know its object point ${point}`)
  }
  if (empty !== objects.empty) report(0, `${empty} object points are empty, but ${objects.empty} are counted`)
}

function checkSpawns(world: World, report: Report): void {
  const spawns = world.resource(SpawnsResource)
  const { spawn } = world.columns(CreatureMind)
  for (let i = 0; i < spawns.count; i += 1) {
    if (spawns.entity[i] === 0) continue
    const slot = world.entities.slotOf(spawns.entity[i])
    if (slot === 0) report(0, `spawn point ${i} waits for ${spawns.entity[i]}, who is gone`)
    else if (spawn[slot] !== i || world.columns(Kind).type[slot] !== kindType.creature) report(slot, `is not of spawn point ${i}`)
  }
}

/** The same of sessions: whoever is played lives, is a character, and is played by one session that says so. */
export function brokenSessions(world: World, net: Net): string[] {
  const problems: string[] = []
  const presence = world.resource(PresenceResource)
  const { bySocket, bySlot } = net.sessionList.roster
  for (const [slot, session] of bySlot) {
    if (world.entities.alive[slot] !== 1) problems.push(`session ${session.id} plays slot ${slot}, which is gone`)
    if (session.slot !== slot) problems.push(`session ${session.id} of slot ${slot} believes in slot ${session.slot}`)
    if (bySocket.get(session.socket) !== session) problems.push(`session ${session.id} of slot ${slot} is gone`)
    if (presence.characters.get(slot)?.accountId !== session.accountId) problems.push(`slot ${slot} is another account's`)
  }
  for (const session of bySocket.values()) {
    if (session.slot !== 0 && bySlot.get(session.slot) !== session) problems.push(`session ${session.id} plays by itself`)
    if ((session.slot !== 0) !== (session.auth === 'inWorld')) problems.push(`session ${session.id} is ${session.auth}`)
  }
  for (let slot = 1; slot <= world.entities.slotMax; slot += 1) {
    const expected = bySlot.has(slot) ? 1 : 0
    if (presence.played[slot] !== expected) problems.push(`slot ${slot} is played: ${presence.played[slot]}, not ${expected}`)
    if (world.marks.owned[slot] !== expected) problems.push(`slot ${slot} is owned: ${world.marks.owned[slot]}, not ${expected}`)
  }
  for (const [slot, { characterId }] of presence.characters) {
    if (world.entities.alive[slot] !== 1) problems.push(`character ${characterId} has slot ${slot}, which is gone`)
    if (presence.slotByCharacter.get(characterId) !== slot) problems.push(`character ${characterId} is in two places`)
  }
  if (presence.slotByCharacter.size !== presence.characters.size) problems.push('characters and slots differ in number')
  return problems.map((text) => `tick ${world.tick}: ${text}`)
}
