import { describe, expect, it } from 'vitest'
import { parseContent } from '../../systems/content/tables.js'
import { contentFiles, type Entry, entryOf } from '../systems/content-files.js'
import { content } from '../systems/small-world.js'

type Lines = { spell: string; target: string; when?: Record<string, unknown> }[]

/** What the check says of the shipped files after one was spoilt. */
function verdict(spoil: (files: Record<string, unknown>) => void): string {
  const files = contentFiles()
  spoil(files)
  try {
    parseContent(files)
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

const lines = (files: Record<string, unknown>, key: string): Lines => entryOf(files, 'rotations.json', key).entries as Lines

describe('rotations.json', () => {
  it('has a rotation for each class, of spells that it learns, in their places of its book', () => {
    for (const { id, spells } of content.classList) {
      const [rotation] = content.rotations[id]
      expect(rotation.class).toBe(id)
      for (const { spell, place } of rotation.entries) expect(spells[place].spell).toBe(spell)
      // A bot of level 1 has something to cast.
      const first = spells.filter(({ level }) => level === 1).map(({ spell }) => spell)
      expect(rotation.entries.some(({ spell }) => first.includes(spell))).toBe(true)
    }
  })

  it.each<[string, (files: Record<string, unknown>) => void, RegExp]>([
    [
      'a class without one',
      (files) => {
        files['rotations.json'] = (files['rotations.json'] as Entry[]).filter(({ class: of }) => of !== 'blade')
      },
      /rotations\.json, field class: "blade": has no rotation/,
    ],
    [
      'a spell of another class',
      (files) => {
        lines(files, 'blade-damage')[0].spell = 'ember-dart'
      },
      /entry "blade-damage", field entries\.0\.spell: "ember-dart": is no spell of blade/,
    ],
    [
      'help for an enemy',
      (files) => {
        lines(files, 'mender-healer')[0].target = 'enemy'
      },
      /entry "mender-healer", field entries\.0\.target: "enemy": does not fit/,
    ],
    [
      'an aura that is not there',
      (files) => {
        lines(files, 'mender-healer')[0].when = { selfLacks: 'no-such-aura' }
      },
      /field entries\.0\.when\.selfLacks: "no-such-aura": names no entry of auras\.json/,
    ],
    [
      'two of one class and role',
      (files) => {
        const file = files['rotations.json'] as Entry[]
        file.push({ ...file[0], id: 99, key: 'another-tank' })
      },
      /entry "another-tank", field role: "tank": is the role of two rotations/,
    ],
    [
      'a class that is not there',
      (files) => {
        entryOf(files, 'rotations.json', 'blade-damage').class = 'juggler'
      },
      /entry "blade-damage", field class: "juggler": names no entry of classes\.json/,
    ],
    [
      'a condition that is not known',
      (files) => {
        lines(files, 'blade-damage')[0].when = { moonFull: true }
      },
      /when\.moonFull: true: is an unknown field/,
    ],
  ])('is refused for %s', (_what, spoil, message) => {
    expect(verdict(spoil)).toMatch(message)
  })
})
