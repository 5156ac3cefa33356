import type { Control, Look } from './scene.js'
import { colourOf, ink } from './theme.js'

type Pen = CanvasRenderingContext2D

const radians = (heading: number): number => (heading / 65_536) * 2 * Math.PI

/** A disc with a nose towards the heading: people. */
export function drawPerson(pen: Pen, x: number, y: number, r: number, heading: number, look: Look): void {
  const angle = radians(heading)
  pen.fillStyle = colourOf[look]
  pen.beginPath()
  pen.arc(x, y, r, angle + 0.55, angle - 0.55 + 2 * Math.PI)
  pen.lineTo(x + Math.cos(angle) * r * 1.75, y + Math.sin(angle) * r * 1.75)
  pen.closePath()
  pen.fill()
  pen.lineWidth = look === 'self' ? 2 : 1
  pen.strokeStyle = look === 'self' ? '#1a6fd1' : ink.halo
  pen.stroke()
}

/** A kite whose long end points along the heading: creatures. */
export function drawCreature(pen: Pen, x: number, y: number, r: number, heading: number, look: Look): void {
  const angle = radians(heading)
  const c = Math.cos(angle) * r
  const s = Math.sin(angle) * r
  pen.fillStyle = colourOf[look]
  pen.beginPath()
  pen.moveTo(x + c * 1.6, y + s * 1.6)
  pen.lineTo(x - s * 0.95 - c * 0.2, y + c * 0.95 - s * 0.2)
  pen.lineTo(x - c, y - s)
  pen.lineTo(x + s * 0.95 - c * 0.2, y - c * 0.95 - s * 0.2)
  pen.closePath()
  pen.fill()
  pen.lineWidth = 1
  pen.strokeStyle = ink.halo
  pen.stroke()
}

/** An upright diamond: those who give quests and trade. */
export function drawNpc(pen: Pen, x: number, y: number, r: number, isThere: boolean): void {
  const half = r * 1.25
  pen.beginPath()
  pen.moveTo(x, y - half)
  pen.lineTo(x + half, y)
  pen.lineTo(x, y + half)
  pen.lineTo(x - half, y)
  pen.closePath()
  pen.lineWidth = 1.5
  pen.strokeStyle = isThere ? ink.halo : colourOf.npc
  pen.fillStyle = colourOf.npc
  if (isThere) pen.fill()
  pen.stroke()
}

/** A small dot: what can be taken. */
export function drawObject(pen: Pen, x: number, y: number, r: number): void {
  pen.fillStyle = colourOf.object
  pen.beginPath()
  pen.arc(x, y, r * 0.6, 0, 2 * Math.PI)
  pen.fill()
  pen.lineWidth = 1
  pen.strokeStyle = ink.halo
  pen.stroke()
}

/** A cross: the dead. Golden and ringed when there is something in it for the own character. */
export function drawCorpse(pen: Pen, x: number, y: number, r: number, isMyLoot: boolean, isPerson: boolean): void {
  const half = r * 0.75
  pen.lineWidth = Math.max(1.5, r * 0.32)
  pen.strokeStyle = isMyLoot ? ink.loot : isPerson ? '#8ea4c6' : ink.corpse
  pen.beginPath()
  pen.moveTo(x - half, y - half)
  pen.lineTo(x + half, y + half)
  pen.moveTo(x + half, y - half)
  pen.lineTo(x - half, y + half)
  pen.stroke()
  if (!isMyLoot) return
  pen.lineWidth = 1.5
  pen.beginPath()
  pen.arc(x, y, r * 1.5, 0, 2 * Math.PI)
  pen.stroke()
}

/** An empty, dashed circle: somebody between death and life. */
export function drawGhost(pen: Pen, x: number, y: number, r: number, look: Look): void {
  pen.strokeStyle = look === 'self' ? '#ffffff' : '#a9bdd8'
  pen.lineWidth = 1.5
  pen.setLineDash([3, 3])
  pen.globalAlpha = 0.8
  pen.beginPath()
  pen.arc(x, y, r * 1.2, 0, 2 * Math.PI)
  pen.stroke()
  pen.setLineDash([])
  pen.globalAlpha = 1
}

const TURN_MS = 1_400

/** Three dots that go round above the head. */
function drawStun(pen: Pen, x: number, y: number, r: number, nowMs: number): void {
  pen.fillStyle = ink.control
  for (let i = 0; i < 3; i += 1) {
    const angle = (nowMs / TURN_MS + i / 3) * 2 * Math.PI
    pen.beginPath()
    pen.arc(x + Math.cos(angle) * r * 1.3, y - r * 1.2 + Math.sin(angle) * r * 0.4, Math.max(1.5, r * 0.22), 0, 2 * Math.PI)
    pen.fill()
  }
}

/** Marks by shape, not by colour: dots go round the stunned, a bar with pegs holds the rooted, a struck-out ring closes a mouth, the feared shake. */
export function drawControls(pen: Pen, x: number, y: number, r: number, controls: readonly Control[], nowMs: number): void {
  pen.strokeStyle = ink.control
  pen.lineWidth = 2
  for (const control of controls) {
    if (control === 'stunned') {
      drawStun(pen, x, y, r, nowMs)
      continue
    }
    pen.beginPath()
    if (control === 'rooted') {
      pen.moveTo(x - r * 1.4, y + r * 1.2)
      pen.lineTo(x + r * 1.4, y + r * 1.2)
      for (const side of [-1, 0, 1]) {
        pen.moveTo(x + side * r, y + r * 0.8)
        pen.lineTo(x + side * r, y + r * 1.6)
      }
    } else if (control === 'silenced') {
      pen.arc(x + r * 1.6, y, r * 0.6, 0, 2 * Math.PI)
      pen.moveTo(x + r * 1.2, y + r * 0.4)
      pen.lineTo(x + r * 2, y - r * 0.4)
    } else {
      for (const side of [-1, 1]) {
        pen.moveTo(x + side * r * 1.5, y - r)
        for (const step of [0, 1, 2]) pen.lineTo(x + side * r * (step % 2 === 0 ? 1.9 : 1.5), y - r * 0.6 + step * r * 0.5)
      }
    }
    pen.stroke()
  }
}

/** Text that is legible on any ground. */
export function drawText(pen: Pen, text: string, x: number, y: number, fill: string): void {
  pen.lineJoin = 'round'
  pen.lineWidth = 3
  pen.strokeStyle = ink.halo
  pen.strokeText(text, x, y)
  pen.fillStyle = fill
  pen.fillText(text, x, y)
}
