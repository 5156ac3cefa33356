import type { HttpRequest, HttpResponse } from 'uWebSockets.js'
import { addressText, clientAddress } from './transport-rules.js'

/** Where a request comes from, behind those `proxies`. A proxy may add a line of its own to those that its client sent: all count, in order. */
export function requestAddress(response: HttpResponse, request: HttpRequest, proxies: readonly string[]): string {
  const peer = addressText(new Uint8Array(response.getRemoteAddress()))
  const lines: string[] = []
  request.forEach((name, value) => {
    if (name === 'x-forwarded-for') lines.push(value)
  })
  return clientAddress(peer, lines.join(','), proxies)
}
