import type { EntityView } from '../src/client/index.js'
import type { Actions } from './actions.js'
import { type Casting, HOTKEYS } from './casting.js'
import type { Game } from './game.js'
import type { View } from './view.js'

/** A press that moves farther than this, in pixels, is no click. */
const CLICK_SLACK_PX = 10
const ZOOM_STEP = 1.25
/** Walking by keys: a goal this far ahead, named anew this often while a key is held. */
const STRIDE_M = 6
const STRIDE_MS = 250
const NEAREST_M = 40

/** What the keys and the pointer act on; undefined while nobody plays. */
export interface Controls {
  readonly game: Game
  readonly actions: Actions
  readonly casting: Casting
  /** Walks up to somebody and opens the talk. */
  talk(entity: number): void
  /** Walks up to another character and asks for a trade. */
  barterWith(entity: number): void
  /** The talk or the trade is closed; false when none was open. */
  closeTalk(): boolean
  focusChat(): void
}

const strideOf: Readonly<Record<string, readonly [dx: number, dz: number]>> = {
  ArrowUp: [0, -1],
  KeyW: [0, -1],
  ArrowDown: [0, 1],
  KeyS: [0, 1],
  ArrowLeft: [-1, 0],
  KeyA: [-1, 0],
  ArrowRight: [1, 0],
  KeyD: [1, 0],
}

/** Typing belongs to the text field; what presses a button belongs to the button that has the focus. */
function isMeantForElement({ target, code }: KeyboardEvent): boolean {
  if (target instanceof HTMLInputElement) return true
  const isButton = target instanceof HTMLButtonElement || (target instanceof HTMLElement && target.tagName === 'SUMMARY')
  return isButton && (code === 'Enter' || code === 'NumpadEnter' || code === 'Space')
}

/** Pointer, wheel and keys on the map. */
export class Input {
  private readonly held = new Set<string>()
  /** Pointers that are down, by their id. */
  private readonly pointers = new Map<number, { x: number; y: number; startX: number; startY: number }>()
  private pinchPx = 0
  private strideMs = 0

  constructor(
    private readonly view: View,
    private readonly controls: () => Controls | undefined,
  ) {
    const { canvas } = view
    canvas.addEventListener('pointerdown', (event) => this.down(event))
    canvas.addEventListener('pointermove', (event) => this.move(event))
    canvas.addEventListener('pointerup', (event) => this.up(event))
    canvas.addEventListener('pointercancel', (event) => this.forget(event))
    canvas.addEventListener('wheel', (event) => this.wheel(event), { passive: false })
    window.addEventListener('keydown', (event) => this.key(event))
    window.addEventListener('keyup', (event) => this.keyUp(event))
    window.addEventListener('blur', () => this.held.clear())
  }

  zoom(steps: number): void {
    const { camera } = this.view
    camera.zoomTo(camera.pxPerM * ZOOM_STEP ** steps)
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault()
    this.zoom(-Math.sign(event.deltaY))
  }

  private down(event: PointerEvent): void {
    this.view.canvas.setPointerCapture(event.pointerId)
    this.pointers.set(event.pointerId, { x: event.offsetX, y: event.offsetY, startX: event.offsetX, startY: event.offsetY })
    this.pinchPx = this.spreadPx()
  }

  private move(event: PointerEvent): void {
    const pointer = this.pointers.get(event.pointerId)
    if (pointer !== undefined) {
      pointer.x = event.offsetX
      pointer.y = event.offsetY
    }
    if (this.pointers.size === 2) this.pinch()
    else if (event.pointerType === 'mouse') this.hover(event)
  }

  private spreadPx(): number {
    const [a, b] = [...this.pointers.values()]
    return a === undefined || b === undefined ? 0 : Math.hypot(a.x - b.x, a.y - b.y)
  }

  private pinch(): void {
    const spreadPx = this.spreadPx()
    const { camera } = this.view
    if (this.pinchPx > 0 && spreadPx > 0) camera.zoomTo((camera.pxPerM * spreadPx) / this.pinchPx)
    this.pinchPx = spreadPx
  }

  private hover(event: PointerEvent): void {
    const game = this.controls()?.game
    if (game === undefined) return
    game.hover = this.view.pick(game, event.offsetX, event.offsetY, false)?.view.entity ?? 0
    this.view.canvas.style.cursor = game.hover === 0 ? 'crosshair' : 'pointer'
  }

  private forget(event: PointerEvent): void {
    this.pointers.delete(event.pointerId)
    this.pinchPx = 0
  }

  private up(event: PointerEvent): void {
    const pointer = this.pointers.get(event.pointerId)
    const wasAlone = this.pointers.size === 1
    this.forget(event)
    if (pointer === undefined || !wasAlone) return
    const moved = Math.hypot(event.offsetX - pointer.startX, event.offsetY - pointer.startY)
    if (moved <= CLICK_SLACK_PX) this.click(event.offsetX, event.offsetY, event.pointerType !== 'mouse')
  }

  private click(x: number, y: number, isTouch: boolean): void {
    const controls = this.controls()
    if (controls === undefined) return
    const { game, actions } = controls
    const hit = this.view.pick(game, x, y, isTouch)
    if (hit === undefined) {
      actions.walkTo(this.view.camera.worldX(x), this.view.camera.worldZ(y))
      return
    }
    const { view } = hit
    const { scene } = game
    // By what is known now, not when the frame was drawn: it may have died since.
    if (scene.isDead(view) && scene.isMyLoot(view)) actions.loot(view)
    else if (scene.isNpc(view)) controls.talk(view.entity)
    else if (scene.isObject(view)) actions.take(view)
    else if (scene.isPrey(view)) actions.attack(view)
    else game.target = view.entity
  }

  private key(event: KeyboardEvent): void {
    const controls = this.controls()
    if (event.code === 'Escape') this.escape()
    if (controls === undefined || isMeantForElement(event) || event.ctrlKey || event.metaKey || event.altKey) return
    if (this.act(controls, event.code)) event.preventDefault()
  }

  /** True when the key means something. */
  private act(controls: Controls, code: string): boolean {
    if (code in strideOf) {
      // A new direction counts at once.
      if (!this.held.has(code)) this.strideMs = 0
      this.held.add(code)
      return true
    }
    const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)
    if (digit !== null) {
      // The tenth is on 0.
      const index = (Number(digit[1]) + 9) % 10
      if (index >= HOTKEYS) return false
      void controls.casting.cast(index)
      return true
    }
    const act = this.keyActs(controls)[code]
    act?.()
    return act !== undefined
  }

  private keyActs(controls: Controls): Readonly<Record<string, () => void>> {
    const { game, actions } = controls
    const { scene } = game
    return {
      KeyT: () => {
        const prey = scene.nearest(NEAREST_M, (view) => scene.isPrey(view) && scene.lookOf(view) !== 'taken')
        if (prey !== undefined) actions.attack(prey)
      },
      KeyL: () => {
        const corpse = scene.nearest(NEAREST_M, (view) => scene.isDead(view) && scene.isMyLoot(view))
        if (corpse !== undefined) actions.loot(corpse)
      },
      KeyE: () => {
        const npc = scene.nearest(NEAREST_M, (view) => scene.isNpc(view))
        if (npc !== undefined) controls.talk(npc.entity)
      },
      KeyB: () => {
        const chosen = game.targetView
        const isOther = (view: EntityView): boolean => scene.isCharacter(view) && view.entity !== game.client.me
        const other = chosen !== undefined && isOther(chosen) ? chosen : scene.nearest(NEAREST_M, isOther)
        if (other !== undefined) controls.barterWith(other.entity)
      },
      KeyG: () => {
        const object = scene.nearest(NEAREST_M, (view) => scene.isObject(view))
        if (object !== undefined) actions.take(object)
      },
      Enter: () => controls.focusChat(),
      NumpadEnter: () => controls.focusChat(),
      Equal: () => this.zoom(1),
      NumpadAdd: () => this.zoom(1),
      Minus: () => this.zoom(-1),
      NumpadSubtract: () => this.zoom(-1),
    }
  }

  private escape(): void {
    const controls = this.controls()
    if (controls === undefined || controls.closeTalk()) return
    if (controls.game.spells.castOf(controls.game.client.me) !== undefined) {
      controls.actions.cancelCast()
      return
    }
    if (controls.game.target !== 0) controls.actions.leave()
    this.view.canvas.focus()
  }

  private keyUp(event: KeyboardEvent): void {
    if (!this.held.delete(event.code) || this.held.size > 0) return
    this.strideMs = 0
    this.controls()?.actions.stop()
  }

  /** Each frame: whoever holds a walking key goes on. */
  frame(nowMs: number): void {
    const controls = this.controls()
    const self = controls?.game.self
    if (controls === undefined || self === undefined || this.held.size === 0 || nowMs - this.strideMs < STRIDE_MS) return
    this.strideMs = nowMs
    let dx = 0
    let dz = 0
    for (const code of this.held) {
      dx += strideOf[code][0]
      dz += strideOf[code][1]
    }
    const length = Math.hypot(dx, dz)
    if (length > 0) controls.actions.walkTo(self.x + (dx / length) * STRIDE_M, self.z + (dz / length) * STRIDE_M)
  }
}
