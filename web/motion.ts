import type { EntityView } from '../src/client/index.js'

const TURN = 65_536
/** Farther between two updates is no walk: the entity is shown in its new place at once. */
const JUMP_M = 15
/** An entity glides for as long as it took from its update before to this one, within these bounds. */
const GLIDE_MS_MIN = 40
const GLIDE_MS_MAX = 250
/** A little longer than the updates are apart, so that one that comes late does not make it halt. */
const GLIDE_STRETCH = 1.15

export interface Pose {
  x: number
  z: number
  /** 65,536 to the turn. */
  heading: number
}

interface Track {
  readonly from: Pose
  readonly to: Pose
  readonly shown: Pose
  startMs: number
  glideMs: number
}

const poseOf = ({ x, z, heading }: EntityView): Pose => ({ x, z, heading })

/** Smooth places between the server's updates: each entity glides from where it is shown to where it was last said to be. */
export class Motions {
  private readonly tracks = new Map<number, Track>()

  /** After each server message. */
  note(entities: ReadonlyMap<number, EntityView>, nowMs: number): void {
    for (const id of this.tracks.keys()) if (!entities.has(id)) this.tracks.delete(id)
    for (const [id, view] of entities) {
      const track = this.tracks.get(id)
      if (track === undefined) {
        this.tracks.set(id, { from: poseOf(view), to: poseOf(view), shown: poseOf(view), startMs: nowMs, glideMs: GLIDE_MS_MIN })
      } else if (track.to.x !== view.x || track.to.z !== view.z || track.to.heading !== view.heading) {
        this.aim(track, view, nowMs)
      }
    }
  }

  private aim(track: Track, view: EntityView, nowMs: number): void {
    const shown = this.advance(track, nowMs)
    const isJump = Math.hypot(view.x - shown.x, view.z - shown.z) > JUMP_M
    Object.assign(track.from, isJump ? poseOf(view) : shown)
    Object.assign(track.to, poseOf(view))
    track.glideMs = Math.min(GLIDE_MS_MAX, Math.max(GLIDE_MS_MIN, (nowMs - track.startMs) * GLIDE_STRETCH))
    track.startMs = nowMs
  }

  private advance({ from, to, shown, startMs, glideMs }: Track, nowMs: number): Pose {
    const part = Math.min(1, Math.max(0, (nowMs - startMs) / glideMs))
    const turn = ((to.heading - from.heading + 1.5 * TURN) % TURN) - TURN / 2
    shown.x = from.x + (to.x - from.x) * part
    shown.z = from.z + (to.z - from.z) * part
    shown.heading = from.heading + turn * part
    return shown
  }

  /** Where to draw the entity now. The same object for each call about it. */
  at(view: EntityView, nowMs: number): Readonly<Pose> {
    const track = this.tracks.get(view.entity)
    return track === undefined ? view : this.advance(track, nowMs)
  }
}
