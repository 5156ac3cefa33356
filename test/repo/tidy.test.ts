import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { functionsOf } from './scan.js'
import { files, listed, read, scanned, sources } from './sources.js'

const LINES_MAX = 400
const LINES_PREFERRED = 300
const FUNCTION_LINES_MAX = 70

/** Put together here, so that this file does not find itself. */
const joined = (...parts: readonly string[]): string => parts.join('')
const unfinished = new RegExp(`\\b(${['TO', 'FIX'].map((start) => joined(start, start === 'TO' ? 'DO' : 'ME')).join('|')})\\b`)
const switchedOff = new RegExp(['@ts-ig' + 'nore', '@ts-no' + 'check', 'biome-ig' + 'nore', 'eslint-' + 'disable'].join('|'))
const machinePath = /(^|[\s'"`(=:])\/(work|root|home|Users)\/\w/
const packageHost = new RegExp(
  `https?://[a-z0-9.-]*(${['regi' + 'stry', 'mir' + 'ror', 'arti' + 'factory', 'ver' + 'daccio'].join('|')})`,
)

const lines = (path: string): readonly string[] => read(path).replace(/\n$/, '').split('\n')

/** `path:line` of every line of these files that matches. */
function linesThatMatch(paths: readonly string[], pattern: RegExp): readonly string[] {
  return paths.flatMap((path) =>
    lines(path).flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : [])),
  )
}

const texts = files.filter((path) => !/\.(png|ico|woff2?|myr|gz)$/.test(path))

describe('files', () => {
  it('are found at all', () => {
    expect(sources.length).toBeGreaterThan(100)
    expect(sources).toContain('test/repo/tidy.test.ts')
    expect(files.some((path) => path.startsWith('node_modules') || path.startsWith('dist'))).toBe(false)
  })

  it(`of TypeScript have at most ${LINES_MAX} lines; over ${LINES_PREFERRED} are named`, () => {
    const sizes = sources.map((path) => ({ path, count: lines(path).length }))
    const long = sizes.filter(({ count }) => count > LINES_PREFERRED).sort((a, b) => b.count - a.count)
    if (long.length > 0) console.info(`over ${LINES_PREFERRED} lines:\n${listed(long.map((f) => `${f.count} ${f.path}`))}`)
    expect(listed(long.filter(({ count }) => count > LINES_MAX).map((f) => `${f.path}: ${f.count} lines; split it`))).toBe('')
  })

  it(`have functions of at most ${FUNCTION_LINES_MAX} lines`, () => {
    const long = sources.flatMap((path) =>
      functionsOf(scanned(path))
        // A `describe` only gathers tests.
        .filter(({ lines: count, before }) => count > FUNCTION_LINES_MAX && !/\bdescribe(\.\w+)?\(/.test(before))
        .map(({ line, lines: count }) => `${path}:${line}: a function of ${count} lines; split it`),
    )
    expect(listed(long)).toBe('')
  })

  it('have names in kebab-case', () => {
    const form = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*\.ts$/
    expect(listed(sources.filter((path) => !form.test(posix.basename(path))))).toBe('')
    const folders = new Set(sources.flatMap((path) => posix.dirname(path).split('/')))
    expect([...folders].filter((folder) => folder !== '.' && !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(folder))).toEqual([])
  })

  it('have no tabs and end with one line break', () => {
    const faulty = sources.filter((path) => read(path).includes('\t') || !/[^\n]\n$/.test(read(path)))
    expect(listed(faulty)).toBe('')
  })

  it('have nothing left to do and no check switched off', () => {
    expect(listed(linesThatMatch(texts, unfinished))).toBe('')
    expect(listed(linesThatMatch(sources, switchedOff))).toBe('')
    expect(listed(linesThatMatch(sources, /\b(it|test|describe)\.(only|todo)\b/))).toBe('')
  })

  it('name what they export', () => {
    const all = sources.filter((path) => /^export \*/m.test(scanned(path).withStrings))
    expect(listed(all.map((path) => `${path}: export * hides what is public; list the names`))).toBe('')
  })

  it('name no path of a machine and no package host', () => {
    expect(listed(linesThatMatch(texts, machinePath))).toBe('')
    expect(listed(linesThatMatch(texts, packageHost))).toBe('')
  })
})

describe('the checks above', () => {
  it('find what they are for', () => {
    expect(unfinished.test(`// ${joined('TO', 'DO')}: later`)).toBe(true)
    expect(switchedOff.test(`// ${joined('@ts-', 'ignore')}`)).toBe(true)
    expect(machinePath.test(joined('in /wo', 'rk/somewhere'))).toBe(true)
    expect(packageHost.test(joined('https://regi', 'stry.example.org/x'))).toBe(true)
    expect(machinePath.test('docs/how-to/work/here')).toBe(false)
  })
})
