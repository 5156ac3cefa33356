/**
 * Trigonometry from + − × ÷ and comparisons alone: the same bits on every machine, which Math.sin does not promise.
 * A heading is a u16, 65,536 to the turn; 0 looks along +x, a quarter turn (16,384) along +z.
 */
export const TURN = 65_536

const HALF_PI = 1.5707963267948966

/** Sine of x in [0, π/2], Taylor to x¹¹: error under 6e-8. */
function quarterSine(x: number): number {
  const s = x * x
  return x * (1 - (s / 6) * (1 - (s / 20) * (1 - (s / 42) * (1 - (s / 72) * (1 - s / 110)))))
}

export function sinTurn(heading: number): number {
  const h = heading & 0xffff
  const quarter = h >>> 14
  const part = ((h & 0x3fff) * HALF_PI) / 16_384
  const value = quarter & 1 ? quarterSine(HALF_PI - part) : quarterSine(part)
  return quarter & 2 ? -value : value
}

export const cosTurn = (heading: number): number => sinTurn(heading + 16_384)

/**
 * The heading that looks along (dx, dz); 0 for the zero vector. Uses atan r ≈ r·(π/4 + 0.273·(1 − r)) on the first
 * octant, a common approximation with an error under 0.22°.
 */
export function headingOf(dx: number, dz: number): number {
  const ax = dx < 0 ? -dx : dx
  const az = dz < 0 ? -dz : dz
  if (ax === 0 && az === 0) return 0
  const low = Math.min(ax, az)
  const high = Math.max(ax, az)
  const r = low / high
  let angle = r * (0.7853981633974483 + 0.273 * (1 - r))
  if (az > ax) angle = HALF_PI - angle
  let units = (angle * 16_384) / HALF_PI
  if (dx < 0) units = 32_768 - units
  if (dz < 0) units = -units
  return Math.floor(units + 0.5) & 0xffff
}

export function distanceSquared(ax: number, az: number, bx: number, bz: number): number {
  const dx = bx - ax
  const dz = bz - az
  return dx * dx + dz * dz
}

export function distance(ax: number, az: number, bx: number, bz: number): number {
  return Math.sqrt(distanceSquared(ax, az, bx, bz))
}

export const clamp = (value: number, low: number, high: number): number => (value < low ? low : Math.min(value, high))
