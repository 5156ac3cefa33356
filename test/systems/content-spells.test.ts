import { describe, expect, it } from 'vitest'
import { CATEGORIES_MAX, SPELLS_MAX } from '../../components/spells.js'
import { MyriadError } from '../../src/errors.js'
import { parseContent } from '../../systems/content/tables.js'
import { auraEffectKinds, effectKinds } from '../../systems/content/words.js'
import { contentFiles, type Entry, entryOf } from './content-files.js'

type Files = Record<string, unknown>
const spellOf = (files: Files, key: string): Entry => entryOf(files, 'spells.json', key)
const auraOf = (files: Files, key: string): Entry => entryOf(files, 'auras.json', key)
const effectOf = (entry: Entry, index = 0): Entry => (entry.effects as Entry[])[index]!

/** What is planted, and the words the error must have: file, entry, field, value, remedy. */
const faults: readonly (readonly [name: string, spoil: (files: Files) => unknown, words: readonly string[]])[] = [
  [
    'an aura effect without an aura',
    (files) => delete effectOf(spellOf(files, 'stagger')).aura,
    ['spells.json', 'entry "stagger"', 'field effects.0.aura', 'missing for the effect aura', 'name the aura'],
  ],
  [
    'an aura that does not exist',
    (files) => (effectOf(spellOf(files, 'stagger')).aura = 'stagered'),
    ['entry "stagger"', 'field effects.0.aura', '"stagered"', 'auras.json'],
  ],
  [
    'an interrupt that closes nothing',
    (files) => delete effectOf(spellOf(files, 'throat-jab')).durationMs,
    ['entry "throat-jab"', 'field effects.0.durationMs', 'how long the school stays closed'],
  ],
  [
    'a dispel of nothing',
    (files) => delete effectOf(spellOf(files, 'clear-blood'), 1).dispel,
    ['entry "clear-blood"', 'field effects.1.dispel', 'takes nothing away'],
  ],
  [
    'a jump to where one stands',
    (files) => delete effectOf(spellOf(files, 'arc-step')).distanceM,
    ['entry "arc-step"', 'field effects.0.distanceM', 'metres ahead'],
  ],
  [
    'a channel without periods',
    (files) => delete spellOf(files, 'cinder-rain').everyMs,
    ['entry "cinder-rain"', 'field everyMs', 'never comes in a channel of 4000 ms', 'give 1 to 4000'],
  ],
  [
    'periods without a channel',
    (files) => (spellOf(files, 'ember-dart').everyMs = 500),
    ['entry "ember-dart"', 'field everyMs', 'without a channel'],
  ],
  [
    'a point without an area',
    (files) => delete spellOf(files, 'cinder-rain').area,
    ['entry "cinder-rain"', 'field target', '"point"', 'give it an area'],
  ],
  [
    'an area without a bound on its targets',
    (files) => delete (spellOf(files, 'earth-stamp').area as Entry).targetsMax,
    ['entry "earth-stamp"', 'field area.targetsMax', 'missing'],
  ],
  [
    'harm to a friend',
    (files) => delete spellOf(files, 'earth-stamp').area,
    ['entry "earth-stamp"', 'field target', 'does not fit the effect damage'],
  ],
  [
    'a category without its time',
    (files) => (spellOf(files, 'ember-dart').category = 'darts'),
    ['entry "ember-dart"', 'field categoryMs', 'give both, or neither'],
  ],
  [
    'more categories than a book has places',
    (files) =>
      (files['spells.json'] as Entry[]).slice(0, CATEGORIES_MAX + 1).forEach((spell, i) => {
        Object.assign(spell, { category: `kind-${i}`, categoryMs: 1_000 })
      }),
    ['spells.json', 'field category', `give at most ${CATEGORIES_MAX}`],
  ],
  [
    'a player that calls creatures',
    (files) => (spellOf(files, 'stagger').effects = [{ kind: 'summon', creature: 'bog-toad', durationMs: 5_000 }]),
    ['entry "stagger"', 'field effects', 'creatures’ side', 'give the spell to a creature'],
  ],
  [
    'a spell that breaks its own hold',
    (files) =>
      (spellOf(files, 'dread-whisper').effects = [
        { kind: 'damage', amountMin: 1, amountMax: 1 },
        { kind: 'aura', aura: 'dreading' },
      ]),
    ['entry "dread-whisper"', 'field effects.1.aura', '"dreading"', 'broken at once'],
  ],
  [
    'a spell learnt twice',
    (files) => ((entryOf(files, 'classes.json', 'blade').spells as Entry[])[2]!.spell = 'quick-cut'),
    ['classes.json', 'entry "blade"', 'field spells.2.spell', '"quick-cut"', 'learnt twice'],
  ],
  [
    'a spell of nobody',
    (files) => {
      for (const kind of files['creatures.json'] as Entry[]) if (JSON.stringify(kind).includes('sticky-web')) delete kind.spells
    },
    ['spells.json', 'entry "sticky-web"', 'nobody can cast'],
  ],
  [
    'an aura that nothing gives',
    (files) => (effectOf(spellOf(files, 'stagger')).aura = 'hobbled'),
    ['auras.json', 'entry "staggered"', 'no spell gives this aura'],
  ],
  [
    'control that helps',
    (files) => (auraOf(files, 'staggered').harmful = false),
    ['entry "staggered"', 'field harmful', 'control stun'],
  ],
  [
    'harm without an end',
    (files) => delete auraOf(files, 'staggered').durationMs,
    ['entry "staggered"', 'field durationMs', 'never ends'],
  ],
  [
    'a period that never comes',
    (files) => delete effectOf(auraOf(files, 'deep-gash')).everyMs,
    ['entry "deep-gash"', 'field effects.0.everyMs', 'give the period'],
  ],
  [
    'two amounts in one aura',
    (files) => (auraOf(files, 'deep-gash').effects as Entry[]).push({ kind: 'absorb', amount: 5 }),
    ['entry "deep-gash"', 'field effects', 'two amounts'],
  ],
  [
    'a factor that changes nothing',
    (files) => (effectOf(auraOf(files, 'chilled')).factor = 1),
    ['entry "chilled"', 'field effects.0.factor', 'changes nothing'],
  ],
]

describe('spells and auras that cannot be', () => {
  it.each(faults)('%s', (_, spoil, words) => {
    const files = contentFiles()
    spoil(files)
    let message = ''
    try {
      parseContent(files)
    } catch (error) {
      if (!(error instanceof MyriadError)) throw error
      expect(error.code).toBe('BAD_CONTENT')
      message = error.message
    }
    for (const word of words) expect(message).toContain(word)
  })
})

describe('the shipped spells', () => {
  const content = parseContent(contentFiles())

  it('are 8 to 10 a class, learnt from level 1 to 18, one by one', () => {
    for (const { spells, key } of content.classList) {
      expect(spells.length, key).toBeGreaterThanOrEqual(8)
      expect(spells.length, key).toBeLessThanOrEqual(SPELLS_MAX)
      expect(spells[0].level).toBe(1)
      expect(spells.at(-1)!.level).toBeLessThanOrEqual(18)
      const levels = spells.map(({ level }) => level)
      expect(new Set(levels).size, `${key}: ${levels}`).toBe(levels.length)
    }
  })

  it('use every kind of effect but those of other features, and every kind of aura', () => {
    const used = new Set(content.spellList.flatMap(({ effects }) => effects.map(({ kind }) => kind)))
    const unused = effectKinds.filter((kind) => !used.has(kind))
    expect(unused.filter((kind) => !['summon', 'resurrect', 'createItem', 'openLock'].includes(kind))).toEqual([])
    const inAuras = new Set(content.auraList.flatMap(({ effects }) => effects.map(({ kind }) => kind)))
    expect(auraEffectKinds.filter((kind) => !inAuras.has(kind) && kind !== 'energise')).toEqual([])
    const held = new Set(content.auraList.map(({ control }) => control))
    expect([...held].sort()).toEqual(['fear', 'none', 'root', 'silence', 'stun'])
  })

  it('cover what four classes need between them', () => {
    const all = content.classList.flatMap(({ spells }) => spells.map(({ spell }) => content.spells[spell]!))
    const has = (what: string, found: boolean): void => expect(found, what).toBe(true)
    const effects = all.flatMap((spell) => spell.effects.map((effect) => ({ spell, effect, aura: content.auras[effect.aura] })))
    has(
      'area',
      all.some(({ area }) => area?.shape === 'radius'),
    )
    has(
      'cone',
      all.some(({ area }) => area?.shape === 'cone'),
    )
    has(
      'channel',
      all.some(({ channelMs }) => channelMs > 0),
    )
    has(
      'missile',
      all.some(({ projectileMps }) => projectileMps > 0),
    )
    has(
      'interrupt',
      effects.some(({ effect }) => effect.kind === 'interrupt'),
    )
    has(
      'taunt',
      effects.some(({ effect }) => effect.kind === 'taunt'),
    )
    has(
      'mobility',
      effects.some(({ effect }) => effect.kind === 'teleport'),
    )
    has(
      'control',
      effects.some(({ aura }) => aura !== undefined && aura.control !== 'none'),
    )
    has(
      'shield',
      effects.some(({ aura }) => aura?.effects.some(({ kind }) => kind === 'absorb') === true),
    )
    has(
      'periodic',
      effects.some(({ aura }) => aura?.effects.some(({ everyMs }) => everyMs > 0) === true),
    )
    has(
      'buff',
      effects.some(({ aura }) => aura?.effects.some(({ kind }) => kind === 'stat') === true),
    )
    has(
      'stance',
      effects.some(({ aura }) => aura?.effects.some(({ of, factor }) => of === 'threat' && factor === 2) === true),
    )
  })
})
