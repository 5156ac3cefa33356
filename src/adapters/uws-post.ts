import type { HttpRequest, HttpResponse } from 'uWebSockets.js'
import type { HttpAnswer } from '../ports/transport.js'
import {
  BODY_TOO_LATE,
  type OpenPost,
  POST_BODY_MS_MAX,
  type PostDesk,
  type PostHead,
  preflight,
  type UnheardDesk,
} from './post-desk.js'
import type { TransportOptions } from './transport-rules.js'
import { requestAddress } from './uws-address.js'

export type Write = (response: HttpResponse, path: string, answer: HttpAnswer, closes?: boolean) => void

function headOf(response: HttpResponse, request: HttpRequest, proxies: readonly string[]): PostHead {
  return {
    path: request.getUrl(),
    address: requestAddress(response, request, proxies),
    contentType: request.getHeader('content-type'),
    origin: request.getHeader('origin'),
    host: request.getHeader('host'),
  }
}

/** Where a transport's POSTs come to. */
export interface PostDesks {
  readonly heard: PostDesk
  readonly unheard: UnheardDesk
}

/** Takes one POST: its head, then its body within its bounds, then its answer. One that is too long or too slow is cut off. */
export function takePost(
  response: HttpResponse,
  request: HttpRequest,
  desks: PostDesks,
  proxies: readonly string[],
  write: Write,
) {
  const head = headOf(response, request, proxies)
  const begun = desks.heard(head)
  if (!('status' in begun)) return readPost(response, head.path, begun, write)
  const unheard = desks.unheard(begun)
  if (unheard === undefined) write(response, head.path, begun, true)
  else readPost(response, head.path, unheard, write)
}

function readPost(response: HttpResponse, path: string, open: OpenPost, write: Write): void {
  const chunks: Uint8Array[] = []
  let bytes = 0
  // The library frees a response that was answered or given up; nothing of it may be touched then.
  let isOver = false
  const answer = (given: HttpAnswer, closes: boolean) => {
    if (isOver) return
    isOver = true
    response.cork(() => write(response, path, given, closes))
  }
  const refuse = (given: HttpAnswer) => {
    clearTimeout(timer)
    open.drop()
    answer(given, true)
  }
  const timer = setTimeout(() => refuse(BODY_TOO_LATE), POST_BODY_MS_MAX)
  response.onAborted(() => {
    isOver = true
    clearTimeout(timer)
    open.drop()
  })
  response.onData((chunk, isLast) => {
    if (isOver) return
    bytes += chunk.byteLength
    if (bytes > open.bodyBytesMax) return refuse(open.tooLong)
    // The library detaches the chunk when this returns.
    if (open.isHeard) chunks.push(new Uint8Array(chunk.slice(0)))
    if (!isLast) return
    clearTimeout(timer)
    void open.finish(new Uint8Array(Buffer.concat(chunks))).then((given) => answer(given, false))
  })
}

/** Answers a browser that asks whether a page may send a POST. */
export function takePreflight(response: HttpResponse, request: HttpRequest, options: TransportOptions, write: Write): void {
  const asked = { origin: request.getHeader('origin'), host: request.getHeader('host') }
  write(response, request.getUrl(), preflight(asked, options.origins ?? []))
}
