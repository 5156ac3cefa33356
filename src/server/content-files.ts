import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { oneLine } from '../config.js'
import { MyriadError } from '../errors.js'
import type { GameModule } from './game-module.js'

/** Most files, and most bytes of one, in a content directory; more is refused as BAD_CONTENT. */
export const CONTENT_FILES_MAX = 64
export const CONTENT_FILE_BYTES_MAX = 16 * 1024 * 1024

/** A game's content as it was read: checked, named by its hash, and raw for whoever shows its names. */
export interface LoadedContent {
  /** What `game.content.parse` returned; undefined in a game without content. */
  readonly content: unknown
  /** 16 hex digits over the files' names and bytes; '' in a game without content. */
  readonly hash: string
  /** The files' JSON by name. */
  readonly files: Readonly<Record<string, unknown>>
  /** Where they were read; '' in a game without content. */
  readonly directory: string
}

/** What a game without content has. */
export const noContent: LoadedContent = Object.freeze({ content: undefined, hash: '', files: Object.freeze({}), directory: '' })

/**
 * Reads every `*.json` of `directory` (empty or absent: the one that is shipped with the game) and has the game check them.
 * Throws `BAD_CONTENT` with file, position and remedy, and `BAD_CONFIG` when a game without content is given a directory.
 */
export function readContent(game: GameModule, directory = ''): LoadedContent {
  if (game.content === undefined) {
    if (directory === '') return noContent
    throw new MyriadError('BAD_CONFIG', `the game ${game.name} has no content, but content is ${directory}; leave it out`)
  }
  const from = directory === '' ? game.content.directory : directory
  const names = namesOf(from)
  const hash = createHash('sha256')
  const files: Record<string, unknown> = {}
  for (const name of names) {
    const path = join(from, name)
    const bytes = bytesOf(path)
    // Name and length stand before the bytes, so that moving text from one file to the next is another hash.
    hash.update(`${name}\n${bytes.length}\n`).update(bytes)
    files[name] = parse(path, bytes)
  }
  return Object.freeze({
    content: game.content.parse(files),
    hash: hash.digest('hex').slice(0, 16),
    files: Object.freeze(files),
    directory: from,
  })
}

function namesOf(directory: string): readonly string[] {
  let names: string[]
  try {
    names = readdirSync(directory).filter((name) => name.endsWith('.json'))
  } catch (error) {
    const remedy = 'name a readable directory with --content, or none'
    throw new MyriadError('BAD_CONTENT', `content directory ${directory} cannot be read: ${oneLine(error)}; ${remedy}`)
  }
  if (names.length === 0 || names.length > CONTENT_FILES_MAX) {
    const what = `content directory ${directory} holds ${names.length} JSON files`
    throw new MyriadError('BAD_CONTENT', `${what} but must hold 1 to ${CONTENT_FILES_MAX}; correct --content`)
  }
  // By code unit, as on every machine: the directory's own order depends on the file system.
  return names.sort()
}

function bytesOf(path: string): Buffer {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    throw new MyriadError('BAD_CONTENT', `${path} cannot be read: ${oneLine(error)}; make it readable or remove it`)
  }
  if (bytes.length > CONTENT_FILE_BYTES_MAX) {
    const limit = `at most ${CONTENT_FILE_BYTES_MAX}`
    throw new MyriadError('BAD_CONTENT', `${path} has ${bytes.length} bytes but may have ${limit}; split or shorten it`)
  }
  return bytes
}

function parse(path: string, bytes: Buffer): unknown {
  const text = bytes.toString('utf8')
  try {
    return JSON.parse(text)
  } catch (error) {
    const what = oneLine(error).replace(/(, (\.\.\.)?".* is not valid JSON| in JSON at position \d+.*)$/, '')
    throw new MyriadError('BAD_CONTENT', `${path} ${placeOf(text)} is not JSON: ${what}; correct the file there`)
  }
}

/** Where a text stops being the beginning of JSON. The parser itself does not always say: so the longest good beginning is searched. */
function placeOf(text: string): string {
  let good = 0
  let bad = text.length + 1
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (couldGoOn(text.slice(0, middle))) good = middle
    else bad = middle
  }
  const line = text.slice(0, good).split('\n').length
  return `line ${line} column ${good - text.lastIndexOf('\n', good - 1)}`
}

/** True when nothing is wrong with the text but, perhaps, that it ends too early. */
function couldGoOn(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    const position = /at position (\d+)/.exec(String(error))?.[1]
    return position === undefined ? /end of JSON input/.test(String(error)) : Number(position) >= text.length
  }
}
