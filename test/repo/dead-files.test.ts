import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { files, listed, read, references, root, sources } from './sources.js'

interface Package {
  readonly name: string
  readonly bin: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly files: readonly string[]
  readonly scripts: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}
const manifest = JSON.parse(read('package.json')) as Package
const build = JSON.parse(read('tsconfig.build.json')) as { readonly include: readonly string[] }

/** The source that the build makes a file of `dist/` from. */
const sourceOf = (built: string): string => built.replace(/^(\.\/)?dist\//, '').replace(/(\.d)?\.(ts|js)$/, '.ts')
const isBuilt = (source: string): boolean => build.include.some((start) => source === start || source.startsWith(`${start}/`))

const published = [...Object.values(manifest.bin), ...Object.values(manifest.exports).flatMap((entry) => Object.values(entry))]
const scripts = Object.values(manifest.scripts).join(' && ')
const mentioned = [...scripts.matchAll(/\b(?:dist\/)?((?:scripts|src|web|bench)\/[\w/-]+)\.(?:js|ts)\b/g)].map(
  (match) => `${match[1]}.ts`,
)
// esbuild writes the page's one script where no source has a counterpart.
const entries = [...published.map(sourceOf), ...mentioned, 'vitest.config.ts'].filter((path) => sources.includes(path))

function reachable(from: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>()
  const open = [...from]
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (found.has(path)) continue
    found.add(path)
    for (const { target } of references(path)) if (target !== undefined && sources.includes(target)) open.push(target)
  }
  return found
}

describe('package.json', () => {
  it('names as commands and exports only files that the build makes', () => {
    const missing = published.filter((built) => !sources.includes(sourceOf(built)) || !isBuilt(sourceOf(built)))
    expect(listed(missing.map((built) => `${built}: ${sourceOf(built)} is not there, or not in tsconfig.build.json`))).toBe('')
    expect(Object.keys(manifest.exports)).toEqual(['.', './game', './client', './testing'])
  })

  it('gives types and code of the same source for each export', () => {
    for (const [name, entry] of Object.entries(manifest.exports)) {
      expect(Object.keys(entry), name).toEqual(['types', 'default'])
      expect(entry.types, name).toMatch(/\.d\.ts$/)
      expect(sourceOf(entry.types), name).toBe(sourceOf(entry.default))
    }
  })

  it('publishes folders that are there', () => {
    expect(manifest.files.filter((name) => name !== 'dist' && !name.startsWith('!') && !existsSync(join(root, name)))).toEqual([])
  })

  it('has scripts for files that are there', () => {
    expect(mentioned.length).toBeGreaterThan(0)
    const built = [...scripts.matchAll(/--outfile=dist\/([\w/-]+)\.js/g)].map((match) => `${match[1]}.ts`)
    expect(mentioned.filter((path) => !sources.includes(path) && !built.includes(path))).toEqual([])
  })

  it('depends on what is imported and on nothing else', () => {
    const names = new Set(sources.flatMap(references).flatMap(({ target, from }) => (target === undefined ? [from] : [])))
    const shipped = sources
      .filter(isBuilt)
      .flatMap(references)
      .filter(({ target, typeOnly }) => target === undefined && !typeOnly)
    const undeclared = shipped.filter(({ from }) => {
      const name = from.startsWith('@') ? from.split('/').slice(0, 2).join('/') : from.split('/')[0]
      // Examples name the package itself, as a user's program does.
      return !from.startsWith('node:') && name !== manifest.name && !(name in manifest.dependencies)
    })
    expect(listed(undeclared.map(({ file, from }) => `${file}: ${from} is not among the dependencies`))).toBe('')
    const unused = Object.keys(manifest.dependencies).filter(
      (name) => ![...names].some((from) => from === name || from.startsWith(`${name}/`)),
    )
    expect(unused).toEqual([])
  })
})

describe('sources', () => {
  it('are all reached from an entry point: the package’s, a script’s, or the page’s', () => {
    // Every port has a twin in memory, also where only tests put it in.
    const twins = sources
      .filter((path) => path.startsWith('test/'))
      .flatMap(references)
      .map(({ target = '' }) => target)
    const alive = reachable([...entries, ...twins.filter((path) => path.startsWith('src/adapters/memory-'))])
    const checked = sources.filter(
      (path) => /^(src|systems|components|protocol|scripts|bench|web)\//.test(path) && !path.endsWith('.d.ts'),
    )
    expect(checked.length).toBeGreaterThan(100)
    const dead = checked.filter((path) => !alive.has(path))
    expect(listed(dead.map((path) => `${path}: nobody imports it; remove it`))).toBe('')
  })

  it('of tests are tests or help them', () => {
    const tests = sources.filter((path) => path.endsWith('.test.ts'))
    const alive = reachable([...tests, ...entries, ...sources.filter((path) => path.startsWith('examples/'))])
    const dead = sources.filter((path) => path.startsWith('test/') && !path.startsWith('test/fixtures/') && !alive.has(path))
    const byName = dead.filter((path) => !tests.some((test) => read(test).includes(path.replace(/^.*\/([^/]+)\.ts$/, '$1'))))
    expect(listed(byName.map((path) => `${path}: no test imports or names it; remove it`))).toBe('')
  })

  it('are what the project consists of: no stray JavaScript beside them', () => {
    expect(listed(files.filter((path) => /\.(js|mjs|cjs|jsx|tsx)$/.test(path) && !path.startsWith('examples/')))).toBe('')
  })
})
