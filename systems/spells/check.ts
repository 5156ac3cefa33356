import { BAG_SLOTS, Bag } from '../../components/bag.js'
import { Combat } from '../../components/combat.js'
import { CATEGORIES_MAX, SPELLS_MAX, Spellbook } from '../../components/spells.js'
import { flag } from '../../components/status.js'
import type { Slot } from '../../src/ecs/entities.js'
import { distance } from '../../src/ecs/maths.js'
import { roomFor } from '../bag-rules.js'
import { BODY_M, isFacing } from '../combat-rules.js'
import type { SpellKind } from '../content/types.js'
import { schools } from '../content/words.js'
import { sees } from '../sight.js'
import { castCode, FACING_DEGREES } from '../spell-rules.js'
import { befallen } from './targets.js'
import { type Aim, deadOrGhost, isCreature, type SpellWorld, targetOf } from './world.js'

/** The index of a spell in the book, or −1; a creature has no book. */
export function bookIndex(world: SpellWorld, slot: Slot, spell: number): number {
  if (!world.has(slot, Spellbook)) return -1
  for (let i = 0; i < SPELLS_MAX; i += 1) if (world.book.spell[slot * SPELLS_MAX + i] === spell) return i
  return -1
}

/** The tick from which its own cooldown, its category's and the global one are over. A creature's mind keeps its own times. */
export function readyTick(world: SpellWorld, slot: Slot, spell: SpellKind): number {
  const { book } = world
  if (!world.has(slot, Spellbook)) return 0
  const at = bookIndex(world, slot, spell.id)
  const own = at < 0 ? 0 : book.readyTick[slot * SPELLS_MAX + at]
  const category = spell.category < 0 ? 0 : book.categoryTick[slot * CATEGORIES_MAX + spell.category]
  return Math.max(own, category, spell.offGlobal ? 0 : book.globalTick[slot])
}

function isKnown(world: SpellWorld, slot: Slot, { spell, item }: Aim): boolean {
  const { content, status, bag } = world
  if (item > 0) return content.items[bag.item[slot * BAG_SLOTS + item - 1]]?.use?.spell === spell.id
  if (!isCreature(world, slot)) return bookIndex(world, slot, spell.id) >= 0
  const kind = content.creatures[world.kind.look[slot]]
  return kind?.spells.some((entry) => entry.spell === spell.id && entry.level <= status.level[slot]) === true
}

/** Everything that the spell makes finds room in the bag of whoever gets it. Of an area's each has what he has room for. */
function hasRoom(world: SpellWorld, slot: Slot, target: Slot, spell: SpellKind): boolean {
  return spell.effects.every((effect) => {
    const getter = effect.kind === 'createItem' ? befallen(spell, effect, slot, target) : 0
    return getter === 0 || !world.has(getter, Bag) || roomFor(world.bag, getter, effect.item, world.content) >= effect.count
  })
}

/** At which moment of its cast a spell is judged: what a channel costs is paid when it begins. */
export type Stage = 'asked' | 'begun' | 'channelled'

/** Every check but cooldowns: `asked` leaves out whether it stands still, which may change before it is cast. */
export function check(world: SpellWorld, slot: Slot, aim: Aim, stage: Stage): number {
  const { status, position, place, motion, vitals, casting } = world
  const { spell } = aim
  const target = targetOf(world, slot, aim)
  const own = status.flags[slot]
  const flags = target === 0 ? 0 : status.flags[target]
  const dx = (target === 0 ? aim.x : position.x[target]) - position.x[slot]
  const dz = (target === 0 ? aim.z : position.z[target]) - position.z[slot]
  const sameZone = target === 0 || (place.zone[slot] === place.zone[target] && place.instance[slot] === place.instance[target])
  const distanceM = distance(0, 0, dx, dz) - (target === 0 ? 0 : BODY_M)
  const hostile = target !== 0 && isCreature(world, slot) !== isCreature(world, target)
  return castCode({
    spell,
    actorDead: (own & deadOrGhost) !== 0,
    stunned: (own & flag.stunned) !== 0,
    feared: (own & flag.feared) !== 0,
    silenced: (own & flag.silenced) !== 0,
    closedSchool: world.tick < casting.lockedTick[slot] ? schools[casting.lockedSchool[slot]] : undefined,
    // What it came from, an item above all, may be gone by now.
    known: stage === 'channelled' || isKnown(world, slot, aim),
    isCreature: isCreature(world, slot),
    power: stage === 'channelled' ? Number.POSITIVE_INFINITY : vitals.power[slot],
    moving: stage !== 'asked' && motion.moved[slot] === 1,
    target,
    targetDead: (flags & deadOrGhost) !== 0,
    targetImmune: spell.target === 'enemy' && (flags & flag.evading) !== 0,
    targetFits: target !== 0 && world.has(target, Combat) && hostile === (spell.target === 'enemy'),
    distanceM: sameZone ? distanceM : Number.POSITIVE_INFINITY,
    facing: isFacing(motion.heading[slot], dx, dz, FACING_DEGREES),
    inSight: sees(slot, position.x[slot] + dx, position.z[slot] + dz),
    hasRoom: hasRoom(world, slot, target, spell),
  })
}
