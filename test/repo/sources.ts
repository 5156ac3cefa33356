import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Import, importsOf, type Scanned, scan } from './scan.js'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const ignored = readFileSync(join(root, '.gitignore'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')

function isIgnored(path: string): boolean {
  const name = posix.basename(path)
  return ignored.some((rule) => {
    if (rule.endsWith('/')) return path === rule.slice(0, -1) || (!rule.slice(0, -1).includes('/') && name === rule.slice(0, -1))
    if (!rule.includes('*')) return path === rule || name === rule
    const [start, end] = rule.split('*')
    return name.startsWith(start) && name.endsWith(end)
  })
}

function walk(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.name === '.git' || isIgnored(path)) return []
    return entry.isDirectory() ? walk(path) : [path]
  })
}

/** Every file of the project that git keeps or would keep, by its path from the root. */
export const files: readonly string[] = walk('').sort()
export const sources: readonly string[] = files.filter((path) => path.endsWith('.ts'))

const texts = new Map<string, string>()
export function read(path: string): string {
  const known = texts.get(path) ?? readFileSync(join(root, path), 'utf8')
  texts.set(path, known)
  return known
}

const scans = new Map<string, Scanned>()
export function scanned(path: string): Scanned {
  const known = scans.get(path) ?? scan(read(path))
  scans.set(path, known)
  return known
}

export interface Reference extends Import {
  readonly file: string
  /** The file that is meant, by its path from the root; undefined for a package. */
  readonly target: string | undefined
}

/** What a file imports, with the sources that are meant. */
export function references(file: string): readonly Reference[] {
  return importsOf(scanned(file)).map((found) => {
    if (!found.from.startsWith('.')) return { ...found, file, target: undefined }
    const target = posix.normalize(posix.join(posix.dirname(file), found.from))
    return { ...found, file, target: target.replace(/\.js$/, '.ts') }
  })
}

/** One line a problem, so that a failing check names them all. */
export const listed = (problems: readonly string[]): string => problems.join('\n')
