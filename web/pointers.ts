import type { Camera } from './camera.js'
import { drawText } from './shapes.js'
import { FONT } from './theme.js'

/** Something that is worth a way. */
export interface Goal {
  readonly label: string
  readonly x: number
  readonly z: number
  readonly fill: string
}

const INSET_PX = 34

/** An arrow at the map's edge towards what lies beyond it, with its distance. */
function drawPointer(pen: CanvasRenderingContext2D, camera: Camera, goal: Goal, insets: Insets): void {
  const dx = goal.x - camera.x
  const dz = goal.z - camera.z
  const x = camera.screenX(goal.x)
  const y = camera.screenY(goal.z)
  if (camera.shows(x, y, -8)) return
  const left = INSET_PX
  const right = camera.width - INSET_PX
  const top = insets.topPx + INSET_PX
  const bottom = camera.height - insets.bottomPx - INSET_PX
  const middleX = (left + right) / 2
  const middleY = (top + bottom) / 2
  const part = Math.min((right - left) / 2 / Math.max(Math.abs(dx), 1e-6), (bottom - top) / 2 / Math.max(Math.abs(dz), 1e-6))
  const atX = middleX + dx * part
  const atY = middleY + dz * part
  const angle = Math.atan2(dz, dx)
  pen.save()
  pen.translate(atX, atY)
  pen.rotate(angle)
  pen.fillStyle = goal.fill
  pen.beginPath()
  pen.moveTo(13, 0)
  pen.lineTo(2, -6)
  pen.lineTo(2, 6)
  pen.closePath()
  pen.fill()
  pen.restore()
  const text = `${goal.label} ${Math.round(Math.hypot(dx, dz))} m`
  const half = pen.measureText(text).width / 2
  const textX = Math.min(camera.width - half - 10, Math.max(half + 10, atX - Math.cos(angle) * 14))
  drawText(pen, text, textX, atY - Math.sin(angle) * 16 + 4, goal.fill)
}

/** Room that other elements take above and below. */
export interface Insets {
  readonly topPx: number
  readonly bottomPx: number
}

export function drawPointers(pen: CanvasRenderingContext2D, camera: Camera, goals: readonly Goal[], insets: Insets): void {
  pen.font = `12px ${FONT}`
  pen.textAlign = 'center'
  for (const goal of goals) drawPointer(pen, camera, goal, insets)
}
