import { result } from '../protocol/result-codes.js'
import type { ResultCode } from '../src/protocol/result-codes.js'
import { actCode } from './interaction-rules.js'

/** What a click depends on. */
export interface ClickFacts {
  /** The bits of `flag` of whoever clicks. */
  readonly flags: number
  /** It is an object of this world. */
  readonly isObject: boolean
  readonly isInRange: boolean
  /** Nobody was quicker in this tick. */
  readonly isThere: boolean
  /** It opens for everybody, or for a quest that the character is on. */
  readonly isForMe: boolean
  /** The character still lacks what it holds, or it opens for everybody. */
  readonly isNeeded: boolean
}

/**
 * Everything but the room in the bag, in the order in which a player wants to hear it: whether one can act, whether it is
 * there and within reach, whether somebody was quicker (`alreadyDone`), whether it opens (`notOffered` without its quest,
 * `alreadyDone` for who has enough).
 */
export function clickCode(facts: ClickFacts): ResultCode {
  const code = actCode(facts.flags)
  if (code !== result.ok) return code
  if (!facts.isObject) return result.noSuchTarget
  if (!facts.isInRange) return result.outOfRange
  if (!facts.isThere) return result.alreadyDone
  if (!facts.isForMe) return result.notOffered
  return facts.isNeeded ? result.ok : result.alreadyDone
}
