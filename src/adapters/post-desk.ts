import type { HttpAnswer, HttpPost, TransportHandlers } from '../ports/transport.js'
import { INTERNAL_ERROR, isOriginAllowed, rethrow, type TransportOptions, textAnswer } from './transport-rules.js'

/** POSTs under way at once, from their head to their answer; one beyond it is answered 503. */
export const POSTS_PENDING_MAX = 64
/** A body that is not whole by then is answered 408. */
export const POST_BODY_MS_MAX = 5_000
/** POSTs refused by their head whose bodies still come; one beyond it is cut off with its refusal. */
export const UNHEARD_PENDING_MAX = 64
/** Of a body that nobody will hear of, so much is let pass before its refusal is sent; who sends more is cut off. */
const REFUSED_BODY_BYTES_MAX = 16_384
/** How long a page may remember what a preflight said. */
const PREFLIGHT_S = 600

/** The head of a POST, as a transport reads it. */
export interface PostHead extends HttpPost {
  /** '' from programs, which send none. */
  readonly origin: string
  readonly host: string
}

/** A POST that may send its body. Exactly one of `finish` and `drop` is called; the other does nothing afterwards. */
export interface OpenPost {
  readonly bodyBytesMax: number
  /** The answer to a longer body. */
  readonly tooLong: HttpAnswer
  /** Without it the body is let pass and not kept: `finish` gets an empty one. */
  readonly isHeard: boolean
  finish(body: Uint8Array): Promise<HttpAnswer>
  /** Its body will not come. */
  drop(): void
}

export const BODY_TOO_LATE = textAnswer(408, `the body was not whole within ${POST_BODY_MS_MAX / 1000} s`)
const bodyTooLong = (bytesMax: number): HttpAnswer => textAnswer(413, `the body may have at most ${bytesMax} bytes`)
const FOREIGN_PAGE = textAnswer(403, 'pages of this origin may not send this; the server lists allowed ones under origins')

/** Lets a page of another origin, which is listed, read the answer. */
const forPages = (answer: HttpAnswer, origin: string): HttpAnswer =>
  origin === '' ? answer : { ...answer, headers: { ...answer.headers, 'Access-Control-Allow-Origin': origin, Vary: 'Origin' } }

/** What a browser is told that asks before it sends a page's POST. */
export function preflight({ origin, host }: Pick<PostHead, 'origin' | 'host'>, listed: readonly string[]): HttpAnswer {
  if (!isOriginAllowed(origin, host, listed)) return FOREIGN_PAGE
  const headers = {
    'Access-Control-Allow-Methods': 'POST',
    'Access-Control-Allow-Headers': 'content-type',
    'Access-Control-Max-Age': String(PREFLIGHT_S),
  }
  return forPages({ ...textAnswer(204, ''), body: '', headers }, origin)
}

/**
 * Lets POSTs that were refused by their head go on: a client that is cut off while it sends its body may never see the answer. Undefined
 * for one that is to be cut off nonetheless, because so many go on already.
 */
export function createUnheardDesk() {
  let pending = 0
  return (answer: HttpAnswer): OpenPost | undefined => {
    if (pending >= UNHEARD_PENDING_MAX) return undefined
    pending += 1
    let isOpen = true
    const drop = () => {
      if (isOpen) pending -= 1
      isOpen = false
    }
    const finish = async () => {
      drop()
      return answer
    }
    return { bodyBytesMax: REFUSED_BODY_BYTES_MAX, finish, drop, tooLong: answer, isHeard: false }
  }
}

/** Wraps `handlers.post` so that it never throws or rejects, hears of no foreign page, and has a bounded number under way. */
export function createPostDesk(post: NonNullable<TransportHandlers['post']>, options: TransportOptions) {
  const { origins = [], onHttpError: onError = rethrow } = options
  let pending = 0
  return (head: PostHead): HttpAnswer | OpenPost => {
    const { path, address, contentType, origin, host } = head
    if (!isOriginAllowed(origin, host, origins)) return FOREIGN_PAGE
    if (pending >= POSTS_PENDING_MAX)
      return forPages(textAnswer(503, `${POSTS_PENDING_MAX} requests are under way; ask again later`), origin)
    let begun: ReturnType<typeof post>
    try {
      begun = post({ path, address, contentType })
    } catch (error) {
      onError(error, path)
      return forPages(INTERNAL_ERROR, origin)
    }
    if (begun === undefined) return forPages(textAnswer(404, 'nothing here'), origin)
    if ('status' in begun) return forPages(begun, origin)
    const reader = begun
    pending += 1
    let isOpen = true
    const drop = () => {
      if (isOpen) pending -= 1
      isOpen = false
    }
    const finish = async (body: Uint8Array): Promise<HttpAnswer> => {
      isOpen = false
      try {
        return forPages(await reader.answer(body), origin)
      } catch (error) {
        onError(error, path)
        return forPages(INTERNAL_ERROR, origin)
      } finally {
        pending -= 1
      }
    }
    const tooLong = forPages(bodyTooLong(reader.bodyBytesMax), origin)
    return { bodyBytesMax: reader.bodyBytesMax, finish, drop, tooLong, isHeard: true }
  }
}

export type PostDesk = ReturnType<typeof createPostDesk>
export type UnheardDesk = ReturnType<typeof createUnheardDesk>
