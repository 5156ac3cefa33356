import { flag } from '../components/status.js'
import { result } from '../protocol/result-codes.js'
import { clamp, headingOf } from '../src/ecs/maths.js'
import { heldCode } from './interaction-rules.js'

/** A step's outcome; reused, so read it before the next step. */
export interface Stepped {
  x: number
  z: number
}

const INPUT_FULL = 127

/**
 * One fixed step of an input: direction (dx, dz) ÷ 127 on world axes, cut to length 1, at `speedMps` for `dt` seconds,
 * inside the zone. Rounded to f32 at each sum, so that server and SDK get the same bits. Server and SDK both run this.
 */
export function step(from: Stepped, dx: number, dz: number, speedMps: number, dt: number, sizeM: number, into: Stepped): Stepped {
  let ux = dx / INPUT_FULL
  let uz = dz / INPUT_FULL
  const length = Math.sqrt(ux * ux + uz * uz)
  if (length > 1) {
    ux /= length
    uz /= length
  }
  const edge = Math.fround(sizeM - ZONE_EDGE_M)
  into.x = clamp(Math.fround(from.x + ux * speedMps * dt), 0, edge)
  into.z = clamp(Math.fround(from.z + uz * speedMps * dt), 0, edge)
  return into
}

/** Nobody stands on the very edge, where the next cell would begin. */
export const ZONE_EDGE_M = 0.01

/** One step towards a point, ending `stopM` before it at the latest. True when it got there. */
export function stepTowards(
  from: Stepped,
  toX: number,
  toZ: number,
  stopM: number,
  speedMps: number,
  dt: number,
  into: Stepped,
): boolean {
  const dx = toX - from.x
  const dz = toZ - from.z
  const distanceM = Math.sqrt(dx * dx + dz * dz)
  const leftM = distanceM - stopM
  if (leftM <= 0) {
    into.x = from.x
    into.z = from.z
    return true
  }
  const reachM = speedMps * dt
  const part = Math.min(leftM, reachM) / distanceM
  into.x = Math.fround(from.x + dx * part)
  into.z = Math.fround(from.z + dz * part)
  return leftM <= reachM
}

/** Whoever flees takes a new direction this often. */
export const FLEE_TURN_MS = 500
/** And swerves by at most so much, 65,536 to the turn: 22.5°. */
export const FLEE_SWERVE = 4_096

/** Straight away from what is feared, which lies (−dx, −dz) away, with a small swerve; on, when it is here or nowhere. */
export function fleeHeading(dx: number, dz: number, heading: number, roll: number): number {
  const away = dx === 0 && dz === 0 ? heading : headingOf(dx, dz)
  return (away + Math.floor((roll * 2 - 1) * FLEE_SWERVE) + 65_536) & 0xffff
}

/**
 * Whether one may set out on this order: the stunned and the feared on none, the rooted on no path. Inputs are always taken (they
 * come to nothing), and to stop is always allowed.
 */
export function pathCode(order: string, flags: number): number {
  if (order !== 'move.to' && order !== 'move.follow') return result.ok
  const held = heldCode(flags)
  if (held !== result.ok) return held
  return order === 'move.to' && (flags & flag.rooted) !== 0 ? result.rooted : result.ok
}
