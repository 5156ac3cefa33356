import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

interface Locked {
  readonly resolved?: string
  readonly integrity?: string
  readonly optional?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { readonly packages: Readonly<Record<string, Locked>> }

it('the lockfile lists every optional package of every platform, or npm ci refuses it', () => {
  const named = Object.values(lock.packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}))
  expect([...new Set(named)].filter((name) => !(`node_modules/${name}` in lock.packages))).toEqual([])
})

it('the lockfile names no host, and pins what is installed everywhere by its content', () => {
  const entries = Object.entries(lock.packages).filter(([path]) => path !== '')
  expect(entries.filter(([, entry]) => entry.resolved !== undefined).map(([path]) => path)).toEqual([])
  expect(entries.filter(([, entry]) => !entry.optional && entry.integrity === undefined).map(([path]) => path)).toEqual([])
})
