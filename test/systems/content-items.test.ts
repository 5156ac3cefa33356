import { describe, expect, it } from 'vitest'
import { MyriadError } from '../../src/errors.js'
import { parseContent } from '../../systems/content/tables.js'
import { contentFiles, type Entry, entryOf } from './content-files.js'

function linesOf(spoil: (files: Record<string, unknown>) => void): readonly string[] {
  const files = contentFiles()
  spoil(files)
  try {
    parseContent(files)
  } catch (error) {
    if (!(error instanceof MyriadError)) throw error
    return error.message.split('\n')
  }
  throw new Error('the spoilt content was accepted')
}

const item = (files: Record<string, unknown>, key: string): Entry => entryOf(files, 'items.json', key)
const stockOf = (files: Record<string, unknown>, key: string): Entry[] => entryOf(files, 'npcs.json', key).stock as Entry[]
const useOf = (files: Record<string, unknown>, key: string): Entry => item(files, key).use as Entry

/** What is planted, and the words that one line of the error must have. */
const faults: readonly [name: string, spoil: (files: Record<string, unknown>) => void, words: readonly string[]][] = [
  [
    'a price at which selling pays',
    (f) => (item(f, 'oaken-maul').buyPrice = 12),
    ['oaken-maul', 'buyPrice', 'sellPrice', 'makes money'],
  ],
  ['stock without a price', (f) => delete item(f, 'barley-loaf').buyPrice, ['barley-loaf', 'buyPrice', 'vendor sells']],
  [
    'stock of no item',
    (f) => (stockOf(f, 'corvin')[0]!.item = 'barley-laof'),
    ['npcs.json', 'corvin', 'stock.0.item', 'items.json'],
  ],
  ['stock of a quest item', (f) => (stockOf(f, 'corvin')[0]!.item = 'sheep-bell'), ['corvin', 'stock.0.item', 'quest item']],
  ['stock that never comes back', (f) => (stockOf(f, 'anka')[2]!.refillMs = 0), ['anka', 'stock.2.refillMs', 'never brings']],
  ['a vendor with nothing', (f) => (entryOf(f, 'npcs.json', 'corvin').stock = []), ['corvin', 'stock', 'nothing to sell']],
  ['stock without a vendor', (f) => (entryOf(f, 'npcs.json', 'joss').services = ['quests']), ['joss', 'services', 'no vendor']],
  ['an item that is nowhere', (f) => stockOf(f, 'hessa').splice(0, 1), ['items.json', 'oaken-maul', 'cannot be had anywhere']],
  ['armour without a slot', (f) => delete item(f, 'patched-boots').slot, ['patched-boots', 'slot', 'nobody can wear']],
  ['junk that is worn', (f) => (item(f, 'patched-boots').kind = 'junk'), ['patched-boots', 'slot', 'is worn, but']],
  ['worn things in stacks', (f) => (item(f, 'patched-boots').stackMax = 2), ['patched-boots', 'stackMax', 'give 1']],
  ['worn things that last for ever', (f) => delete item(f, 'patched-boots').durabilityMax, ['patched-boots', 'durabilityMax']],
  ['worn things of no level', (f) => delete item(f, 'patched-boots').itemLevel, ['patched-boots', 'itemLevel']],
  [
    'a mix of more than all',
    (f) => (item(f, 'patched-boots').mix = { might: 0.7, armour: 0.7 }),
    ['patched-boots', 'mix', 'adds up to 1.4'],
  ],
  ['a weapon for the feet', (f) => (item(f, 'oaken-maul').slot = 'feet'), ['oaken-maul', 'slot', 'no place for a weapon']],
  [
    'a weapon that strikes with nothing',
    (f) => delete item(f, 'oaken-maul').weapon,
    ['oaken-maul', 'weapon', 'strikes with nothing'],
  ],
  [
    'damage the wrong way round',
    (f) => ((item(f, 'oaken-maul').weapon as Entry).damageMin = 99),
    ['oaken-maul', 'weapon.damageMin', '99'],
  ],
  [
    'an unknown class',
    (f) => (item(f, 'oaken-maul').classes = ['gardian']),
    ['oaken-maul', 'classes.0', '"gardian"', 'classes.json'],
  ],
  ['a level that nobody reaches', (f) => (item(f, 'oaken-maul').levelMin = 90), ['oaken-maul', 'levelMin', 'never reached']],
  ['a use of no spell', (f) => (useOf(f, 'barley-loaf').spell = 'munch'), ['barley-loaf', 'use.spell', '"munch"', 'spells.json']],
  ['a consumable that does nothing', (f) => delete item(f, 'barley-loaf').use, ['barley-loaf', 'use', 'does nothing']],
  [
    'a cooldown that an item cannot keep',
    (f) => {
      const spell = entryOf(f, 'spells.json', 'item-salve')
      delete spell.category
      delete spell.categoryMs
      spell.cooldownMs = 60_000
    },
    ['knitbone-salve', 'use.spell', 'item-salve', 'cannot keep'],
  ],
  [
    'a use that makes more than it costs',
    (f) =>
      (entryOf(f, 'spells.json', 'item-plain-meal').effects = [
        { kind: 'createItem', item: 'drake-ember', to: 'caster', count: 1 },
      ]),
    ['barley-loaf', 'use.spell', "120 coins' worth"],
  ],
  [
    'a spell that makes money out of nothing',
    (f) =>
      ((entryOf(f, 'spells.json', 'still-breath').effects as Entry[])[0] = { kind: 'createItem', item: 'torn-pelt', count: 3 }),
    ['classes.json', 'arcanist', "6 coins' worth"],
  ],
]

describe('a planted fault of an item', () => {
  it.each(faults)('%s is named with file, entry, field and remedy', (_name, spoil, words) => {
    const lines = linesOf(spoil)
    const line = lines.find((candidate) => words.every((word) => candidate.includes(word)))
    expect(line, `no line of the error has all of ${words.join(' | ')}:\n${lines.join('\n')}`).toBeDefined()
  })
})
