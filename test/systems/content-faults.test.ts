import { describe, expect, it } from 'vitest'
import { PROBLEMS_SHOWN_MAX } from '../../systems/content/problems.js'
import { type Entry, entryOf, errorOf, expectNamed, type Fault } from './content-files.js'

const faults: readonly Fault[] = [
  [
    'a reference that names nothing',
    (files) => ((entryOf(files, 'creatures.json', 'ash-jackal').loot as Entry[])[0]!.item = 'torn-pel'),
    ['creatures.json', 'entry "ash-jackal"', 'field loot.0.item', '"torn-pel"', 'items.json', 'correct the key'],
  ],
  [
    'an unknown field',
    (files) => (entryOf(files, 'items.json', 'hare-pelt').colour = 'grey'),
    ['items.json', 'entry "hare-pelt"', 'field colour', '"grey"', 'unknown field', 'remove it'],
  ],
  [
    'a wrong type',
    (files) => (entryOf(files, 'spells.json', 'ember-dart').castMs = '1500'),
    ['spells.json', 'entry "ember-dart"', 'field castMs', '"1500"', 'wrong type', 'give it as number'],
  ],
  [
    'a missing field',
    (files) => delete (files['zone.json'] as Entry).sizeM,
    ['zone.json, field sizeM', 'missing', 'add it, of type number'],
  ],
  [
    'a value out of bounds',
    (files) => ((files['rates.json'] as Record<string, Entry>).combat!.missChance = 1.5),
    ['rates.json, field combat.missChance', '1.5', 'too big', 'give at most 1'],
  ],
  [
    'a word that is none of the list',
    (files) => (entryOf(files, 'classes.json', 'blade').power = 'focus'),
    ['classes.json', 'entry "blade"', 'field power', '"focus"', 'give one of rage, mana, energy'],
  ],
  [
    'an unknown kind of objective',
    (files) => (entryOf(files, 'quests.json', 'toad-oil').objectives = [{ kind: 'dance', count: 1 }]),
    [
      'quests.json',
      'entry "toad-oil"',
      'field objectives.0.kind',
      '"dance"',
      'give one of kill, collect, talk, explore, deliver, useItem',
    ],
  ],
  ['a missing file', (files) => delete files['npcs.json'], ['npcs.json', 'missing', 'add it to the content folder']],
  ['a file of no known name', (files) => (files['spell.json'] = []), ['spell.json', 'not a content file', 'remove it']],
  [
    'an id given twice',
    (files) => (entryOf(files, 'creatures.json', 'furrow-rat').id = 1),
    ['creatures.json', 'entry "furrow-rat"', 'field id', ': 1:', 'also the id of "bristle-hare"', 'no entry has'],
  ],
  [
    'a circle of required quests',
    (files) => (entryOf(files, 'quests.json', 'word-to-the-warden').requires = ['the-green-road']),
    ['quests.json', 'entry "word-to-the-warden"', 'field requires', '"the-green-road"', 'leads back', 'break the circle'],
  ],
  [
    'a required quest of a higher level',
    (files) => (entryOf(files, 'quests.json', 'toad-oil').requires = ['cats-on-the-crag']),
    ['quests.json', 'entry "toad-oil"', 'field requires.0', '"cats-on-the-crag"', 'of level 14', 'same or a lower level'],
  ],
  [
    'an area beyond the edge of the zone',
    (files) => (entryOf(files, 'spawns.json', 'rime-hound-1').x = 1_990),
    ['spawns.json', 'entry "rime-hound-1"', 'field x', '"x":1990', 'not inside the zone', 'within 0 and 2000'],
  ],
  [
    'an area over the town',
    (files) => Object.assign(entryOf(files, 'spawns.json', 'bristle-hare-1'), { x: 1_100, z: 1_000 }),
    ['spawns.json', 'entry "bristle-hare-1"', 'field x', '1100', 'overlaps the town', 'move the area'],
  ],
  [
    'an aggressive creature beside a start',
    (files) => Object.assign(entryOf(files, 'spawns.json', 'hedge-imp-1'), { x: 1_220, z: 1_057 }),
    ['spawns.json', 'entry "hedge-imp-1"', 'field x', '1220', 'attacks first', 'leave at least'],
  ],
  [
    'a creature that lives nowhere',
    (files) => (files['spawns.json'] = (files['spawns.json'] as Entry[]).filter((area) => area.creature !== 'moor-stag')),
    ['creatures.json', 'entry "moor-stag"', 'lives nowhere', 'add an area to spawns.json'],
  ],
  [
    'a quest item that no longer drops often enough',
    (files) => ((entryOf(files, 'creatures.json', 'bog-toad').loot as Entry[])[1]!.chance = 0.2),
    [
      'quests.json',
      'entry "toad-oil"',
      'field objectives.0.item',
      '"toad-gland"',
      'often enough',
      'give one a chance of at least',
    ],
  ],
  [
    'a giver without the service',
    (files) => (entryOf(files, 'quests.json', 'toad-oil').giver = 'corvin'),
    ['quests.json', 'entry "toad-oil"', 'field giver', '"corvin"', 'without the service quests', 'name another npc'],
  ],
  [
    'a quest too low for its prey',
    (files) =>
      (entryOf(files, 'quests.json', 'hares-in-the-herbs').objectives = [{ kind: 'kill', creatures: ['crag-cat'], count: 1 }]),
    ['quests.json', 'entry "hares-in-the-herbs"', 'objectives.0.creatures.0', '"crag-cat"', 'too high', 'raise the quest'],
  ],
  [
    'a class that cannot fight at level 1',
    (files) => ((entryOf(files, 'classes.json', 'mender').spells as Entry[])[0]!.level = 2),
    ['classes.json', 'entry "mender"', 'field spells', 'no damage spell at level 1', 'teach one'],
  ],
  [
    'a range the wrong way round',
    (files) => (entryOf(files, 'creatures.json', 'stone-ram').damageMin = 90),
    ['creatures.json', 'entry "stone-ram"', 'field damageMin', ': 90:', 'above damageMax', 'lower the minimum'],
  ],
  [
    'a negative price',
    (files) => (entryOf(files, 'items.json', 'ram-horn').sellPrice = -1),
    ['items.json', 'entry "ram-horn"', 'field sellPrice', ': -1:', 'give at least 0'],
  ],
  [
    'a graveyard without a healer',
    (files) => (files['npcs.json'] = (files['npcs.json'] as Entry[]).filter((npc) => npc.key !== 'lantern-moor')),
    ['zone.json, field graveyards.5', '"x":378', 'no spirit healer', 'put an npc'],
  ],
  [
    'too few creatures for a level',
    (files) => {
      for (const area of files['spawns.json'] as Entry[])
        if (`${area.creature}`.match(/slate|raven|crag|ram$|harpy|knight|witch/)) area.count = 1
    },
    ['spawns.json, field count', 'too few spawns of levels', 'for a character of level 15', 'add areas until there are 200'],
  ],
]

describe('a planted fault', () => {
  it.each(faults)('%s is named with file, entry, field, value and remedy', (_name, spoil, words) => {
    expectNamed(spoil, words)
  })

  it('is reported together with all others, a line each', () => {
    const message = errorOf((files) => {
      entryOf(files, 'items.json', 'ram-horn').sellPrice = -1
      entryOf(files, 'spells.json', 'ember-dart').target = 'foe'
      delete entryOf(files, 'npcs.json', 'ysolde').title
    })
    expect(message.split('\n').length).toBe(3)
  })

  it('is only counted beyond the first twenty', () => {
    const message = errorOf((files) => {
      for (const area of (files['spawns.json'] as Entry[]).slice(0, 27)) area.count = 0
    })
    const lines = message.split('\n')
    expect(lines.length).toBe(PROBLEMS_SHOWN_MAX + 1)
    expect(lines.at(-1)).toBe('and 7 more')
  })
})
