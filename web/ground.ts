import type { CellPlace } from '../src/client/index.js'
import type { Camera } from './camera.js'
import type { Content } from './content.js'
import { drawText } from './shapes.js'
import { FONT, ink } from './theme.js'

type Pen = CanvasRenderingContext2D

/** Lines of the grid are at least this many pixels apart. */
const GRID_PX_MIN = 56
const GRID_STEPS_M = [10, 20, 50, 100, 200, 500]
const TUFT_EVERY_M = 7
/** Above this scale the town is all around, and needs no name. */
const TOWN_NAMED_PX_PER_M_MAX = 4
/** Below this scale tufts would be dust. */
const TUFT_PX_PER_M_MIN = 4

const gridStepM = (pxPerM: number): number => GRID_STEPS_M.find((step) => step * pxPerM >= GRID_PX_MIN) ?? 1_000

/** The parts of the world that the server shows are lighter than the rest. */
function drawSeen(pen: Pen, camera: Camera, cells: Iterable<CellPlace>, cellSizeM: number): void {
  pen.fillStyle = ink.ground
  // Rounded outwards to whole pixels, so that no seams show between neighbours.
  for (const { cx, cz } of cells) {
    const left = Math.floor(camera.screenX(cx * cellSizeM))
    const top = Math.floor(camera.screenY(cz * cellSizeM))
    const right = Math.ceil(camera.screenX((cx + 1) * cellSizeM))
    const bottom = Math.ceil(camera.screenY((cz + 1) * cellSizeM))
    pen.fillRect(left, top, right - left, bottom - top)
  }
}

/** A fixed, scattered pattern, so that walking is seen on empty ground too. */
function drawTufts(pen: Pen, camera: Camera): void {
  if (camera.pxPerM < TUFT_PX_PER_M_MIN) return
  const firstX = Math.floor(camera.worldX(0) / TUFT_EVERY_M)
  const lastX = Math.ceil(camera.worldX(camera.width) / TUFT_EVERY_M)
  const firstZ = Math.floor(camera.worldZ(0) / TUFT_EVERY_M)
  const lastZ = Math.ceil(camera.worldZ(camera.height) / TUFT_EVERY_M)
  pen.strokeStyle = ink.tuft
  pen.lineWidth = 1
  pen.beginPath()
  for (let i = firstX; i <= lastX; i += 1) {
    for (let j = firstZ; j <= lastZ; j += 1) {
      const scatter = (Math.imul(i, 0x9e3779b1) ^ Math.imul(j, 0x85ebca6b)) >>> 0
      const x = camera.screenX((i + (scatter & 0xff) / 256) * TUFT_EVERY_M)
      const y = camera.screenY((j + ((scatter >>> 8) & 0xff) / 256) * TUFT_EVERY_M)
      pen.moveTo(x - 2.5, y - 4)
      pen.lineTo(x, y)
      pen.lineTo(x + 2.5, y - 3)
    }
  }
  pen.stroke()
}

function drawGrid(pen: Pen, camera: Camera, sizeM: number): void {
  const step = gridStepM(camera.pxPerM)
  const top = Math.max(0, camera.screenY(0))
  const bottom = Math.min(camera.height, camera.screenY(sizeM))
  const left = Math.max(0, camera.screenX(0))
  const right = Math.min(camera.width, camera.screenX(sizeM))
  pen.strokeStyle = ink.grid
  pen.lineWidth = 1
  pen.beginPath()
  for (
    let x = Math.max(0, Math.ceil(camera.worldX(0) / step) * step);
    x <= Math.min(sizeM, camera.worldX(camera.width));
    x += step
  ) {
    pen.moveTo(Math.round(camera.screenX(x)) + 0.5, top)
    pen.lineTo(Math.round(camera.screenX(x)) + 0.5, bottom)
  }
  for (
    let z = Math.max(0, Math.ceil(camera.worldZ(0) / step) * step);
    z <= Math.min(sizeM, camera.worldZ(camera.height));
    z += step
  ) {
    pen.moveTo(left, Math.round(camera.screenY(z)) + 0.5)
    pen.lineTo(right, Math.round(camera.screenY(z)) + 0.5)
  }
  pen.stroke()
}

function disc(pen: Pen, camera: Camera, at: { x: number; z: number; radiusM: number }): boolean {
  const r = at.radiusM * camera.pxPerM
  const x = camera.screenX(at.x)
  const y = camera.screenY(at.z)
  if (!camera.shows(x, y, r)) return false
  pen.beginPath()
  pen.arc(x, y, r, 0, 2 * Math.PI)
  return true
}

function drawTown(pen: Pen, camera: Camera, town: { x: number; z: number; radiusM: number }): void {
  if (!disc(pen, camera, town)) return
  pen.fillStyle = ink.town
  pen.fill()
  pen.strokeStyle = ink.townRing
  pen.lineWidth = 1.5
  pen.stroke()
  if (camera.pxPerM > TOWN_NAMED_PX_PER_M_MAX) return
  pen.font = `600 13px ${FONT}`
  pen.textAlign = 'center'
  drawText(pen, 'Town', camera.screenX(town.x), camera.screenY(town.z - town.radiusM) + 20, ink.faint)
}

function drawGraveyards(pen: Pen, camera: Camera, places: readonly { x: number; z: number }[]): void {
  const half = Math.max(4, Math.min(9, 0.9 * camera.pxPerM))
  pen.strokeStyle = ink.faint
  pen.lineWidth = 1.5
  for (const place of places) {
    const x = camera.screenX(place.x)
    const y = camera.screenY(place.z)
    if (!camera.shows(x, y, half)) continue
    pen.beginPath()
    pen.moveTo(x - half, y + half)
    pen.lineTo(x - half, y - half / 3)
    pen.arc(x, y - half / 3, half, Math.PI, 0)
    pen.lineTo(x + half, y + half)
    pen.closePath()
    pen.stroke()
  }
}

/** Where the creatures live that the quests under way ask for. */
function drawHunts(pen: Pen, camera: Camera, content: Content, wanted: ReadonlySet<string>): void {
  if (wanted.size === 0) return
  pen.font = `12px ${FONT}`
  pen.textAlign = 'center'
  for (const area of content.spawns) {
    if (!wanted.has(area.creature) || !disc(pen, camera, area)) continue
    pen.fillStyle = ink.questFill
    pen.fill()
    pen.strokeStyle = ink.questEdge
    pen.lineWidth = 1
    pen.setLineDash([6, 5])
    pen.stroke()
    pen.setLineDash([])
    if (area.radiusM * camera.pxPerM > 45)
      drawText(pen, content.creatures.nameOfKey(area.creature), camera.screenX(area.x), camera.screenY(area.z), ink.questText)
  }
}

export interface GroundInput {
  readonly content: Content
  readonly cells: Iterable<CellPlace>
  readonly cellSizeM: number
  /** Keys of creatures whose places are shown. */
  readonly wanted: ReadonlySet<string>
}

/** Everything that does not move. */
export function drawGround(pen: Pen, camera: Camera, { content, cells, cellSizeM, wanted }: GroundInput): void {
  pen.fillStyle = ink.unseen
  pen.fillRect(0, 0, camera.width, camera.height)
  drawSeen(pen, camera, cells, cellSizeM)
  const { zone } = content
  drawTufts(pen, camera)
  if (zone === undefined) {
    drawGrid(pen, camera, Number.MAX_SAFE_INTEGER)
    return
  }
  drawTown(pen, camera, zone.town)
  drawGrid(pen, camera, zone.sizeM)
  pen.strokeStyle = ink.edge
  pen.lineWidth = 1.5
  pen.strokeRect(camera.screenX(0), camera.screenY(0), zone.sizeM * camera.pxPerM, zone.sizeM * camera.pxPerM)
  drawHunts(pen, camera, content, wanted)
  drawGraveyards(pen, camera, zone.graveyards)
}

/** A ruler of a round length in the lower right corner. */
export function drawScaleBar(pen: Pen, camera: Camera, bottomPx: number): void {
  const step = [1, 2, 5, ...GRID_STEPS_M].filter((metres) => metres * camera.pxPerM <= 130).pop() ?? 1
  const length = step * camera.pxPerM
  const right = camera.width - 16
  const y = camera.height - bottomPx
  pen.strokeStyle = ink.text
  pen.lineWidth = 1.5
  pen.beginPath()
  pen.moveTo(right - length, y - 5)
  pen.lineTo(right - length, y)
  pen.lineTo(right, y)
  pen.lineTo(right, y - 5)
  pen.stroke()
  pen.font = `12px ${FONT}`
  pen.textAlign = 'right'
  drawText(pen, `${step} m`, right, y - 9, ink.text)
}
