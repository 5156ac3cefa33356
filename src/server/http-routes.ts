import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Metrics } from '../ports/metrics.js'
import type { HttpAnswer } from '../ports/transport.js'
import type { LoadedContent } from './content-files.js'
import { SERVER_VERSION } from './simulation.js'

const JSON_TYPE = 'application/json; charset=utf-8'
const TEXT_TYPE = 'text/plain; charset=utf-8'

export interface RoutesOptions {
  /** Why nobody should be sent here now; '' while everything runs as it should. */
  readonly notReady: () => string
  /** What whoever is sent here should know though it is ready; '' when there is nothing. */
  readonly remark: () => string
  readonly metrics: Metrics
  readonly content: LoadedContent
  readonly protocolHash: string
  /** The answer of /protocol.json. */
  readonly protocolJson: () => unknown
  /** Where index.html, app.js and app.js.map lie; the built page of this package unless given. */
  readonly webDirectory?: string
}

export type Routes = (path: string) => HttpAnswer | Promise<HttpAnswer> | undefined

const text = (status: number, body: string): HttpAnswer => ({ status, contentType: TEXT_TYPE, body: `${body}\n` })

/** Everything that a plain GET can ask for; anything else is 404. Files are read once, when the routes are created. */
export function createRoutes(options: RoutesOptions): Routes {
  const answers = new Map<string, () => HttpAnswer | Promise<HttpAnswer>>()
  const fixed = (path: string, answer: HttpAnswer) => answers.set(path, () => answer)
  fixed('/livez', text(200, 'alive'))
  answers.set('/readyz', () => {
    const why = options.notReady()
    const remark = options.remark()
    return why === '' ? text(200, remark === '' ? 'ready' : `ready: ${remark}`) : text(503, `not ready: ${why}`)
  })
  answers.set('/metrics', async () => ({
    status: 200,
    contentType: options.metrics.contentType,
    body: await options.metrics.render(),
  }))
  let protocolBody: string | undefined
  answers.set('/protocol.json', () => {
    protocolBody ??= JSON.stringify(options.protocolJson())
    return { status: 200, contentType: JSON_TYPE, body: protocolBody }
  })
  const { hash, files } = options.content
  const about = { server: SERVER_VERSION, protocolHash: options.protocolHash, contentHash: hash }
  fixed('/about.json', { status: 200, contentType: JSON_TYPE, body: JSON.stringify(about) })
  if (hash !== '') fixed(`/content/${hash}.json`, { status: 200, contentType: JSON_TYPE, body: JSON.stringify(files) })
  for (const [path, answer] of webPages(options.webDirectory)) fixed(path, answer)
  return (path) => answers.get(path)?.()
}

const pages = [
  ['/', 'index.html', 'text/html; charset=utf-8'],
  ['/app.js', 'app.js', 'text/javascript; charset=utf-8'],
  ['/app.js.map', 'app.js.map', JSON_TYPE],
] as const

/** Beside the compiled server, or in `dist/` when it runs from the sources. */
function webDirectories(): readonly string[] {
  return ['../../web/', '../../dist/web/'].map((path) => fileURLToPath(new URL(path, import.meta.url)))
}

function webPages(given: string | undefined): readonly (readonly [path: string, answer: HttpAnswer])[] {
  for (const directory of given === undefined ? webDirectories() : [given]) {
    const found = pages.flatMap(([path, file, contentType]) => {
      const body = fileOrNothing(directory, file)
      return body === undefined ? [] : [[path, { status: 200, contentType, body }] as const]
    })
    const names = found.map(([path]) => path)
    if (names.includes('/') && names.includes('/app.js')) return found
  }
  return [['/', text(200, 'A Myriad world runs here. Its page is not built: run `npm run build`, then start the server again.')]]
}

function fileOrNothing(directory: string, name: string): Uint8Array | undefined {
  try {
    return readFileSync(join(directory, name))
  } catch {
    return undefined
  }
}
