import type { Look } from './scene.js'

/** Colours of the map. Shapes differ as well, so that nothing depends on telling colours apart. */
export const ink = Object.freeze({
  unseen: '#0c1014',
  ground: '#1a2121',
  tuft: 'rgba(150, 185, 140, 0.2)',
  grid: 'rgba(255, 255, 255, 0.05)',
  edge: 'rgba(255, 255, 255, 0.35)',
  town: '#272420',
  townRing: 'rgba(214, 178, 116, 0.4)',
  questEdge: 'rgba(240, 190, 90, 0.38)',
  questText: 'rgba(226, 188, 116, 0.85)',
  questFill: 'rgba(240, 190, 90, 0.045)',
  path: 'rgba(235, 240, 245, 0.75)',
  text: '#e3e8ee',
  faint: '#93a1b0',
  halo: 'rgba(8, 11, 14, 0.85)',
  loot: '#f3cf6b',
  corpse: '#6d747c',
  targetRing: '#f4f6f8',
  selfRing: 'rgba(90, 165, 235, 0.5)',
  casting: '#b9a5ff',
  control: '#ffd76a',
  health: '#5fbf63',
  healthLow: '#e0a33c',
  healthOfFoe: '#d8574c',
  barBack: 'rgba(8, 11, 14, 0.8)',
  harmToMe: '#ff7a6b',
  harmByMe: '#ffe08a',
  harmOther: 'rgba(200, 208, 216, 0.65)',
  healing: '#86e08a',
})

export const colourOf: Readonly<Record<Look, string>> = Object.freeze({
  self: '#ffffff',
  player: '#4fd0e8',
  bot: '#6f93cf',
  npc: '#e9c46a',
  object: '#7fd08a',
  wary: '#c69a4b',
  aggressive: '#d45b4f',
  attacker: '#ff4d3d',
  taken: '#7d6660',
})

/** Of names: lighter than the shapes, since thin letters look darker. */
export const labelColourOf: Readonly<Record<Look, string>> = Object.freeze({
  ...colourOf,
  bot: '#a8bfe8',
  aggressive: '#ea8076',
  attacker: '#ff7a6b',
  wary: '#dcb877',
  taken: '#a38c86',
})

export const wordsOf: Readonly<Record<Look, string>> = Object.freeze({
  self: 'You',
  player: 'Player',
  bot: 'Bot',
  npc: 'Townsfolk: click to talk',
  object: 'Something for a quest: click to take it',
  wary: 'Creature that only defends itself',
  aggressive: 'Creature that attacks',
  attacker: 'Creature that attacks you',
  taken: "Creature in somebody else's fight",
})

export const FONT = 'system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif'
