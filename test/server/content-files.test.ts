import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MyriadError } from '../../src/errors.js'
import { CONTENT_FILES_MAX, readContent } from '../../src/server/content-files.js'
import { tempDirs } from './temp-dir.js'
import { makeTinyGame, tinyGame } from './tiny-game.js'

const directory = tempDirs()

function folder(files: Readonly<Record<string, string>>): string {
  const path = directory()
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
  return path
}

const read = (files: Readonly<Record<string, string>>) => readContent(makeTinyGame({ contentDirectory: folder(files) }))

const problem = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    return error instanceof MyriadError ? `${error.code}: ${error.message}` : String(error)
  }
  return 'nothing was thrown'
}

describe('readContent', () => {
  it('reads the JSON files and nothing else', () => {
    const loaded = read({ 'tiny.json': '{"a": 1}', 'b.json': '[]', 'notes.txt': 'no JSON' })
    expect(loaded.files).toEqual({ 'tiny.json': { a: 1 }, 'b.json': [] })
    expect(loaded.content).toEqual(loaded.files)
    expect(loaded.hash).toMatch(/^[0-9a-f]{16}$/)
  })

  it('names the same bytes the same, and others otherwise', () => {
    const hash = read({ 'tiny.json': '{"a": 1}', 'b.json': '[]' }).hash
    expect(read({ 'b.json': '[]', 'tiny.json': '{"a": 1}' }).hash).toBe(hash)
    expect(read({ 'tiny.json': '{"a": 2}', 'b.json': '[]' }).hash).not.toBe(hash)
    expect(read({ 'tiny.json': '{"a": 1}', 'c.json': '[]' }).hash).not.toBe(hash)
    expect(read({ 'tiny.json': '{"a":1}', 'b.json': '[]' }).hash).not.toBe(hash)
  })

  it.each([
    ['{"a": 1,}', 'line 1 column 9', 'Expected double-quoted property name'],
    ['{\n  "a": [1, x]\n}', 'line 2 column 12', "Unexpected token 'x'"],
    ['{"a": [1,\n 2', 'line 2 column 3', "Expected ',' or ']' after array element"],
    ['', 'line 1 column 1', 'Unexpected end of JSON input'],
    [`[${'"word",\n'.repeat(500)}nul]`, 'line 501 column 4', "Unexpected token ']'"],
  ])('names file, place and fault of %j', (text, place, fault) => {
    const path = folder({ 'tiny.json': '{}', 'bad.json': text })
    expect(problem(() => readContent(makeTinyGame({ contentDirectory: path })))).toBe(
      `BAD_CONTENT: ${join(path, 'bad.json')} ${place} is not JSON: ${fault}; correct the file there`,
    )
  })

  it('takes the directory it is given instead of the shipped one', () => {
    const game = makeTinyGame({ contentDirectory: folder({ 'tiny.json': '{}' }) })
    const other = folder({ 'tiny.json': '{"other": true}' })
    expect(readContent(game, other)).toMatchObject({ directory: other, content: { 'tiny.json': { other: true } } })
    expect(problem(() => readContent(game, join(other, 'missing')))).toMatch(
      /^BAD_CONTENT: .*missing cannot be read: ENOENT.*--content/,
    )
    expect(problem(() => readContent(game, folder({})))).toMatch(/^BAD_CONTENT: .* holds 0 JSON files but must hold 1 to 64/)
    const many = Object.fromEntries(Array.from({ length: CONTENT_FILES_MAX + 1 }, (_, i) => [`${i}.json`, '{}']))
    expect(problem(() => readContent(game, folder(many)))).toMatch(/holds 65 JSON files/)
    const odd = folder({ 'tiny.json': '{}' })
    mkdirSync(join(odd, 'folder.json'))
    expect(problem(() => readContent(game, odd))).toMatch(/^BAD_CONTENT: .*folder.json cannot be read: EISDIR/)
  })

  it("hands on what the game's own check says", () => {
    expect(problem(() => read({ 'other.json': '{}' }))).toBe('BAD_CONTENT: tiny.json is not there; add it')
  })

  it('gives a game without content nothing, and refuses a directory for it', () => {
    expect(readContent(tinyGame)).toEqual({ content: undefined, hash: '', files: {}, directory: '' })
    expect(problem(() => readContent(tinyGame, directory()))).toMatch(/^BAD_CONFIG: the game tiny has no content/)
  })
})
