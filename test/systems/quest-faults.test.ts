import { describe, it } from 'vitest'
import { type Entry, entryOf, expectNamed, type Fault } from './content-files.js'

type Files = Record<string, unknown>

const quest = (files: Files, key: string): Entry => entryOf(files, 'quests.json', key)
/** The objective at `index` of a quest, to be spoilt. */
const objective = (files: Files, key: string, index = 0): Entry => (quest(files, key).objectives as Entry[])[index]!
const noGift = (files: Files, key: string): Entry[] => ((quest(files, key).given as Entry[]) = [])

const faults: readonly Fault[] = [
  [
    'a place to explore beyond the edge',
    (files) => (objective(files, 'ashes-at-the-fords', 1).where = [{ x: 2_100, z: 40, radiusM: 10 }]),
    ['quests.json', 'entry "ashes-at-the-fords"', 'objectives.1.where.0', '"x":2100', 'not inside the zone', 'keep within'],
  ],
  [
    'a place to explore that is too small',
    (files) => (objective(files, 'ashes-at-the-fords').where = [{ x: 905, z: 640, radiusM: 2 }]),
    ['quests.json', 'objectives.0.where.0', ': 2:', 'too small', 'give a radiusM of at least 5'],
  ],
  [
    'a delivery of what nobody gives',
    (files) => noGift(files, 'bread-while-warm'),
    ['quests.json', 'entry "bread-while-warm"', 'objectives.0.item', '"oven-loaf"', 'is given 0 times', 'give 3 with the quest'],
  ],
  [
    'a delivery of more than is given',
    (files) => (objective(files, 'bread-while-warm').count = 4),
    ['quests.json', 'entry "bread-while-warm"', 'objectives.0.item', 'is given 3 times', 'give 4 with the quest'],
  ],
  [
    'a delivery of what the quest collects',
    (files) => (quest(files, 'bread-while-warm').objectives as Entry[]).push({ kind: 'collect', item: 'oven-loaf', count: 1 }),
    ['quests.json', 'entry "bread-while-warm"', 'objectives.0.item', '"oven-loaf"', 'is collected', 'one of the two'],
  ],
  [
    'a delivery to somebody who is not spoken to',
    (files) => (objective(files, 'bread-while-warm').npc = 'corvin'),
    ['quests.json', 'entry "bread-while-warm"', 'objectives.0.npc', '"corvin"', 'without the service quests'],
  ],
  [
    'a talk with somebody who is not spoken to',
    (files) => (objective(files, 'the-wardens-ear').npc = 'hessa'),
    ['quests.json', 'entry "the-wardens-ear"', 'objectives.0.npc', '"hessa"', 'without the service quests', 'name another npc'],
  ],
  [
    'a use of what nobody gives',
    (files) => noGift(files, 'lime-on-the-clover'),
    ['quests.json', 'entry "lime-on-the-clover"', 'objectives.0.item', '"slaked-lime"', 'given 0 times', 'give 6'],
  ],
  [
    'a use of what cannot be used',
    (files) => (objective(files, 'lime-on-the-clover').item = 'oven-loaf'),
    ['quests.json', 'entry "lime-on-the-clover"', 'objectives.0.item', '"oven-loaf"', 'cannot be used', 'give it a use'],
  ],
  [
    'a use on nobody',
    (files) => (objective(files, 'lime-on-the-clover').creatures = []),
    ['quests.json', 'entry "lime-on-the-clover"', 'objectives.0.creatures', '[]', 'nobody to use it on', 'name the creatures'],
  ],
  [
    'a use on a person',
    (files) => Object.assign(objective(files, 'lime-on-the-clover'), { creatures: [], npc: 'merle' }),
    ['quests.json', 'entry "lime-on-the-clover"', 'objectives.0.npc', '"merle"', 'no spell reaches an npc', 'name creatures'],
  ],
  [
    'a use on creatures of what is used on oneself',
    (files) =>
      Object.assign(entryOf(files, 'spells.json', 'throw-lime'), { target: 'self', effects: [{ kind: 'heal', amountMin: 1 }] }),
    ['quests.json', 'entry "lime-on-the-clover"', 'objectives.0.item', 'is used on a target self', 'target is an enemy'],
  ],
  [
    'a use on creatures out of reach',
    (files) => (objective(files, 'lime-on-the-clover').creatures = ['crag-cat']),
    ['quests.json', 'entry "lime-on-the-clover"', 'objectives.0.creatures.0', '"crag-cat"', 'too high', 'raise the quest'],
  ],
  [
    'an item that no object holds any more',
    (files) => (entryOf(files, 'objects.json', 'wild-thyme').item = 'oven-loaf'),
    ['quests.json', 'entry "thyme-for-the-winter"', 'objectives.0.item', '"thyme-sprig"', 'no object of objects.json holds it'],
  ],
  [
    'an object of a quest that does not ask for it',
    (files) => (entryOf(files, 'objects.json', 'wild-thyme').quest = 'toad-oil'),
    ['objects.json', 'entry "wild-thyme"', 'field quest', '"toad-oil"', 'does not ask for "thyme-sprig"', 'name the quest'],
  ],
  [
    'an object with a quest item for everybody',
    (files) => delete entryOf(files, 'objects.json', 'wild-thyme').quest,
    ['objects.json', 'entry "wild-thyme"', 'field item', '"thyme-sprig"', 'everybody could take', 'in the field quest'],
  ],
  [
    'an object beyond the edge',
    (files) => ((entryOf(files, 'objects.json', 'wild-thyme').places as Entry[])[2]!.x = 1_990),
    ['objects.json', 'entry "wild-thyme"', 'field places.2', '"x":1990', 'not inside the zone', 'keep within'],
  ],
  [
    'too many objects',
    (files) => {
      const wild = entryOf(files, 'objects.json', 'wild-thyme')
      const [place] = wild.places as Entry[]
      const many = Array.from({ length: 60 }, () => ({ ...place, count: 100 }))
      const others = ['other', 'third'].map((key, i) => ({ ...wild, id: 900 + i, key, places: many }))
      ;(files['objects.json'] as Entry[]).push(...others)
    },
    ['objects.json', 'field places', 'too many objects', 'have at most 8192'],
  ],
  [
    'a time limit that is too short for the way',
    (files) => (quest(files, 'bread-while-warm').timeLimitMs = 100_000),
    [
      'quests.json',
      'entry "bread-while-warm"',
      'field timeLimitMs',
      ': 100000:',
      'too short for a way of 425 m',
      'at least 1212',
    ],
  ],
  [
    'a time limit that is too short for the hunt',
    (files) => (quest(files, 'hares-in-the-herbs').timeLimitMs = 120_000),
    ['quests.json', 'entry "hares-in-the-herbs"', 'field timeLimitMs', 'and 6 things to hunt', 'give at least'],
  ],
  [
    'a group of one quest',
    (files) => delete quest(files, 'the-clerks-coin').exclusive,
    ['quests.json', 'entry "the-wardens-ear"', 'field exclusive', '"what-the-ashes-said"', 'a group of one', 'leave it out'],
  ],
  [
    'a repeatable quest in a group',
    (files) => (quest(files, 'the-clerks-coin').repeatable = true),
    ['quests.json', 'entry "the-clerks-coin"', 'field exclusive', 'repeatable', 'group once-only quests'],
  ],
  [
    'a quest that requires two of a group',
    (files) => (quest(files, 'imps-in-the-hedge').requires = ['the-wardens-ear', 'the-clerks-coin']),
    ['quests.json', 'entry "imps-in-the-hedge"', 'field requires', 'another quest must be done as well', 'at most one'],
  ],
  [
    'a quest that requires the other of its own group',
    (files) => (quest(files, 'the-clerks-coin').requires = ['the-wardens-ear']),
    ['quests.json', 'entry "the-clerks-coin"', 'field requires', '"the-wardens-ear"', 'of whose group'],
  ],
  [
    'a given thing that does not exist',
    (files) => (quest(files, 'bread-while-warm').given = [{ item: 'oven-loaff', count: 3 }]),
    ['quests.json', 'entry "bread-while-warm"', 'field given.0.item', '"oven-loaff"', 'names no entry of items.json'],
  ],
  [
    'a given thing that can be sold',
    (files) => (quest(files, 'bread-while-warm').given = [{ item: 'barley-loaf', count: 3 }]),
    ['quests.json', 'entry "bread-while-warm"', 'field given.0.item', '"barley-loaf"', 'is worth something', 'of kind quest'],
  ],
  [
    'a thing that two quests give',
    (files) => (quest(files, 'hares-in-the-herbs').given = [{ item: 'oven-loaf', count: 1 }]),
    ['quests.json', 'entry "hares-in-the-herbs"', 'field given.0.item', 'also given by "bread-while-warm"', 'of its own'],
  ],
  [
    'a given thing that is collected',
    (files) => (quest(files, 'thyme-for-the-winter').given = [{ item: 'thyme-sprig', count: 1 }]),
    ['quests.json', 'entry "thyme-for-the-winter"', 'field given.0.item', 'what the quest collects', 'ask to deliver it'],
  ],
  [
    'a class that does not exist',
    (files) => (quest(files, 'toad-oil').classes = ['guardian', 'bard']),
    ['quests.json', 'entry "toad-oil"', 'field classes.1', '"bard"', 'names no entry of classes.json', 'correct the key'],
  ],
  [
    'a quest item that no quest asks for',
    (files) => (objective(files, 'thyme-for-the-winter').item = 'hare-pelt'),
    ['items.json', 'entry "thyme-sprig"', 'field kind', '"quest"', 'no quest', 'add it to a quest or remove it'],
  ],
]

describe('a planted fault of quests and objects', () => {
  it.each(faults)('%s is named with file, entry, field, value and remedy', (_name, spoil, words) => {
    expectNamed(spoil, words)
  })
})
