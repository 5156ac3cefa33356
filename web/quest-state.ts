import { Progress } from '../components/progress.js'
import { OBJECTIVES_MAX, QUESTS_MAX, QuestLog, QuestsDone, questState } from '../components/quest-log.js'
import type { Client } from '../src/client/index.js'
import { type Content, objectiveCount, type QuestEntry } from './content.js'

/** A quest under way, as the own columns tell it. */
export interface QuestRow {
  readonly id: number
  readonly isComplete: boolean
  readonly isFailed: boolean
  /** Progress by objective. */
  readonly have: readonly number[]
}

export function questRows({ owner }: Client): QuestRow[] {
  const rows: QuestRow[] = []
  for (let row = 0; row < QUESTS_MAX; row += 1) {
    const id = owner.get(QuestLog, 'quest', row)
    if (id === 0) continue
    const have = Array.from({ length: OBJECTIVES_MAX }, (_, i) => owner.get(QuestLog, 'have', row * OBJECTIVES_MAX + i))
    const state = owner.get(QuestLog, 'state', row)
    rows.push({ id, isComplete: state === questState.complete, isFailed: state === questState.failed, have })
  }
  return rows
}

const isDone = ({ owner }: Client, id: number): boolean => (owner.get(QuestsDone, 'bits', id >>> 3) & (1 << (id & 7))) !== 0

/** Whether the character could take the quest now: what the server will say, foreseen, to mark who is worth a visit. */
function isOpen(client: Client, content: Content, quest: QuestEntry, rows: readonly QuestRow[]): boolean {
  if (rows.some(({ id }) => id === quest.id) || client.owner.get(Progress, 'level') < quest.levelMin) return false
  if (quest.repeatable !== true && isDone(client, quest.id)) return false
  const group = content.quests.list.filter(({ exclusive }) => exclusive !== undefined && exclusive === quest.exclusive)
  if (group.some(({ id }) => id !== quest.id && (isDone(client, id) || rows.some((row) => row.id === id)))) return false
  const ownClass = content.classes.get(client.owner.get(Progress, 'class'))?.key ?? ''
  if (quest.classes !== undefined && quest.classes.length > 0 && !quest.classes.includes(ownClass)) return false
  return (quest.requires ?? []).every((key) => isDone(client, content.quests.key(key)?.id ?? 0))
}

export interface QuestMarks {
  /** By the key of an NPC: `?` takes a finished quest back, `!` has a new one. */
  readonly byNpc: ReadonlyMap<string, '!' | '?'>
  /** Keys of the creatures that open objectives ask for. */
  readonly wanted: ReadonlySet<string>
}

/** Who and what the quests make worth a way. Looks through all quests: call it when the log changes, not every frame. */
export function questMarks(client: Client, content: Content): QuestMarks {
  const rows = questRows(client)
  const byNpc = new Map<string, '!' | '?'>()
  const wanted = new Set<string>()
  for (const quest of content.quests.list) if (isOpen(client, content, quest, rows)) byNpc.set(quest.giver, '!')
  for (const { id, isComplete, isFailed, have } of rows) {
    const quest = content.quests.get(id)
    if (quest === undefined) continue
    if (isComplete) byNpc.set(quest.ender, '?')
    else if (!isFailed)
      quest.objectives.forEach((objective, i) => {
        if (have[i] < objectiveCount(objective)) for (const key of content.creaturesFor(objective)) wanted.add(key)
      })
  }
  return { byNpc, wanted }
}
