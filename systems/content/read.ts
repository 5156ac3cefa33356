import type { z } from 'zod'
import type { Problems, Spot } from './problems.js'
import { type FileName, fileSchemas, type RawContent } from './schema.js'

type Issue = z.core.$ZodIssue

/** The value at a path in parsed JSON, undefined where the path leads nowhere. */
function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<PropertyKey, unknown>)[step]
  }
  return value
}

function keyOf(entry: unknown, index: PropertyKey): string {
  const key = valueAt(entry, ['key'])
  return typeof key === 'string' && key !== '' ? key : `#${String(index)}`
}

function spotOf(file: FileName, root: unknown, path: readonly PropertyKey[]): Spot {
  const first = path[0]
  if (typeof first !== 'number') return { file, entry: '', field: path.map(String).join('.') }
  return { file, entry: keyOf(valueAt(root, [first]), first), field: path.slice(1).map(String).join('.') }
}

const measured: Record<string, string> = { string: 'characters', array: 'entries' }

/** What is wrong and what to do about it, in our words: zod's own texts name no remedy. */
function explain(issue: Issue, value: unknown): readonly [what: string, remedy: string] {
  const unit = 'origin' in issue && typeof issue.origin === 'string' ? (measured[issue.origin] ?? '') : ''
  switch (issue.code) {
    case 'invalid_type': {
      const type = issue.expected === 'int' ? 'whole number' : issue.expected
      return value === undefined ? ['is not there', `add it, of type ${type}`] : ['has the wrong type', `give it as ${type}`]
    }
    case 'too_small':
      return ['is too small', `give at least ${issue.minimum} ${unit}`.trimEnd()]
    case 'too_big':
      return ['is too big', `give at most ${issue.maximum} ${unit}`.trimEnd()]
    case 'invalid_value':
      return ['is none of the known words', `give one of ${issue.values.map(String).join(', ')}`]
    case 'invalid_union':
      return [
        'is none of the known kinds',
        `give one of ${'options' in issue ? (issue.options ?? []).map(String).join(', ') : 'those of the schema'}`,
      ]
    case 'invalid_format':
      return ['is no key', 'give lower-case words and digits joined by single hyphens']
    default:
      return [issue.message, 'see systems/content/schema.ts']
  }
}

function report(file: FileName, root: unknown, issue: Issue, problems: Problems): void {
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) {
      const path = [...issue.path, key]
      problems.add(spotOf(file, root, path), valueAt(root, path), 'is an unknown field', 'remove it or correct its name')
    }
    return
  }
  const value = valueAt(root, issue.path)
  const [what, remedy] = explain(issue, value)
  problems.add(spotOf(file, root, issue.path), value, what, remedy)
}

/**
 * Judges each file by its schema and returns them together, or undefined after adding to `problems`. A file that is
 * missing or not known is a problem too.
 */
export function readFiles(files: Readonly<Record<string, unknown>>, problems: Problems): RawContent | undefined {
  const names = Object.keys(fileSchemas) as FileName[]
  for (const file of Object.keys(files)) {
    if (Object.hasOwn(fileSchemas, file)) continue
    problems.add({ file, entry: '', field: '' }, undefined, 'is not a content file', `remove it; known are ${names.join(', ')}`)
  }
  const read: Record<string, unknown> = {}
  for (const file of names) {
    const root = files[file]
    if (root === undefined) {
      problems.add({ file, entry: '', field: '' }, undefined, 'the file is not there', 'add it to the content folder')
      continue
    }
    const result = fileSchemas[file].safeParse(root)
    if (result.success) read[file.slice(0, -'.json'.length)] = result.data
    else for (const issue of result.error.issues) report(file, root, issue, problems)
  }
  return problems.count === 0 ? (read as unknown as RawContent) : undefined
}
