import { readdirSync, readFileSync } from 'node:fs'

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
