/** Checks that every quest can be taken, finished and handed in. */
import { checkObjectives } from './checks-objectives.js'
import { checkTimeLimit } from './checks-time-limits.js'
import { type ContentIndex, checkReference } from './content-index.js'
import type { Problems, Spot } from './problems.js'
import { asksFor } from './quest-supply.js'
import type { RawContent } from './schema.js'
import type { RawQuest } from './schema-quests.js'

const FILE = 'quests.json'

const spotOf = (quest: RawQuest, field: string): Spot => ({ file: FILE, entry: quest.key, field })

function checkPeople(quest: RawQuest, index: ContentIndex, problems: Problems): void {
  for (const role of ['giver', 'ender'] as const) {
    const npc = checkReference(index.npcs, 'npcs.json', spotOf(quest, role), quest[role], problems)
    if (npc && !npc.services.includes('quests')) {
      problems.add(
        spotOf(quest, role),
        quest[role],
        'is an npc without the service quests',
        'add the service or name another npc',
      )
    }
  }
}

function checkClasses(quest: RawQuest, raw: RawContent, problems: Problems): void {
  quest.classes.forEach((key, i) => {
    if (raw.classes.some((kind) => kind.key === key)) return
    problems.add(spotOf(quest, `classes.${i}`), key, 'names no entry of classes.json', 'correct the key or add the entry')
  })
}

/**
 * A quest can be taken and given up as often as one likes: what comes with it must be worth nothing to anybody else. It is
 * taken back at the end by its kind alone, so that two quests must not give the same.
 */
function checkGiven(quest: RawQuest, raw: RawContent, index: ContentIndex, problems: Problems): void {
  quest.given.forEach(({ item: key }, i) => {
    const spot = spotOf(quest, `given.${i}.item`)
    const item = checkReference(index.items, 'items.json', spot, key, problems)
    if (item && (item.kind !== 'quest' || item.sellPrice > 0))
      problems.add(
        spot,
        key,
        'is worth something, and would be given again and again',
        'give items of kind quest without a price',
      )
    if (quest.objectives.some((objective) => objective.kind === 'collect' && objective.item === key))
      problems.add(spot, key, 'is what the quest collects', 'give something else, or ask to deliver it')
    const other = raw.quests.find(({ key: name, given }) => name !== quest.key && given.some((stack) => stack.item === key))
    if (other) problems.add(spot, key, `is also given by "${other.key}"`, 'give each quest an item of its own')
  })
}

function checkReward(quest: RawQuest, index: ContentIndex, problems: Problems): void {
  for (const list of ['items', 'choices'] as const) {
    quest.reward[list].forEach(({ item: key }, i) => {
      const spot = spotOf(quest, `reward.${list}.${i}.item`)
      const item = checkReference(index.items, 'items.json', spot, key, problems)
      if (item?.kind === 'quest') problems.add(spot, key, 'is a quest item', 'reward items of another kind')
    })
  }
}

/** The keys of all quests that one requires, by way of others too. Visits each once, so that a circle does not trap it. */
function requiredBy(quest: RawQuest, index: ContentIndex): ReadonlySet<string> {
  const seen = new Set<string>()
  const open = [...quest.requires]
  while (open.length > 0) {
    const key = open.pop()!
    if (seen.has(key)) continue
    seen.add(key)
    open.push(...(index.quests.get(key)?.requires ?? []))
  }
  return seen
}

function checkRequires(quest: RawQuest, index: ContentIndex, problems: Problems): void {
  quest.requires.forEach((key, i) => {
    const spot = spotOf(quest, `requires.${i}`)
    const required = checkReference(index.quests, FILE, spot, key, problems)
    if (!required) return
    if (required.level > quest.level || required.levelMin > quest.levelMin) {
      const own = `${quest.level} from ${quest.levelMin}`
      const what = `is of level ${required.level} from ${required.levelMin}, above this quest's ${own}`
      problems.add(spot, key, what, 'require only quests of the same or a lower level')
    }
    if (required.repeatable)
      problems.add(spot, key, 'is repeatable, so that it is never done for good', 'require a once-only quest')
  })
  const required = requiredBy(quest, index)
  if (required.has(quest.key)) {
    problems.add(spotOf(quest, 'requires'), quest.requires, 'leads back to this quest', 'break the circle')
  }
  checkChoices(quest, [...required], index, problems)
}

/** Nobody can do two quests of one group, so that no quest may need both, and none the other of its own group. */
function checkChoices(quest: RawQuest, required: readonly string[], index: ContentIndex, problems: Problems): void {
  const groups = new Set(quest.exclusive === undefined ? [] : [quest.exclusive])
  for (const key of required) {
    const group = index.quests.get(key)?.exclusive
    if (group === undefined || key === quest.key) continue
    if (groups.has(group)) {
      const what = `leads to "${key}", of whose group "${group}" another quest must be done as well`
      problems.add(spotOf(quest, 'requires'), quest.requires, what, 'require at most one quest of a group')
    }
    groups.add(group)
  }
}

function checkGroups(raw: RawContent, problems: Problems): void {
  for (const quest of raw.quests) {
    const group = quest.exclusive
    if (group === undefined) continue
    if (raw.quests.filter(({ exclusive }) => exclusive === group).length < 2)
      problems.add(
        spotOf(quest, 'exclusive'),
        group,
        'is a group of one quest',
        'name the group in another quest or leave it out',
      )
    if (quest.repeatable)
      problems.add(spotOf(quest, 'exclusive'), group, 'is a group, but the quest is repeatable', 'group once-only quests')
  }
}

/** Every quest item is for something: asked for by an objective, or given for one. */
function checkQuestItems(raw: RawContent, problems: Problems): void {
  for (const { key, kind } of raw.items) {
    if (kind !== 'quest' || raw.quests.some((quest) => quest.objectives.some((objective) => asksFor(objective, key)))) continue
    problems.add(
      { file: 'items.json', entry: key, field: 'kind' },
      kind,
      'no quest asks for it',
      'add it to a quest or remove it',
    )
  }
}

function checkLevels(quest: RawQuest, raw: RawContent, problems: Problems): void {
  if (quest.levelMin > quest.level) {
    problems.add(
      spotOf(quest, 'levelMin'),
      quest.levelMin,
      `is above the level, which is ${quest.level}`,
      'give at most the level',
    )
  }
  if (quest.level > raw.rates.levelMax) {
    problems.add(spotOf(quest, 'level'), quest.level, 'is above the highest level', `give at most ${raw.rates.levelMax}`)
  }
}

export function checkQuests(raw: RawContent, index: ContentIndex, problems: Problems): void {
  for (const quest of raw.quests) {
    checkLevels(quest, raw, problems)
    checkPeople(quest, index, problems)
    checkClasses(quest, raw, problems)
    checkObjectives(quest, raw, index, problems)
    checkGiven(quest, raw, index, problems)
    checkReward(quest, index, problems)
    checkRequires(quest, index, problems)
    checkTimeLimit(quest, raw, index, problems)
  }
  checkGroups(raw, problems)
  checkQuestItems(raw, problems)
}
