/** Checks that every quest can be taken, finished and handed in. */
import { type ContentIndex, checkReference } from './content-index.js'
import type { Problems, Spot } from './problems.js'
import type { RawContent, RawCreature } from './schema.js'
import type { RawQuest } from './schema-quests.js'

const FILE = 'quests.json'
/** A quest may ask for creatures whose lowest level is this far above its own. */
export const QUEST_REACH_LEVELS = 2
/** Least chance of a collected item: of one that drops for everybody, and of one that drops for the quest alone. */
export const COLLECT_CHANCE_MIN = 0.1
export const QUEST_DROP_CHANCE_MIN = 0.35

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

const isInReach = (kind: RawCreature, quest: RawQuest): boolean => kind.levelMin <= quest.level + QUEST_REACH_LEVELS

/** Whether the item can be collected for the quest from this kind: within reach, and often enough not to be a toil. */
export function isSupplier(kind: RawCreature, item: string, quest: RawQuest): boolean {
  if (!isInReach(kind, quest)) return false
  return kind.loot.some((loot) => {
    if (loot.item !== item) return false
    if (loot.quest === undefined) return loot.chance >= COLLECT_CHANCE_MIN
    return loot.quest === quest.key && loot.chance >= QUEST_DROP_CHANCE_MIN
  })
}

function checkCollect(quest: RawQuest, item: string, field: string, raw: RawContent, problems: Problems): void {
  const living = new Set(raw.spawns.map((area) => area.creature))
  if (raw.creatures.some((kind) => living.has(kind.key) && isSupplier(kind, item, quest))) return
  const what = `drops from no living creature of level ${quest.level + QUEST_REACH_LEVELS} or below often enough`
  const remedy = `give one a chance of at least ${COLLECT_CHANCE_MIN}, or ${QUEST_DROP_CHANCE_MIN} for this quest alone`
  problems.add(spotOf(quest, field), item, what, remedy)
}

function checkObjectives(quest: RawQuest, raw: RawContent, index: ContentIndex, problems: Problems): void {
  quest.objectives.forEach((objective, i) => {
    const field = `objectives.${i}`
    if (objective.kind === 'collect') {
      const item = checkReference(index.items, 'items.json', spotOf(quest, `${field}.item`), objective.item, problems)
      if (item) checkCollect(quest, objective.item, `${field}.item`, raw, problems)
    } else if ('npc' in objective && objective.npc !== undefined) {
      checkReference(index.npcs, 'npcs.json', spotOf(quest, `${field}.npc`), objective.npc, problems)
    }
    if ('item' in objective && objective.kind !== 'collect') {
      checkReference(index.items, 'items.json', spotOf(quest, `${field}.item`), objective.item, problems)
    }
    if ('creatures' in objective) {
      objective.creatures.forEach((key, n) => {
        const spot = spotOf(quest, `${field}.creatures.${n}`)
        const kind = checkReference(index.creatures, 'creatures.json', spot, key, problems)
        if (!kind || isInReach(kind, quest)) return
        problems.add(
          spot,
          key,
          `starts at level ${kind.levelMin}, too high for the quest's ${quest.level}`,
          'raise the quest or name another',
        )
      })
    }
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

/** Whether a quest requires itself by way of others. Visits each quest once, so that a circle elsewhere does not trap it. */
function isInCycle(start: RawQuest, index: ContentIndex): boolean {
  const seen = new Set<string>()
  const open = [...start.requires]
  while (open.length > 0) {
    const key = open.pop()!
    if (key === start.key) return true
    if (seen.has(key)) continue
    seen.add(key)
    open.push(...(index.quests.get(key)?.requires ?? []))
  }
  return false
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
  if (isInCycle(quest, index)) {
    problems.add(spotOf(quest, 'requires'), quest.requires, 'leads back to this quest', 'break the circle')
  }
}

export function checkQuests(raw: RawContent, index: ContentIndex, problems: Problems): void {
  for (const quest of raw.quests) {
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
    checkPeople(quest, index, problems)
    checkObjectives(quest, raw, index, problems)
    checkReward(quest, index, problems)
    checkRequires(quest, index, problems)
  }
  const wanted = new Set(raw.quests.flatMap((quest) => quest.objectives.map((o) => (o.kind === 'collect' ? o.item : ''))))
  for (const { key, kind } of raw.items) {
    if (kind !== 'quest' || wanted.has(key)) continue
    problems.add(
      { file: 'items.json', entry: key, field: 'kind' },
      kind,
      'no quest collects it',
      'add it to a quest or remove it',
    )
  }
}
