import { AURAS_MAX, Auras } from '../components/auras.js'
import { INPUTS_MAX, InputQueue, Motion, moveMode, Place, Position } from '../components/motion.js'
import { flag, Status } from '../components/status.js'
import { MoveFollow, MoveInput, MoveSelf, MoveStop, MoveTeleportAck, MoveTo } from '../protocol/move.js'
import { result } from '../protocol/result-codes.js'
import { InvariantError } from '../src/assert.js'
import type { Entity, Slot } from '../src/ecs/entities.js'
import { cosTurn, headingOf, sinTurn } from '../src/ecs/maths.js'
import { type ContextOf, defineSystem } from '../src/ecs/system.js'
import { PresenceResource } from '../src/net/presence.js'
import { GridResource } from '../src/space/grid.js'
import { ContentResource } from './content/resource.js'
import { FLEE_TURN_MS, fleeHeading, pathCode, step, stepTowards, ZONE_EDGE_M } from './movement-rules.js'

/** Input time that may be saved up, in ms. */
const CREDIT_MS_MAX = 500
/** How near a follower comes. */
const FOLLOW_STOP_M = 2
/** What somebody's auras do to the way he moves. */
const controlled = flag.stunned | flag.rooted | flag.feared
const INPUT_FULL = 127

// Plain `{ x, z }` share their shape in V8 with payloads and content, where a field may hold anything, so that each write of a
// number would allocate one. Their first field gives these two a shape of their own, whose numbers are written in place.
// Scratch: the step under way, from where and to where.
const from = { isScratch: true, x: 0, z: 0 }
const to = { isScratch: true, x: 0, z: 0 }

const needs = {
  name: 'movement',
  reads: { place: Place, status: Status, auras: Auras },
  writes: { position: Position, motion: Motion, queue: InputQueue },
  resources: { grid: GridResource, presence: PresenceResource, content: ContentResource },
  queries: { movers: [Position, Motion] },
  intents: [MoveInput, MoveTo, MoveFollow, MoveStop, MoveTeleportAck],
  tells: [MoveSelf],
} as const
type MoveWorld = ContextOf<typeof needs>

function startPath(world: MoveWorld, slot: Slot, x: number, z: number): number {
  const { motion } = world
  const edge = world.content.zone.sizeM - ZONE_EDGE_M
  if (!(x >= 0 && z >= 0 && x <= edge && z <= edge)) return result.outOfRange
  motion.mode[slot] = moveMode.to
  motion.destX[slot] = x
  motion.destZ[slot] = z
  motion.stopM[slot] = 0
  dropInputs(world, slot)
  return result.ok
}

function startFollowing(world: MoveWorld, slot: Slot, entity: Entity): number {
  const { motion, place } = world
  const target = world.slotOf(entity)
  if (target === 0 || target === slot || !world.has(target, Position)) return result.noSuchTarget
  if (place.zone[target] !== place.zone[slot] || place.instance[target] !== place.instance[slot]) return result.noSuchTarget
  motion.mode[slot] = moveMode.follow
  motion.follow[slot] = entity
  motion.stopM[slot] = FOLLOW_STOP_M
  dropInputs(world, slot)
  return result.ok
}

/** What was asked before another order is not carried out after it. */
function dropInputs(world: MoveWorld, slot: Slot): void {
  if (world.has(slot, InputQueue)) world.queue.count[slot] = 0
}

/** Another client plays the character than before: neither its inputs nor its teleports are this one's. */
function changeHands(world: MoveWorld, slot: Slot): void {
  const { queue } = world
  queue.binding[slot] = world.presence.bindings[slot]
  queue.count[slot] = 0
  queue.awaitsAck[slot] = 0
  queue.appliedSeq[slot] = 0
}

/** Keeps an input for its tick. Over the queue's length it is lost: the sender runs ahead of its time. */
function enqueue(world: MoveWorld, slot: Slot, seq: number, dx: number, dz: number, heading: number): void {
  const { queue, motion } = world
  if (!world.has(slot, InputQueue)) return
  const count = queue.count[slot]
  if (queue.awaitsAck[slot] === 1 || count >= INPUTS_MAX) return
  if (motion.mode[slot] !== moveMode.flee) motion.mode[slot] = moveMode.input
  const at = slot * INPUTS_MAX + count
  queue.dx[at] = dx
  queue.dz[at] = dz
  queue.heading[at] = heading
  queue.seq[at] = seq
  queue.count[slot] = count + 1
}

function dropFirst(world: MoveWorld, slot: Slot): void {
  const { queue } = world
  const start = slot * INPUTS_MAX
  const end = start + queue.count[slot]
  queue.dx.copyWithin(start, start + 1, end)
  queue.dz.copyWithin(start, start + 1, end)
  queue.heading.copyWithin(start, start + 1, end)
  queue.seq.copyWithin(start, start + 1, end)
  queue.count[slot] -= 1
}

function handle(world: MoveWorld, intent: MoveWorld['intents'][number]): number {
  const slot = intent.actor
  const { queue, motion } = world
  if (world.has(slot, InputQueue) && queue.binding[slot] !== world.presence.bindings[slot]) changeHands(world, slot)
  if (intent.name === 'move.teleportAck') {
    if (!world.has(slot, InputQueue) || intent.payload.counter !== queue.teleports[slot]) return result.stale
    queue.awaitsAck[slot] = 0
    return result.ok
  }
  const flags = world.status.flags[slot]
  if ((flags & flag.dead) !== 0) return result.dead
  const held = pathCode(intent.name, flags)
  if (held !== result.ok) return held
  switch (intent.name) {
    case 'move.input':
      enqueue(world, slot, intent.seq, intent.payload.dx, intent.payload.dz, intent.payload.heading)
      return result.ok
    case 'move.to':
      return startPath(world, slot, intent.payload.x, intent.payload.z)
    case 'move.follow':
      return startFollowing(world, slot, intent.payload.entity)
    case 'move.stop':
      motion.mode[slot] = moveMode.stand
      dropInputs(world, slot)
      return result.ok
  }
}

/** Puts `to` into the columns; true when the place changed. */
function arrive(world: MoveWorld, slot: Slot): boolean {
  const { position, place } = world
  const { sizeM } = world.content.zone
  const { x, z } = to
  if (!(x >= 0 && z >= 0 && x <= sizeM && z <= sizeM)) strayed(slot, sizeM)
  if (x === from.x && z === from.z) return false
  position.x[slot] = x
  position.z[slot] = z
  world.grid.put(slot, place.zone[slot], place.instance[slot], x, z)
  return true
}

function strayed(slot: Slot, sizeM: number): never {
  throw new InvariantError(`slot ${slot} moved to ${to.x}, ${to.z}, outside 0..${sizeM}`)
}

/** One input a tick, more while credit lasts; an empty queue stands. True when an input was applied. */
function applyInputs(world: MoveWorld, slot: Slot): boolean {
  const { queue, position, motion, dt, content } = world
  // As the column rounds it, or one tick's credit would not pay for one input at 60 Hz.
  const stepMs = Math.fround(dt * 1000)
  const at = slot * INPUTS_MAX
  queue.creditMs[slot] = Math.min(CREDIT_MS_MAX, queue.creditMs[slot] + stepMs)
  motion.moved[slot] = 0
  let applied = false
  while (queue.count[slot] > 0 && queue.creditMs[slot] >= stepMs) {
    queue.creditMs[slot] -= stepMs
    from.x = position.x[slot]
    from.z = position.z[slot]
    step(from, queue.dx[at], queue.dz[at], motion.speedMps[slot], dt, content.zone.sizeM, to)
    if ((world.status.flags[slot] & flag.stunned) === 0) motion.heading[slot] = queue.heading[at]
    queue.appliedSeq[slot] = queue.seq[at]
    if (arrive(world, slot)) motion.moved[slot] = 1
    dropFirst(world, slot)
    applied = true
  }
  return applied
}

/** Along a path or after somebody. True when heading or place changed. */
function walk(world: MoveWorld, slot: Slot, target: Slot): boolean {
  const { position, motion } = world
  const x = position.x[slot]
  const z = position.z[slot]
  const toX = target === 0 ? motion.destX[slot] : position.x[target]
  const toZ = target === 0 ? motion.destZ[slot] : position.z[target]
  from.x = x
  from.z = z
  const isThere = stepTowards(from, toX, toZ, motion.stopM[slot], motion.speedMps[slot], world.dt, to)
  const before = motion.heading[slot]
  const heading = toX === x && toZ === z ? before : headingOf(toX - x, toZ - z)
  motion.heading[slot] = heading
  const moved = arrive(world, slot)
  motion.moved[slot] = moved ? 1 : 0
  if (isThere && target === 0) motion.mode[slot] = moveMode.stand
  return moved || heading !== before
}

/**
 * Who is stunned stops, who is rooted walks no path (but still turns to whom it follows), who is feared flees; their inputs are
 * taken and come to nothing, since the speed is 0 or the way another's. When fear ends, one stands.
 */
function hold(world: MoveWorld, slot: Slot, flags: number): void {
  const { motion } = world
  const mode = motion.mode[slot]
  if ((flags & flag.stunned) !== 0) {
    if (mode !== moveMode.input) motion.mode[slot] = moveMode.stand
  } else if ((flags & flag.feared) !== 0) {
    if (mode !== moveMode.flee || (world.tick + slot) % Math.max(1, Math.floor(FLEE_TURN_MS / (world.dt * 1_000))) === 0)
      turnAway(world, slot)
    motion.mode[slot] = moveMode.flee
  } else if (mode === moveMode.flee) {
    const isPlaying = world.has(slot, InputQueue) && world.queue.count[slot] > 0
    motion.mode[slot] = isPlaying ? moveMode.input : moveMode.stand
  } else if ((flags & flag.rooted) !== 0 && mode === moveMode.to) {
    motion.mode[slot] = moveMode.stand
  }
}

/** Who cast the fear that lies on it; 0 when he has left the world. */
function dreaded(world: MoveWorld, slot: Slot): Slot {
  const { auras, content } = world
  for (let i = slot * AURAS_MAX; i < slot * AURAS_MAX + auras.count[slot]; i += 1)
    if (content.auras[auras.aura[i]]?.control === 'fear') return world.slotOf(auras.caster[i])
  return 0
}

function turnAway(world: MoveWorld, slot: Slot): void {
  const { position, motion } = world
  const source = dreaded(world, slot)
  const dx = source === 0 ? 0 : position.x[slot] - position.x[source]
  const dz = source === 0 ? 0 : position.z[slot] - position.z[source]
  motion.heading[slot] = fleeHeading(dx, dz, motion.heading[slot], world.random(slot, 0))
}

/** Runs where fear has turned it. What its player wanted meanwhile counts as done, or his client would wait for it. */
function flee(world: MoveWorld, slot: Slot): boolean {
  const { position, motion, queue, content } = world
  if (world.has(slot, InputQueue) && queue.count[slot] > 0) {
    queue.appliedSeq[slot] = queue.seq[slot * INPUTS_MAX + queue.count[slot] - 1]
    queue.count[slot] = 0
  }
  from.x = position.x[slot]
  from.z = position.z[slot]
  const heading = motion.heading[slot]
  step(
    from,
    cosTurn(heading) * INPUT_FULL,
    sinTurn(heading) * INPUT_FULL,
    motion.speedMps[slot],
    world.dt,
    content.zone.sizeM,
    to,
  )
  motion.moved[slot] = arrive(world, slot) ? 1 : 0
  return true
}

function tellSelf(world: MoveWorld, slot: Slot): void {
  const { position, motion, queue } = world
  world.tell(slot, MoveSelf, {
    seq: world.has(slot, InputQueue) ? queue.appliedSeq[slot] : 0,
    x: position.x[slot],
    y: position.y[slot],
    z: position.z[slot],
    heading: motion.heading[slot],
    speedMps: motion.speedMps[slot],
  })
}

/** One tick of whoever does not stand. True when there is something to tell. */
function move(world: MoveWorld, slot: Slot): boolean {
  const { motion } = world
  const mode = motion.mode[slot]
  if (mode === moveMode.input) return applyInputs(world, slot)
  if (mode === moveMode.flee) return flee(world, slot)
  const target = mode === moveMode.follow ? world.slotOf(motion.follow[slot]) : 0
  if (mode !== moveMode.follow || target !== 0) return walk(world, slot, target)
  motion.mode[slot] = moveMode.stand
  motion.moved[slot] = 0
  return false
}

/** Moves whoever moves: paths, followers, and the inputs of players. */
export const movement = defineSystem({
  ...needs,
  run(world) {
    const { motion, presence, movers, status } = world
    for (const intent of world.intents) world.answer(intent, handle(world, intent))
    const { mode, moved } = motion
    for (let i = 0; i < movers.length; i += 1) {
      const slot = movers[i]
      const flags = status.flags[slot]
      if ((flags & controlled) !== 0 || mode[slot] === moveMode.flee) hold(world, slot, flags)
      if (mode[slot] === moveMode.stand) {
        moved[slot] = 0
        continue
      }
      if (move(world, slot) && presence.played[slot] === 1) tellSelf(world, slot)
    }
  },
})
