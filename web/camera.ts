/** Pixels a metre: from the whole zone on a screen to a few steps around the character. */
export const PX_PER_M_MIN = 0.35
export const PX_PER_M_MAX = 28
/** Metres across the shorter side of a fresh map, unless that makes everything too small. */
const SHOWN_AT_FIRST_M = 78
const PX_PER_M_AT_FIRST_MIN = 7

export interface ScreenPoint {
  x: number
  y: number
}

/** From metres to CSS pixels of the canvas. x grows to the right, z downwards. */
export class Camera {
  /** The middle, in metres. */
  x = 0
  z = 0
  pxPerM = 0
  width = 1
  height = 1

  resize(width: number, height: number): void {
    this.width = Math.max(1, width)
    this.height = Math.max(1, height)
    if (this.pxPerM === 0) this.zoomTo(Math.max(PX_PER_M_AT_FIRST_MIN, Math.min(this.width, this.height) / SHOWN_AT_FIRST_M))
  }

  zoomTo(pxPerM: number): void {
    this.pxPerM = Math.min(PX_PER_M_MAX, Math.max(PX_PER_M_MIN, pxPerM))
  }

  screenX(x: number): number {
    return this.width / 2 + (x - this.x) * this.pxPerM
  }
  screenY(z: number): number {
    return this.height / 2 + (z - this.z) * this.pxPerM
  }
  worldX(screenX: number): number {
    return this.x + (screenX - this.width / 2) / this.pxPerM
  }
  worldZ(screenY: number): number {
    return this.z + (screenY - this.height / 2) / this.pxPerM
  }

  /** Whether a disc of `marginPx` around that point of the screen touches the map. */
  shows(x: number, y: number, marginPx: number): boolean {
    return x > -marginPx && y > -marginPx && x < this.width + marginPx && y < this.height + marginPx
  }
}
