import { CATEGORIES_MAX, SPELLS_MAX } from '../../components/spells.js'
import { checkAuras } from './checks-auras.js'
import type { ContentIndex } from './content-index.js'
import { checkReference } from './content-index.js'
import type { Problems, Spot } from './problems.js'
import { categoriesOf } from './resolve-spells.js'
import type { RawContent } from './schema.js'
import type { RawSpell } from './schema-spells.js'

const FILE = 'spells.json'
type RawEffect = RawSpell['effects'][number]

interface Users {
  readonly classes: ReadonlySet<string>
  readonly creatures: ReadonlySet<string>
  readonly items: ReadonlySet<string>
}

/** Spells by who can cast them. */
function usersOf(raw: RawContent): Users {
  return {
    classes: new Set(raw.classes.flatMap((kind) => kind.spells.map(({ spell }) => spell))),
    creatures: new Set(raw.creatures.flatMap((kind) => kind.spells.map(({ spell }) => spell))),
    items: new Set(raw.items.flatMap(({ use }) => (use === undefined ? [] : [use.spell]))),
  }
}

const spotOf = ({ key }: RawSpell, field: string): Spot => ({ file: FILE, entry: key, field })

/** What each kind of effect cannot do without: the field that must be given, and how to say so. */
const needs: Readonly<Partial<Record<RawEffect['kind'], readonly [field: keyof RawEffect, remedy: string]>>> = {
  aura: ['aura', 'name the aura that it gives'],
  interrupt: ['durationMs', 'say how long the school stays closed'],
  teleport: ['distanceM', 'say how many metres ahead'],
  createItem: ['item', 'name the item that it makes'],
  summon: ['creature', 'name the creature that it calls'],
}

function checkEffect(spell: RawSpell, effect: RawEffect, at: string, index: ContentIndex, problems: Problems): void {
  const { kind, aura, item, creature } = effect
  const need = needs[kind]
  if (need !== undefined && !effect[need[0]]) {
    problems.add(spotOf(spell, `${at}.${need[0]}`), effect[need[0]], `is missing for the effect ${kind}`, need[1])
  }
  if (kind === 'summon' && effect.durationMs === 0) {
    problems.add(spotOf(spell, `${at}.durationMs`), 0, 'lets whom it calls stay for ever', 'say how long it stays')
  }
  if (kind === 'dispel' && effect.dispel === 'none') {
    problems.add(spotOf(spell, `${at}.dispel`), 'none', 'takes nothing away', 'name a type of aura')
  }
  if (aura !== undefined) checkReference(index.auras, 'auras.json', spotOf(spell, `${at}.aura`), aura, problems)
  if (item !== undefined) checkReference(index.items, 'items.json', spotOf(spell, `${at}.item`), item, problems)
  if (creature !== undefined)
    checkReference(index.creatures, 'creatures.json', spotOf(spell, `${at}.creature`), creature, problems)
}

/** Whom it is aimed at suits what it does. */
function checkTarget(spell: RawSpell, index: ContentIndex, problems: Problems): void {
  const { effects, target, area } = spell
  const spot = spotOf(spell, 'target')
  if (target === 'enemy' && effects.every((effect) => effect.kind === 'heal')) {
    problems.add(spot, target, 'does not fit the effect heal', 'damage goes to an enemy, heal to a friend or self')
  }
  const isKind = target === 'friend' || target === 'self'
  if (isKind && area === undefined && effects.some((e) => e.kind === 'damage' && e.to === 'target')) {
    problems.add(spot, target, 'does not fit the effect damage', 'damage goes to an enemy, heal to a friend or self')
  }
  if (target === 'point' && area === undefined) {
    problems.add(spot, target, 'is a place where the spell finds nobody', 'give it an area')
  }
  const harms = effects.some((effect) => effect.kind === 'damage' && effect.to === 'target')
  effects.forEach(({ aura }, i) => {
    if (!harms || aura === undefined || index.auras.get(aura)?.breaksOnDamage !== true) return
    problems.add(spotOf(spell, `effects.${i}.aura`), aura, 'is broken at once by the spell’s own damage', 'leave one of them out')
  })
}

function checkTimes(spell: RawSpell, problems: Problems): void {
  const { channelMs, everyMs, projectileMps } = spell
  if (channelMs > 0 && (everyMs === 0 || everyMs > channelMs)) {
    problems.add(spotOf(spell, 'everyMs'), everyMs, `never comes in a channel of ${channelMs} ms`, `give 1 to ${channelMs}`)
  }
  if (channelMs === 0 && everyMs > 0) {
    problems.add(spotOf(spell, 'everyMs'), everyMs, 'is without a channel', 'give channelMs, or leave it out')
  }
  if (channelMs > 0 && projectileMps > 0) {
    problems.add(spotOf(spell, 'projectileMps'), projectileMps, 'does not fit a channel', 'leave one of them out')
  }
  if ((spell.category === undefined) !== (spell.categoryMs === 0)) {
    problems.add(spotOf(spell, 'categoryMs'), spell.categoryMs, 'goes with a category', 'give both, or neither')
  }
}

function checkUsers(spell: RawSpell, users: Users, problems: Problems): void {
  const { key, effects, cooldownMs, category } = spell
  const isPlayers = users.classes.has(key) || users.items.has(key)
  if (!isPlayers && !users.creatures.has(key)) {
    problems.add(spotOf(spell, ''), undefined, 'nobody can cast this spell', 'teach it or remove it')
  }
  if (isPlayers && effects.some(({ kind }) => kind === 'summon')) {
    const what = 'would call a creature that stands on the creatures’ side'
    problems.add(spotOf(spell, 'effects'), key, what, 'give the spell to a creature')
  }
  // A book has a place for the cooldown of each spell in it, and for each category; what an item casts is in no book.
  if (users.items.has(key) && cooldownMs > 0 && category === undefined) {
    problems.add(spotOf(spell, 'cooldownMs'), cooldownMs, 'cannot be kept for an item', 'give category and categoryMs instead')
  }
}

function checkClassLists(raw: RawContent, problems: Problems): void {
  for (const { key, spells } of raw.classes) {
    const spot = { file: 'classes.json', entry: key, field: 'spells' }
    if (spells.length > SPELLS_MAX)
      problems.add(spot, spells.length, 'are more spells than a book has places', `give ${SPELLS_MAX}`)
    spells.forEach(({ spell }, i) => {
      if (spells.findIndex((other) => other.spell === spell) < i) {
        problems.add({ ...spot, field: `spells.${i}.spell` }, spell, 'is learnt twice', 'name it once')
      }
    })
  }
}

/** Every spell is somebody's, says all that its effects need, and its target suits what it does; auras alike. */
export function checkSpells(raw: RawContent, index: ContentIndex, problems: Problems): void {
  const users = usersOf(raw)
  for (const spell of raw.spells) {
    checkTarget(spell, index, problems)
    checkTimes(spell, problems)
    checkUsers(spell, users, problems)
    spell.effects.forEach((effect, i) => {
      checkEffect(spell, effect, `effects.${i}`, index, problems)
    })
  }
  const categories = categoriesOf(raw.spells)
  if (categories.length > CATEGORIES_MAX) {
    const spot = { file: FILE, entry: '', field: 'category' }
    problems.add(spot, categories, `are ${categories.length} categories`, `give at most ${CATEGORIES_MAX}`)
  }
  checkClassLists(raw, problems)
  checkAuras(raw, problems)
}
