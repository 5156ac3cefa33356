import { resultCodes } from '../protocol/result-codes.js'
import { type EndReason, RefusedError } from '../src/client/index.js'

/** Why a connection ended, in words for the player. */
const endWords: Readonly<Record<EndReason, string>> = {
  logout: 'You have left the world.',
  shutdown: 'The server has been stopped.',
  kicked: 'A moderator has ended your session.',
  wrongProtocol: 'This page and the server are of different versions. Reload the page.',
  helloTimeout: 'The server waited too long for this page to say who it is.',
  notAllowed: 'The server does not allow this session.',
  flood: 'This page sent too many messages at once.',
  stalled: 'The connection could not keep up with the world.',
  takenOver: 'Your character is now played from another window.',
  left: 'You have left the world.',
  lost: 'The connection broke off.',
  unreadable: 'The server sent something that this page cannot read. Reload the page.',
}

const docOfCode = new Map<string, string>(resultCodes.list.map(({ name, doc }) => [name, doc]))

export const endInWords = (reason: EndReason): string => endWords[reason]

/** A result code as a sentence of the protocol's own list. */
export const codeInWords = (code: string): string => docOfCode.get(code) ?? `The server answered ${code}.`

/** What of an error's text is a result code or the reason of an end; the SDK writes it as its last word before a remedy. */
const codeIn = (text: string): string => /(?:session|ended): (\w+)/.exec(text)?.[1] ?? ''

/** Why joining failed, in words. */
export function refusalInWords(error: unknown): string {
  if (error instanceof RefusedError) return codeInWords(error.resultCode)
  const text = error instanceof Error ? error.message : String(error)
  const code = codeIn(text)
  if (code === 'notAllowed') return 'This server lets no guests in.'
  if (docOfCode.has(code)) return codeInWords(code)
  if (code in endWords) return endWords[code as EndReason]
  if (text.includes('socket failed') || text.includes('socket closed')) return 'The server cannot be reached.'
  return text
}
