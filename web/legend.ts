import { make } from './dom.js'
import type { Control, Look } from './scene.js'
import { drawControls, drawCorpse, drawCreature, drawGhost, drawNpc, drawObject, drawPerson } from './shapes.js'
import { wordsOf } from './theme.js'

const SIDE_PX = 22
const EAST_BY_NORTH = 57_000

type Draw = (pen: CanvasRenderingContext2D, middle: number) => void

const person =
  (look: Look): Draw =>
  (pen, at) =>
    drawPerson(pen, at, at, 6, EAST_BY_NORTH, look)
const creature =
  (look: Look): Draw =>
  (pen, at) =>
    drawCreature(pen, at, at, 6, EAST_BY_NORTH, look)

const held =
  (control: Control): Draw =>
  (pen, at) => {
    drawPerson(pen, at, at, 4.5, EAST_BY_NORTH, 'bot')
    drawControls(pen, at, at, 4.5, [control], 0)
  }

const entries: readonly (readonly [words: string, draw: Draw])[] = [
  [wordsOf.self, person('self')],
  [wordsOf.player, person('player')],
  [wordsOf.bot, person('bot')],
  [wordsOf.npc, (pen, at) => drawNpc(pen, at, at, 5.5, true)],
  [wordsOf.object, (pen, at) => drawObject(pen, at, at, 6)],
  [wordsOf.wary, creature('wary')],
  [wordsOf.aggressive, creature('aggressive')],
  [wordsOf.attacker, creature('attacker')],
  [wordsOf.taken, creature('taken')],
  ['Corpse', (pen, at) => drawCorpse(pen, at, at, 6, false, false)],
  ['Corpse with loot of yours: click it', (pen, at) => drawCorpse(pen, at, at, 6, true, false)],
  ['Ghost', (pen, at) => drawGhost(pen, at, at, 6, 'bot')],
  ['Stunned', held('stunned')],
  ['Rooted', held('rooted')],
  ['Silenced', held('silenced')],
  ['Fleeing in fear', held('feared')],
]

function swatch(draw: Draw): HTMLCanvasElement {
  const canvas = make('canvas')
  const ratio = window.devicePixelRatio || 1
  canvas.width = SIDE_PX * ratio
  canvas.height = SIDE_PX * ratio
  canvas.setAttribute('aria-hidden', 'true')
  const pen = canvas.getContext('2d')
  pen?.scale(ratio, ratio)
  if (pen !== null) draw(pen, SIDE_PX / 2)
  return canvas
}

/** Explains the shapes of the map, drawn by the same functions. */
export function drawLegend(list: HTMLElement): void {
  list.replaceChildren(
    ...entries.map(([words, draw]) => {
      const item = make('li')
      item.append(swatch(draw), make('span', '', words))
      return item
    }),
  )
}
