import { defineResultCodes } from '../src/protocol/result-codes.js'

/** The closed, numbered list of every answer. Append only: clients know the numbers. */
export const resultCodes = defineResultCodes([
  ['ok', 'Done.'],
  ['malformed', 'Unknown opcode, or fields that do not fit its declaration.'],
  ['notAllowed', 'The session may not use this opcode now.'],
  ['tooFast', 'Over the rate of its class; try again later.'],
  ['stale', 'It names a state that has passed.'],
  ['outOfRange', 'Too far away.'],
  ['noSuchTarget', 'What it names does not exist, or cannot be a target of this.'],
  ['dead', 'The actor or the target is dead.'],
  ['stunned', 'The actor is stunned.'],
  ['silenced', 'The actor is silenced.'],
  ['busy', 'Something else is still under way.'],
  ['notReady', 'Still on cooldown.'],
  ['noPower', 'Not enough power.'],
  ['noSight', 'The target is out of sight.'],
  ['notFacing', 'The target is not in front.'],
  ['moving', 'Not while moving.'],
  ['cannotPay', 'Not enough gold.'],
  ['bagFull', 'No room in the bag.'],
  ['notYours', 'It belongs to somebody else.'],
  ['notTradable', 'It cannot be given away.'],
  ['levelTooLow', 'The level is too low.'],
  ['alreadyDone', 'It was done before; nothing changed.'],
  ['questFull', 'The quest log is full.'],
  ['notOffered', 'It is not offered here.'],
  ['nameTaken', 'Somebody else has this name.'],
  ['badName', 'Not a name: letters, digits, hyphen and underscore, 3 to 24 of them, a letter first.'],
  ['notEnrolled', 'Not a member.'],
  ['full', 'No room.'],
  ['limit', 'A limit is reached.'],
  ['storeBehind', 'The store cannot keep up; nothing was changed.'],
  ['serverFull', 'No room for another character.'],
  ['interrupted', 'It was broken off.'],
  ['immune', 'The target cannot be harmed now.'],
  ['notInGroup', 'Not in a group.'],
  ['muted', 'Said too much; wait a little.'],
  ['frozen', 'Closed by a moderator.'],
])

/** The numbers by name: `result.outOfRange`. */
export const result = resultCodes.code
