import { describe, expect, it } from 'vitest'
import { flag } from '../../components/status.js'
import { resultCodes } from '../../protocol/result-codes.js'
import { type ClickFacts, clickCode } from '../../systems/object-rules.js'

const fine: ClickFacts = { flags: 0, isObject: true, isInRange: true, isThere: true, isForMe: true, isNeeded: true }

describe('a click on an object', () => {
  const table: readonly (readonly [Partial<ClickFacts>, string])[] = [
    [{}, 'ok'],
    [{ flags: flag.inCombat | flag.rooted | flag.silenced }, 'ok'],
    [{ flags: flag.dead }, 'dead'],
    [{ flags: flag.ghost }, 'dead'],
    [{ flags: flag.stunned }, 'stunned'],
    [{ flags: flag.feared }, 'feared'],
    [{ isObject: false }, 'noSuchTarget'],
    [{ isInRange: false }, 'outOfRange'],
    [{ isThere: false }, 'alreadyDone'],
    [{ isForMe: false }, 'notOffered'],
    [{ isNeeded: false }, 'alreadyDone'],
    [{ flags: flag.dead, isObject: false, isInRange: false }, 'dead'],
    [{ isObject: false, isInRange: false, isThere: false }, 'noSuchTarget'],
    [{ isInRange: false, isThere: false, isForMe: false }, 'outOfRange'],
    [{ isThere: false, isForMe: false }, 'alreadyDone'],
  ]
  it.each(table)('%o is answered %s', (facts, code) => {
    expect(resultCodes.list[clickCode({ ...fine, ...facts })].name).toBe(code)
  })
})
