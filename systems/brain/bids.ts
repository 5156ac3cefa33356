import type { BotView } from './view.js'

/** It spends no more than this part of its purse on one trade. */
const SPEND_SHARE = 0.6
/** Of what a thing is worth to it, it pays at most this part. */
const BARGAIN = 0.9

/**
 * What a price is believed to be, in hundredths of what vendors pay: at first somewhere between these, later what experience says. Who
 * sold asks more the next time, who could not asks less; who bought offers less, who could not offers more.
 */
export const belief = Object.freeze({ firstMin: 140, firstMax: 220, min: 110, max: 350, gained: 6, missed: 12 })

export function believed(view: BotView, sold: number): number {
  return Math.floor((sold * view.mind.belief) / 100 + 0.5)
}

export function learn({ mind }: BotView, change: number): void {
  mind.belief = Math.max(belief.min, Math.min(belief.max, mind.belief + change))
}

/** The most coins that it could put on the table in one trade. */
export const purseOf = (view: BotView): number => Math.floor(view.gold * SPEND_SHARE)

/** What it offers, in coins, for things that are worth `worth` to it and for which vendors would pay `sold`. No more than `sold`: it offers nothing. */
export function bidOf(view: BotView, worth: number, sold: number): number {
  return Math.floor(Math.min(worth * BARGAIN, Math.max(sold + 1, believed(view, sold)), purseOf(view)))
}
