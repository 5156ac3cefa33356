import { defineComponent } from '../src/ecs/component.js'
import { each, u8, u16, u32 } from '../src/schema/fields.js'

export const QUESTS_MAX = 25
export const OBJECTIVES_MAX = 4
export const QUEST_IDS_MAX = 256

/** What has become of a quest in the log. A failed one can only be given up. */
export const questState = Object.freeze({ empty: 0, active: 1, complete: 2, failed: 3 })

/** Quests under way. `have`: progress of each objective, `OBJECTIVES_MAX` a quest. `untilTick`: when a timed one fails, else 0. */
export const QuestLog = defineComponent(
  'QuestLog',
  {
    quest: each(u16, QUESTS_MAX),
    state: each(u8, QUESTS_MAX),
    have: each(u16, QUESTS_MAX * OBJECTIVES_MAX),
    untilTick: each(u32, QUESTS_MAX),
  },
  { replicate: 'owner', persist: 'tick' },
)

/** One bit a quest id: rewarded at least once. */
export const QuestsDone = defineComponent(
  'QuestsDone',
  { bits: each(u8, QUEST_IDS_MAX / 8) },
  { replicate: 'owner', persist: 'tick' },
)
