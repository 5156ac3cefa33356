import { QUEST_IDS_MAX } from '../components/quest-log.js'
import { MyriadError } from '../src/errors.js'
import { gearScore } from './brain/classify.js'
import type { ClassKind, Content, ItemKind, Place, QuestKind } from './content/types.js'
import { equipSlots } from './content/words.js'

/** Bots of levels `from` to `to` in this proportion to the others. */
export interface LevelShare {
  readonly from: number
  readonly to: number
  readonly weight: number
}

/** Where bots appear: `starts`: where new characters do; `grounds`: where there is prey of their level; `auto`: level 1 at the starts, others at the grounds. */
export type BotPlaces = 'auto' | 'starts' | 'grounds'

/** What a world that people visit is filled with: most bots at the beginning, some at every level, few at the highest. */
function spreadShares(levelMax: number): readonly LevelShare[] {
  const middle = Math.floor(levelMax / 2)
  const early = Math.floor(levelMax / 5)
  const bands = [
    { from: 1, to: 1, weight: 25 },
    { from: 2, to: early, weight: 25 },
    { from: Math.max(2, early + 1), to: middle - 1, weight: 25 },
    { from: Math.max(2, middle), to: levelMax - 1, weight: 24 },
    { from: Math.max(2, levelMax), to: levelMax, weight: 1 },
  ]
  return bands.filter(({ from, to }) => from <= to)
}

/**
 * Reads `1-20` or `1:40,2-5:30,10`: levels or ranges of them, each with its weight (1 unless given); or `spread`: over all
 * levels. Throws `BAD_CONFIG` for a level that there is not, and for a range from a higher to a lower one.
 */
export function levelShares(text: string, levelMax: number): readonly LevelShare[] {
  if (text === 'spread') return spreadShares(levelMax)
  return text.split(',').map((part) => {
    const [levels, weight = '1'] = part.split(':')
    const [from, to = from] = levels.split('-').map(Number)
    if (!(1 <= from && from <= to && to <= levelMax)) {
      const limit = `levels are 1 to ${levelMax}, the lower one first`
      throw new MyriadError(
        'BAD_CONFIG',
        `botLevels names "${levels}", but ${limit}; correct it, or say "spread" for all of them`,
      )
    }
    return { from, to, weight: Number(weight) }
  })
}

/** Reads `guardian:2,mender`: a weight a class. Throws `BAD_CONFIG` for a class that the content does not have. */
export function classShares(text: string, classes: readonly ClassKind[]): readonly number[] {
  const weights = classes.map(() => 0)
  for (const part of text.split(',')) {
    const [key, weight = '1'] = part.split(':')
    const place = classes.findIndex((kind) => kind.key === key)
    if (place < 0) {
      const known = classes.map((kind) => kind.key).join(', ')
      throw new MyriadError('BAD_CONFIG', `botClasses names "${key}", which is no class; known are ${known}`)
    }
    weights[place] += Number(weight)
  }
  return weights
}

/** The place in the list whose turn a draw in [0, 1) is, each as likely as its weight; the last when all are 0. */
export function weighted(weights: readonly number[], draw: number): number {
  let left = draw * weights.reduce((sum, weight) => sum + weight, 0)
  for (let i = 0; i < weights.length; i += 1) {
    left -= weights[i]
    if (left < 0) return i
  }
  return weights.length - 1
}

/** A level by its share, even within a range. */
export function drawLevel(shares: readonly LevelShare[], shareDraw: number, levelDraw: number): number {
  const weights = shares.map(({ weight }) => weight)
  const { from, to } = shares[weighted(weights, shareDraw)]
  return from + Math.floor(levelDraw * (to - from + 1))
}

/** Ground beyond the creatures' own, so that not everybody wakes among teeth. */
const RIM_FACTOR = 1.3

/** A disc to appear in: one of the starts, or a hunting ground that suits the level, one with more creatures the more often. */
export function arrivalPlace(content: Content, places: BotPlaces, level: number, draw: number): Place {
  const { starts } = content.zone
  const atStart = places === 'starts' || (places === 'auto' && level === 1)
  const grounds = atStart ? [] : content.huntingAreas.filter((area) => area.levelMin <= level && area.levelMax >= level - 2)
  if (grounds.length === 0) return starts[Math.floor(draw * starts.length)]
  const counts = grounds.map(({ count }) => count)
  const { x, z, radiusM } = grounds[weighted(counts, draw)]
  return { x, z, radiusM: radiusM * RIM_FACTOR }
}

/**
 * The quests that a character of that class and level has behind it: all below its level that are done once only, but of each exclusive
 * group the first. What requires a quest that is not among them is not among them either.
 */
export function questsBehind(content: Content, classId: number, level: number): readonly QuestKind[] {
  const done = new Set<number>()
  const groups = new Set<string>()
  const behind: QuestKind[] = []
  const byLevel = [...content.questList].sort((a, b) => a.level - b.level || a.id - b.id)
  // A chain may have several quests of one level in any order of ids: as many rounds as there are links.
  for (let found = true; found; ) {
    found = false
    for (const quest of byLevel) {
      const isOpen = quest.level < level && quest.levelMin < level && !quest.repeatable && quest.id < QUEST_IDS_MAX
      if (quest.classes.length > 0 && !quest.classes.includes(classId)) continue
      if (!isOpen || done.has(quest.id) || !quest.requires.every((id) => done.has(id))) continue
      if (quest.exclusive !== '' && groups.has(quest.exclusive)) continue
      done.add(quest.id)
      groups.add(quest.exclusive)
      behind.push(quest)
      found = true
    }
  }
  return behind
}

/** What those quests paid in gold: a character spends on its gear about what it finds. */
export const goldBehind = (quests: readonly QuestKind[]): number => quests.reduce((sum, { reward }) => sum + reward.gold, 0)

/**
 * What a character of that class and level wears that has bought its gear: in each slot the best that a trader has in stock for it; by place
 * in `equipSlots`, undefined where there is nothing to be had.
 */
export function gearBehind(content: Content, classKind: ClassKind, level: number): readonly (ItemKind | undefined)[] {
  const onSale = new Set(content.npcList.flatMap(({ stock }) => stock.map(({ item }) => item)))
  return equipSlots.map((slot) => {
    let best: ItemKind | undefined
    for (const item of content.itemList) {
      if (item.slot !== slot || item.levelMin > level || !onSale.has(item.id)) continue
      if (item.classes.length > 0 && !item.classes.includes(classKind.id)) continue
      if (best === undefined || gearScore(item, classKind) > gearScore(best, classKind)) best = item
    }
    return best
  })
}
