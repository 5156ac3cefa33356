import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { standardGame } from '../game.js'
import { readContent } from '../src/server/content-files.js'
import { protocolHash } from '../src/server/protocol-hash.js'
import { SERVER_VERSION } from '../src/server/simulation.js'
import { UsageError } from './usage-error.js'

/** What rows are of: figures of different versions are no comparison. */
export interface Version {
  readonly package: string
  readonly protocol: string
  readonly content: string
}

/** Times are of the machine that they were measured on. */
interface SavedRows {
  readonly version: Version
  readonly machine: string
  readonly values: Readonly<Record<string, number>>
}

/** Counts hold on every machine; the heap's bytes are of one major version of Node. */
interface SavedCheck {
  readonly version: Version
  readonly nodeMajor: number
  readonly values: Readonly<Record<string, number>>
}

export interface Baseline {
  readonly rows: SavedRows | null
  readonly check: SavedCheck | null
}

export const nodeMajor = Number(process.versions.node.split('.')[0])

export function versionNow(): Version {
  return { package: SERVER_VERSION, protocol: protocolHash(standardGame), content: readContent(standardGame).hash }
}

const pathIn = (root: string): string => join(root, 'bench', 'baseline.json')

export function readBaseline(root: string): Baseline {
  return JSON.parse(readFileSync(pathIn(root), 'utf8')) as Baseline
}

export function writeBaseline(root: string, baseline: Baseline): void {
  writeFileSync(pathIn(root), `${JSON.stringify(baseline, null, 2)}\n`)
}

const said = ({ package: name, protocol, content }: Version): string =>
  `version ${name}, protocol ${protocol}, content ${content}`

/** Throws `UsageError` when the saved part is of another version than this tree. */
export function mustBeOfNow(saved: { readonly version: Version }, now: Version, remedy: string): void {
  const { version } = saved
  if (version.package === now.package && version.protocol === now.protocol && version.content === now.content) return
  throw new UsageError(`bench/baseline.json is of ${said(version)}; here it is ${said(now)}; ${remedy}`)
}
