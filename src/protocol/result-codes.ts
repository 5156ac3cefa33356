import { MyriadError } from '../errors.js'

/** The number of a result code: its place in the protocol's list, never renumbered. */
export type ResultCode = number

export interface ResultCodes<N extends string = string> {
  readonly list: readonly { readonly code: ResultCode; readonly name: N; readonly doc: string }[]
  readonly code: { readonly [K in N]: ResultCode }
}

/** Names in their fixed order, each with one sentence of documentation. Append only. */
export function defineResultCodes<const N extends string>(entries: readonly (readonly [N, string])[]): ResultCodes<N> {
  const code = {} as Record<N, ResultCode>
  const list = entries.map(([name, doc], i) => {
    if (name in code) throw new MyriadError('BAD_DECLARATION', `result code ${name} is listed twice; remove one`)
    code[name] = i
    return Object.freeze({ code: i, name, doc })
  })
  return Object.freeze({ list: Object.freeze(list), code: Object.freeze(code) })
}

/** What the framework itself answers with; every protocol's list has these names. */
export const coreResultNames = [
  'ok',
  'malformed',
  'notAllowed',
  'tooFast',
  'stale',
  'noSuchTarget',
  'busy',
  'alreadyDone',
  'nameTaken',
  'badName',
  'limit',
  'storeBehind',
  'serverFull',
] as const
export type CoreResultName = (typeof coreResultNames)[number]

/** The list of a game that needs no codes of its own. */
export const coreResultCodes = defineResultCodes([
  ['ok', 'Done.'],
  ['malformed', 'Unknown opcode, or fields that do not fit its declaration.'],
  ['notAllowed', 'The session may not use this opcode now.'],
  ['tooFast', 'Over the rate of its class; try again later.'],
  ['stale', 'It names a state that has passed.'],
  ['noSuchTarget', 'What it names does not exist or cannot be seen.'],
  ['busy', 'Something else is still under way.'],
  ['alreadyDone', 'It was done before; nothing changed.'],
  ['nameTaken', 'Somebody else has this name.'],
  ['badName', 'Not a name: letters, digits, hyphen and underscore, 3 to 24 of them.'],
  ['limit', 'A limit is reached.'],
  ['storeBehind', 'The store cannot keep up; nothing was changed.'],
  ['serverFull', 'No room for another character.'],
])
