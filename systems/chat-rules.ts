/** Says within one window that are heard; the one after them begins the silence. */
export const SAYS_MAX = 10
export const WINDOW_S = 10
export const MUTED_S = 10

/**
 * Control characters, line and paragraph separators, marks that turn the writing direction, and halves of surrogate
 * pairs: none of them belongs in a line that others are shown, or in a log.
 */
const unwanted = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** The text without what does not belong in a line, and without blanks at its ends; possibly empty. */
export const cleanLine = (text: string): string => text.replace(unwanted, '').trim()

/** As in the component `ChatFlood`. */
export interface Flood {
  readonly windowTick: number
  readonly said: number
  readonly mutedTick: number
}

/** What one more say makes of it; `heard` is false while muted. Saying something while muted does not lengthen it. */
export function say(flood: Flood, tick: number, tickHz: number): Flood & { readonly heard: boolean } {
  if (tick < flood.mutedTick) return { ...flood, heard: false }
  const fresh = flood.said === 0 || tick - flood.windowTick >= WINDOW_S * tickHz
  if (fresh) return { windowTick: tick, said: 1, mutedTick: 0, heard: true }
  if (flood.said >= SAYS_MAX) return { windowTick: 0, said: 0, mutedTick: tick + MUTED_S * tickHz, heard: false }
  return { ...flood, said: flood.said + 1, heard: true }
}
