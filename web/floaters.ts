import type { EntityView } from '../src/client/index.js'
import type { Camera } from './camera.js'
import { drawText } from './shapes.js'
import { FONT, ink } from './theme.js'

type Pen = CanvasRenderingContext2D

/** Numbers in the air at once; the oldest gives way. */
const FLOATERS_MAX = 60
const FLOAT_MS = 1_100
/** Amounts of other people's fights are shown this near to the own character. */
const OTHERS_WITHIN_M = 40
/** Lines of blows at once; the oldest gives way. */
const STROKES_MAX = 120
const STROKE_MS = 220

export type Concern = 'toMe' | 'byMe' | 'other'

interface Floater {
  readonly text: string
  readonly x: number
  readonly z: number
  readonly fill: string
  readonly isBig: boolean
  readonly startMs: number
  /** Sideways, so that numbers of the same moment do not cover each other. */
  readonly driftPx: number
}

interface Stroke {
  readonly fromX: number
  readonly fromZ: number
  readonly toX: number
  readonly toZ: number
  readonly fill: string
  readonly startMs: number
}

const fillOf: Readonly<Record<Concern, string>> = { toMe: ink.harmToMe, byMe: ink.harmByMe, other: ink.harmOther }

/** What has just happened, drawn for a moment: blows as lines, amounts as rising numbers. */
export class Floaters {
  private floaters: Floater[] = []
  private strokes: Stroke[] = []
  private count = 0

  amount(at: EntityView, text: string, concern: Concern, startMs: number, isHealing = false): void {
    const fill = isHealing ? ink.healing : fillOf[concern]
    this.count += 1
    const driftPx = ((this.count * 7) % 5) * 7 - 14
    this.floaters.push({ text, x: at.x, z: at.z, fill, isBig: concern !== 'other', startMs, driftPx })
    if (this.floaters.length > FLOATERS_MAX) this.floaters.shift()
  }

  blow(from: EntityView, to: EntityView, concern: Concern, startMs: number): void {
    this.strokes.push({ fromX: from.x, fromZ: from.z, toX: to.x, toZ: to.z, fill: fillOf[concern], startMs })
    if (this.strokes.length > STROKES_MAX) this.strokes.shift()
  }

  drawBlows(pen: Pen, camera: Camera, nowMs: number): void {
    this.strokes = this.strokes.filter(({ startMs }) => nowMs - startMs < STROKE_MS)
    for (const { fromX, fromZ, toX, toZ, fill, startMs } of this.strokes) {
      pen.globalAlpha = 1 - (nowMs - startMs) / STROKE_MS
      pen.strokeStyle = fill
      pen.lineWidth = 2
      pen.beginPath()
      pen.moveTo(camera.screenX(fromX), camera.screenY(fromZ))
      pen.lineTo(camera.screenX(toX), camera.screenY(toZ))
      pen.stroke()
    }
    pen.globalAlpha = 1
  }

  drawAmounts(pen: Pen, camera: Camera, nowMs: number): void {
    this.floaters = this.floaters.filter(({ startMs }) => nowMs - startMs < FLOAT_MS)
    pen.textAlign = 'center'
    for (const { text, x, z, fill, isBig, startMs, driftPx } of this.floaters) {
      if (!isBig && (camera.pxPerM < 5 || Math.hypot(x - camera.x, z - camera.z) > OTHERS_WITHIN_M)) continue
      const part = (nowMs - startMs) / FLOAT_MS
      pen.globalAlpha = Math.min(1, 2 - 2 * part)
      pen.font = isBig && /\d/.test(text) ? `700 16px ${FONT}` : `${isBig ? 12 : 10}px ${FONT}`
      drawText(pen, text, camera.screenX(x) + driftPx, camera.screenY(z) - 32 - part * 26, fill)
    }
    pen.globalAlpha = 1
  }
}
