import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { generatedPages } from '../../scripts/pages.js'
import { errorCodes } from '../../src/errors.js'
import { listed, root, scanned, sources } from './sources.js'

describe('generated pages', () => {
  const pages = [...generatedPages()]

  it.each(pages)('%s is what the declarations say; `npm run docs` writes it anew', (path, text) => {
    const file = join(root, path)
    expect(existsSync(file) ? readFileSync(file, 'utf8') : 'not there').toBe(text)
  })

  it('are the same on every run', () => {
    expect([...generatedPages()]).toEqual(pages)
    expect(pages.map(([path]) => path)).toEqual([
      'docs/reference/configuration.md',
      'docs/reference/errors.md',
      'docs/reference/protocol.md',
    ])
  })

  it('say that they are generated', () => {
    for (const [path, text] of pages) expect(text, path).toMatch(/^# .+\n\nThis page is generated from /)
  })
})

describe('the catalogue of errors', () => {
  it('has no code that nothing throws', () => {
    const throwing = sources.filter((path) => path.startsWith('src/') || path.startsWith('systems/'))
    const codes = throwing.flatMap((path) =>
      [...scanned(path).withStrings.matchAll(/\bMyriadError\(\s*'([A-Z_]+)'/g)].map((match) => match[1]),
    )
    expect(listed(Object.keys(errorCodes).filter((code) => !codes.includes(code)))).toBe('')
  })
})
