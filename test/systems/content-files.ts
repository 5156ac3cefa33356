import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { MyriadError } from '../../src/errors.js'
import { parseContent } from '../../systems/content/tables.js'

const folder = new URL('../../content/', import.meta.url)

/** The shipped content files, parsed afresh, so that a test may spoil its copy. */
export function contentFiles(): Record<string, unknown> {
  const files: Record<string, unknown> = {}
  for (const name of readdirSync(folder).sort()) files[name] = JSON.parse(readFileSync(new URL(name, folder), 'utf8'))
  return files
}

export type Entry = Record<string, unknown>

/** An entry of a spoilt copy; the entry must exist, or the test would plant nothing. */
export function entryOf(files: Record<string, unknown>, file: string, key: string): Entry {
  const entry = (files[file] as Entry[]).find((candidate) => candidate.key === key)
  if (!entry) throw new Error(`${file} has no entry ${key}`)
  return entry
}

/** What a spoilt copy is refused with. */
export function errorOf(spoil: (files: Record<string, unknown>) => void): string {
  const files = contentFiles()
  spoil(files)
  try {
    parseContent(files)
  } catch (error) {
    if (!(error instanceof MyriadError)) throw error
    expect(error.code).toBe('BAD_CONTENT')
    return error.message
  }
  throw new Error('the spoilt content was accepted')
}

/** A fault: what is planted, and the words that one line of the error must have: file, entry, field, value, remedy. */
export type Fault = readonly [name: string, spoil: (files: Record<string, unknown>) => void, words: readonly string[]]

export function expectNamed(spoil: Fault[1], words: readonly string[]): void {
  const message = errorOf(spoil)
  const line = message.split('\n').find((candidate) => words.every((word) => candidate.includes(word)))
  expect(line, `no line of the error has all of ${words.join(' | ')}:\n${message}`).toBeDefined()
}
