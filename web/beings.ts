import type { EntityView } from '../src/client/index.js'
import type { Camera } from './camera.js'
import type { Motions } from './motion.js'
import type { Look, Scene } from './scene.js'
import { drawControls, drawCorpse, drawCreature, drawGhost, drawNpc, drawObject, drawPerson } from './shapes.js'
import { ink } from './theme.js'

type Pen = CanvasRenderingContext2D

/** An entity as it stands on the screen in this frame. */
export interface Shown {
  readonly view: EntityView
  readonly x: number
  readonly y: number
  readonly heading: number
  readonly look: Look
  readonly isDead: boolean
  readonly isMyLoot: boolean
  /** Pixels from the middle of its shape to its edge. */
  readonly r: number
  /** Metres from the own character. */
  readonly awayM: number
}

const BODY_M = 0.78
/** Smallest radius: dots on a far map, shapes that can be told apart on a near one. */
const DOT_PX = 2.5
const BODY_PX_MIN = 5
const SHAPES_FROM_PX_PER_M = 4
const BODY_PX_MAX = 15
const MARGIN_PX = 30

/** Everybody who is on the screen, the dead first, so that the living are drawn over them and the own character last. */
export function gather(scene: Scene, motions: Motions, camera: Camera, nowMs: number): Shown[] {
  const { client } = scene
  const least = camera.pxPerM < SHAPES_FROM_PX_PER_M ? DOT_PX : BODY_PX_MIN
  const r = Math.min(BODY_PX_MAX, Math.max(least, BODY_M * camera.pxPerM))
  const shown: Shown[] = []
  for (const view of client.entities.values()) {
    const pose = motions.at(view, nowMs)
    const x = camera.screenX(pose.x)
    const y = camera.screenY(pose.z)
    if (!camera.shows(x, y, MARGIN_PX)) continue
    const awayM = Math.hypot(pose.x - camera.x, pose.z - camera.z)
    const isDead = scene.isDead(view)
    const isMyLoot = isDead && scene.isMyLoot(view)
    shown.push({ view, x, y, heading: pose.heading, look: scene.lookOf(view), isDead, isMyLoot, r, awayM })
  }
  const rank = ({ isDead, isMyLoot, look }: Shown): number => (isDead ? (isMyLoot ? 1 : 0) : look === 'self' ? 3 : 2)
  return shown.sort((a, b) => rank(a) - rank(b))
}

function drawRing(pen: Pen, { x, y }: Shown, radius: number, stroke: string, dash: readonly number[]): void {
  pen.strokeStyle = stroke
  pen.lineWidth = 1.5
  pen.setLineDash([...dash])
  pen.beginPath()
  pen.arc(x, y, radius, 0, 2 * Math.PI)
  pen.stroke()
  pen.setLineDash([])
}

function drawBeing(pen: Pen, scene: Scene, being: Shown, nowMs: number): void {
  const { view, x, y, r, heading, look, isDead, isMyLoot } = being
  if (isDead) drawCorpse(pen, x, y, r, isMyLoot, !scene.isCreature(view))
  else if (scene.isGhost(view)) drawGhost(pen, x, y, r, look)
  else if (look === 'npc') drawNpc(pen, x, y, r, true)
  else if (look === 'object') drawObject(pen, x, y, r)
  else if (scene.isCreature(view)) drawCreature(pen, x, y, r, heading, look)
  else drawPerson(pen, x, y, look === 'self' ? r * 1.15 : r, heading, look)
  if (!isDead) drawControls(pen, x, y, r, scene.controlsOn(view), nowMs)
  if (!isDead && scene.isCasting(view)) {
    pen.globalAlpha = 0.5 + 0.3 * Math.sin(nowMs / 90)
    drawRing(pen, being, r * 1.35, ink.casting, [])
    pen.globalAlpha = 1
  }
}

/** The shapes of all, with rings around the one that is aimed at and the one under the pointer. */
export function drawBeings(pen: Pen, scene: Scene, shown: readonly Shown[], marks: Marked, nowMs: number): void {
  for (const being of shown) {
    // The own character is found at a glance in any crowd.
    if (being.look === 'self') drawRing(pen, being, being.r * 2.4, ink.selfRing, [])
    drawBeing(pen, scene, being, nowMs)
    if (being.view.entity === marks.target) drawRing(pen, being, being.r * 2, ink.targetRing, [])
    else if (being.view.entity === marks.hover) drawRing(pen, being, being.r * 2, ink.faint, [2, 3])
  }
}

/** Entities that stand out; 0 for nobody. */
export interface Marked {
  readonly target: number
  readonly hover: number
}
