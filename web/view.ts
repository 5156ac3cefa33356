import { drawBeings, gather, type Shown } from './beings.js'
import { Camera } from './camera.js'
import type { Game } from './game.js'
import { drawGround, drawScaleBar } from './ground.js'
import { drawLabels } from './labels.js'
import { drawPointers, type Insets } from './pointers.js'
import { drawCorpse, drawNpc, drawText } from './shapes.js'
import { FONT, ink } from './theme.js'

/** Clicks this near to a shape's middle mean it, in pixels. */
const PICK_PX = 16
const PICK_TOUCH_PX = 26
/** How much nearer than others those seem that a click most likely means, in pixels. */
const PICK_FAVOUR_PX = 7

/** Draws one frame after another of a game onto the canvas. */
export class View {
  readonly camera = new Camera()
  private readonly pen: CanvasRenderingContext2D
  private shown: readonly Shown[] = []
  private insets: Insets = { topPx: 0, bottomPx: 0 }

  constructor(readonly canvas: HTMLCanvasElement) {
    const pen = canvas.getContext('2d', { alpha: false })
    if (pen === null) throw new Error('this browser cannot draw on a canvas; use a newer one')
    this.pen = pen
    new ResizeObserver(() => this.resize()).observe(canvas)
    this.resize()
  }

  private resize(): void {
    const { clientWidth, clientHeight } = this.canvas
    const ratio = window.devicePixelRatio || 1
    this.canvas.width = Math.max(1, Math.round(clientWidth * ratio))
    this.canvas.height = Math.max(1, Math.round(clientHeight * ratio))
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0)
    this.camera.resize(clientWidth, clientHeight)
  }

  /** Where other elements lie over the map, so that nothing is drawn beneath them. */
  keepClear(insets: Insets): void {
    this.insets = insets
  }

  draw(game: Game, nowMs: number): void {
    const { pen, camera } = this
    const { scene, client, content } = game
    const own = game.self
    if (own !== undefined) {
      const { x, z } = game.motions.at(own, nowMs)
      camera.x = x
      camera.z = z
    }
    const cellSizeM = client.entered?.cellSizeM ?? 40
    drawGround(pen, camera, { content, cells: client.cells.values(), cellSizeM, wanted: game.quests.wanted })
    this.shown = gather(scene, game.motions, camera, nowMs)
    this.drawPlaces(game, nowMs)
    game.floaters.drawBlows(pen, camera, nowMs)
    drawBeings(pen, scene, this.shown, game, nowMs)
    drawLabels(pen, { scene, shown: this.shown, marks: game, quests: game.quests, pxPerM: camera.pxPerM })
    game.floaters.drawAmounts(pen, camera, nowMs)
    drawPointers(pen, camera, game.goals, this.insets)
    drawScaleBar(pen, camera, this.insets.bottomPx + 14)
  }

  /** An empty map behind the form. */
  drawNothing(): void {
    this.pen.fillStyle = ink.unseen
    this.pen.fillRect(0, 0, this.camera.width, this.camera.height)
  }

  /** What is no entity: the way's end, the own body, people who live beyond what is seen. */
  private drawPlaces(game: Game, nowMs: number): void {
    const { pen, camera } = this
    const seen = new Set(this.shown.filter(({ look }) => look === 'npc').map(({ view }) => game.scene.read(view, 'look')))
    pen.font = `700 13px ${FONT}`
    pen.textAlign = 'center'
    pen.globalAlpha = 0.65
    for (const npc of game.content.npcs.list) {
      const x = camera.screenX(npc.x)
      const y = camera.screenY(npc.z)
      if (seen.has(npc.id) || !camera.shows(x, y, 20)) continue
      drawNpc(pen, x, y, 4, false)
      const sign = game.quests.byNpc.get(npc.key)
      if (sign !== undefined) drawText(pen, sign, x + 11, y + 5, ink.loot)
    }
    pen.globalAlpha = 1
    pen.font = `12px ${FONT}`
    if (game.isGhost) {
      const x = camera.screenX(game.body.x)
      const y = camera.screenY(game.body.z)
      drawCorpse(pen, x, y, 9, false, true)
      drawText(pen, 'Your body', x, y - 14, '#cfe0f5')
    }
    if (game.path !== undefined) this.drawPath(game.path, nowMs)
  }

  private drawPath(path: { readonly x: number; readonly z: number }, nowMs: number): void {
    const { pen, camera } = this
    const x = camera.screenX(path.x)
    const y = camera.screenY(path.z)
    pen.strokeStyle = ink.path
    pen.lineWidth = 1
    pen.setLineDash([2, 6])
    pen.beginPath()
    pen.moveTo(camera.width / 2, camera.height / 2)
    pen.lineTo(x, y)
    pen.stroke()
    pen.setLineDash([])
    pen.lineWidth = 1.5
    pen.beginPath()
    pen.ellipse(x, y, 7 + 1.5 * Math.sin(nowMs / 160), 4.5, 0, 0, 2 * Math.PI)
    pen.stroke()
  }

  /** The entity that a click there means; undefined for the ground. */
  pick(game: Game, x: number, y: number, isTouch: boolean): Shown | undefined {
    let best: Shown | undefined
    let bestPx = isTouch ? PICK_TOUCH_PX : PICK_PX
    for (const being of this.shown) {
      if (being.look === 'self' || (being.isDead && !being.isMyLoot)) continue
      const isLikely = being.isMyLoot || being.look === 'npc' || being.look === 'attacker' || being.view.entity === game.target
      const px = Math.hypot(being.x - x, being.y - y) - (isLikely ? PICK_FAVOUR_PX : 0)
      if (px >= bestPx) continue
      best = being
      bestPx = px
    }
    return best
  }
}
