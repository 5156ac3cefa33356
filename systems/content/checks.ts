/**
 * What one entry of the content says of another: every reference exists, ranges are the right way round, every quest
 * can be finished, every creature lives somewhere, every level has enough to hunt. The schema has judged the entries
 * one by one before.
 */

import { checkBands } from './checks-bands.js'
import { checkItems } from './checks-items.js'
import { checkObjects } from './checks-objects.js'
import { checkPlaces } from './checks-places.js'
import { checkQuests } from './checks-quests.js'
import { checkRotations } from './checks-rotations.js'
import { checkSpells } from './checks-spells.js'
import { type ContentIndex, checkReference, indexContent } from './content-index.js'
import type { Problems } from './problems.js'
import { asksFor } from './quest-supply.js'
import type { RawContent } from './schema.js'

interface Identified {
  readonly id: number
  readonly key: string
}

function checkUnique(file: string, entries: readonly Identified[], problems: Problems): void {
  const keys = new Set<string>()
  const ids = new Map<number, string>()
  for (const { id, key } of entries) {
    if (keys.has(key)) problems.add({ file, entry: key, field: 'key' }, key, 'is the key of two entries', 'give each its own')
    keys.add(key)
    const owner = ids.get(id)
    if (owner !== undefined) {
      problems.add({ file, entry: key, field: 'id' }, id, `is also the id of "${owner}"`, 'give an id that no entry has or had')
    } else ids.set(id, key)
  }
}

/** An entry's `<stem>Min` may not exceed its `<stem>Max`. */
function checkRange(file: string, entry: string, stem: string, min: number, max: number, problems: Problems): void {
  if (min <= max) return
  problems.add(
    { file, entry, field: `${stem}Min` },
    min,
    `is above ${stem}Max, which is ${max}`,
    'raise the maximum or lower the minimum',
  )
}

function checkRanges(raw: RawContent, problems: Problems): void {
  checkRange('rates.json', '', 'respawn', raw.rates.respawnMinMs, raw.rates.respawnMaxMs, problems)
  for (const { key, weapon } of raw.classes) {
    checkRange('classes.json', key, 'weapon.damage', weapon.damageMin, weapon.damageMax, problems)
  }
  for (const { key, effects } of raw.spells) {
    effects.forEach(({ amountMin, amountMax }, i) => {
      checkRange('spells.json', key, `effects.${i}.amount`, amountMin, amountMax, problems)
    })
  }
  for (const kind of raw.creatures) {
    const file = 'creatures.json'
    checkRange(file, kind.key, 'level', kind.levelMin, kind.levelMax, problems)
    checkRange(file, kind.key, 'damage', kind.damageMin, kind.damageMax, problems)
    checkRange(file, kind.key, 'gold', kind.goldMin, kind.goldMax, problems)
    kind.loot.forEach(({ countMin, countMax }, i) => {
      checkRange(file, kind.key, `loot.${i}.count`, countMin, countMax, problems)
    })
  }
}

function checkClasses(raw: RawContent, index: ContentIndex, problems: Problems): void {
  const file = 'classes.json'
  for (const kind of raw.classes) {
    let fightsAtOne = false
    kind.spells.forEach(({ spell: key, level }, i) => {
      const field = `spells.${i}`
      if (level > raw.rates.levelMax) {
        problems.add(
          { file, entry: kind.key, field: `${field}.level` },
          level,
          'is never reached',
          `give at most ${raw.rates.levelMax}`,
        )
      }
      const spell = checkReference(index.spells, 'spells.json', { file, entry: kind.key, field: `${field}.spell` }, key, problems)
      if (spell === undefined) return
      if (level === 1 && spell.effects.some(({ kind }) => kind === 'damage')) fightsAtOne = true
      const power = kind.powerBase + kind.powerPerLevel * (level - 1)
      if (spell.cost > power) {
        const what = `costs ${spell.cost}, more than the ${power} ${kind.power} of level ${level}`
        problems.add({ file, entry: kind.key, field: `${field}.spell` }, key, what, 'lower the cost or raise the power')
      }
    })
    if (!fightsAtOne) {
      problems.add(
        { file, entry: kind.key, field: 'spells' },
        kind.spells,
        'has no damage spell at level 1',
        'teach one at level 1',
      )
    }
  }
}

function checkLoot(raw: RawContent, index: ContentIndex, problems: Problems): void {
  const file = 'creatures.json'
  for (const kind of raw.creatures) {
    if (kind.levelMax > raw.rates.levelMax) {
      const remedy = `give at most ${raw.rates.levelMax}`
      problems.add({ file, entry: kind.key, field: 'levelMax' }, kind.levelMax, 'is above the highest level', remedy)
    }
    kind.loot.forEach((loot, i) => {
      const spot = (field: string) => ({ file, entry: kind.key, field: `loot.${i}.${field}` })
      const item = checkReference(index.items, 'items.json', spot('item'), loot.item, problems)
      if (loot.quest === undefined) {
        if (item?.kind === 'quest') {
          problems.add(
            spot('item'),
            loot.item,
            'is a quest item that would drop for everybody',
            'name its quest in the field quest',
          )
        }
        return
      }
      const quest = checkReference(index.quests, 'quests.json', spot('quest'), loot.quest, problems)
      if (quest && !quest.objectives.some((objective) => asksFor(objective, loot.item))) {
        problems.add(
          spot('quest'),
          loot.quest,
          `does not ask for "${loot.item}"`,
          'name the quest that does, or leave the field out',
        )
      }
    })
  }
}

/** Adds to `problems` everything wrong between the entries. */
export function runChecks(raw: RawContent, problems: Problems): void {
  checkUnique('classes.json', raw.classes, problems)
  checkUnique('spells.json', raw.spells, problems)
  checkUnique('auras.json', raw.auras, problems)
  checkUnique('items.json', raw.items, problems)
  checkUnique('creatures.json', raw.creatures, problems)
  checkUnique('npcs.json', raw.npcs, problems)
  checkUnique('quests.json', raw.quests, problems)
  checkUnique('objects.json', raw.objects, problems)
  checkUnique('rotations.json', raw.rotations, problems)
  const index = indexContent(raw)
  checkRanges(raw, problems)
  checkClasses(raw, index, problems)
  checkSpells(raw, index, problems)
  checkRotations(raw, index, problems)
  checkLoot(raw, index, problems)
  checkItems(raw, index, problems)
  checkPlaces(raw, index, problems)
  checkBands(raw, problems)
  checkObjects(raw, index, problems)
  checkQuests(raw, index, problems)
}
