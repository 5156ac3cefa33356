import { Bag, Purse } from '../components/bag.js'
import { Equipment } from '../components/equipment.js'
import { Kind } from '../components/kind.js'
import { Motion, Place, Position } from '../components/motion.js'
import { Progress } from '../components/progress.js'
import { QuestsDone } from '../components/quest-log.js'
import { SPELLS_MAX, Spellbook } from '../components/spells.js'
import { Stats } from '../components/stats.js'
import { Status } from '../components/status.js'
import { Vitals } from '../components/vitals.js'
import type { Editor } from '../src/ecs/columns.js'
import type { Slot } from '../src/ecs/entities.js'
import { randomU32 } from '../src/ecs/random.js'
import type { ClassKind, Place as Disc } from './content/types.js'
import { knownSpells } from './stat-rules.js'

/** What every system writes that brings characters into the world. */
export const characterColumns = Object.freeze({
  position: Position,
  place: Place,
  motion: Motion,
  kind: Kind,
  vitals: Vitals,
  status: Status,
  progress: Progress,
  book: Spellbook,
  bag: Bag,
  purse: Purse,
  done: QuestsDone,
  equipment: Equipment,
  stats: Stats,
})

/** A point in a disc, uniformly: the first of some draws from its square that lies inside. */
export function pointIn(place: Disc, draw: (n: number) => number): { x: number; z: number } {
  for (let n = 0; n < POINT_DRAWS_MAX; n += 1) {
    const dx = draw(2 * n) * 2 - 1
    const dz = draw(2 * n + 1) * 2 - 1
    if (dx * dx + dz * dz <= 1) return { x: place.x + dx * place.radiusM, z: place.z + dz * place.radiusM }
  }
  return { x: place.x, z: place.z }
}
const POINT_DRAWS_MAX = 16

/** Puts the spells of a level into the book; those already there keep their places. */
export function learnSpells(book: Editor<(typeof Spellbook)['fields']>, slot: Slot, classKind: ClassKind, level: number): void {
  knownSpells(classKind, level)
    .slice(0, SPELLS_MAX)
    .forEach((spell, i) => {
      book.setAt(slot, 'spell', i, spell)
    })
}

const firstParts = ['Al', 'Be', 'Cor', 'Dan', 'El', 'Far', 'Gil', 'Hal', 'Is', 'Jor', 'Kel', 'Lor', 'Mar', 'Nel', 'Or', 'Per']
const middleParts = ['a', 'e', 'i', 'o', 'u', 'ai', 'ei', 'ia']
const lastParts = ['bran', 'dis', 'fen', 'gar', 'lin', 'mir', 'nor', 'ric', 'sen', 'ten', 'vas', 'wyn', 'ra', 'la', 'na', 'th']

/** A bot's name: the same for the same number and seed. Two bots may share one, as two people may. */
export function botName(seed: number, number: number): string {
  const bits = randomU32(seed, number, 0x6e616d65, 0)
  return (
    firstParts[bits & 15] +
    middleParts[(bits >>> 4) & 7] +
    lastParts[(bits >>> 7) & 15] +
    (bits & 0x8000 ? lastParts[(bits >>> 16) & 15] : '')
  )
}
