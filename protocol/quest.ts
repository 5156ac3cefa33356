import { QUESTS_MAX } from '../components/quest-log.js'
import { toClient, toServer } from '../src/protocol/opcode.js'
import { list, u8, u16, u32 } from '../src/schema/fields.js'

const action = { auth: 'inWorld', rate: 'action', handler: 'quest' } as const

export const QuestAccept = toServer({
  id: 0x0701,
  name: 'quest.accept',
  payload: { giver: u32, quest: u16 },
  ...action,
  doc: 'Takes a quest that the NPC offers, with the things that come with it.',
})
export const QuestComplete = toServer({
  id: 0x0702,
  name: 'quest.complete',
  payload: { giver: u32, quest: u16 },
  ...action,
  durable: true,
  doc: 'Hands in a quest whose objectives are met; the NPC takes first what it was to be brought. Where a reward is to be chosen, answered by quest.completed; choose next.',
})
export const QuestChooseReward = toServer({
  id: 0x0703,
  name: 'quest.chooseReward',
  payload: { giver: u32, quest: u16, choice: u8 },
  ...action,
  durable: true,
  doc: 'Hands in a quest and takes that one of its choices.',
})
export const QuestAbandon = toServer({
  id: 0x0704,
  name: 'quest.abandon',
  payload: { quest: u16 },
  ...action,
  doc: 'Gives a quest up, a failed one as well; its progress is lost, and what is left of the things that came with it.',
})
export const QuestList = toServer({
  id: 0x0706,
  name: 'quest.list',
  payload: { giver: u32 },
  ...action,
  rate: 'query',
  doc: 'Speaks to an NPC about its quests; counts as the talk that an objective may ask for. The NPC takes what it was to be brought.',
})

export const QuestLogAll = toClient({
  id: 0x8701,
  name: 'quest.log',
  payload: { active: list(u16, QUESTS_MAX) },
  doc: 'The quests under way, after one was taken, handed in or given up. Progress stands in the owner columns.',
})
export const QuestProgress = toClient({
  id: 0x8702,
  name: 'quest.progress',
  payload: { quest: u16, objective: u8, have: u16, need: u16 },
  doc: 'An objective moved on.',
})
export const QuestCompleted = toClient({
  id: 0x8703,
  name: 'quest.completed',
  payload: { quest: u16 },
  doc: 'All objectives of the quest are met.',
})
export const QuestRewarded = toClient({
  id: 0x8704,
  name: 'quest.rewarded',
  payload: { quest: u16, experience: u32, gold: u32 },
  doc: 'The quest is handed in and paid.',
})
export const QuestFailed = toClient({
  id: 0x8707,
  name: 'quest.failed',
  payload: { quest: u16 },
  doc: 'The time of the quest is over. It stays in the log until it is given up; then it may be taken again.',
})
export const QuestOffered = toClient({
  id: 0x8706,
  name: 'quest.offered',
  payload: { giver: u32, offered: list(u16, 64), returned: list(u16, 64) },
  doc: 'What the NPC offers to this character, and which of its quests it would take back now.',
})
