/** Checks of what stands in the world to be clicked. */
import { checkInside } from './checks-places.js'
import { type ContentIndex, checkReference } from './content-index.js'
import type { Problems, Spot } from './problems.js'
import { asksFor } from './quest-supply.js'
import type { RawContent } from './schema.js'
import type { RawObject } from './schema-quests.js'

const FILE = 'objects.json'
/** Objects of one zone. */
export const OBJECTS_MAX = 8_192

function checkUse(object: RawObject, index: ContentIndex, problems: Problems): void {
  const spot = (field: string): Spot => ({ file: FILE, entry: object.key, field })
  const item = checkReference(index.items, 'items.json', spot('item'), object.item, problems)
  if (object.quest === undefined) {
    if (item?.kind === 'quest')
      problems.add(spot('item'), object.item, 'is a quest item that everybody could take', 'name its quest in the field quest')
    return
  }
  const quest = checkReference(index.quests, 'quests.json', spot('quest'), object.quest, problems)
  if (quest && !quest.objectives.some((objective) => asksFor(objective, object.item)))
    problems.add(spot('quest'), object.quest, `does not ask for "${object.item}"`, 'name the quest that does, or leave it out')
}

export function checkObjects(raw: RawContent, index: ContentIndex, problems: Problems): void {
  for (const object of raw.objects) {
    checkUse(object, index, problems)
    object.places.forEach((place, i) => {
      checkInside(raw.zone, { file: FILE, entry: object.key, field: `places.${i}` }, place, place.radiusM, problems)
    })
  }
  const total = raw.objects.reduce((sum, { places }) => sum + places.reduce((n, { count }) => n + count, 0), 0)
  if (total > OBJECTS_MAX)
    problems.add({ file: FILE, entry: '', field: 'places' }, total, 'is too many objects together', `have at most ${OBJECTS_MAX}`)
}
