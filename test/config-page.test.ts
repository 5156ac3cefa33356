import { describe, expect, it } from 'vitest'
import { loadConfig } from '../src/config.js'
import { configFile, configKeys, envOf, flagOf, keyNames } from '../src/config-keys.js'
import type { ConfigKey } from '../src/config-kinds.js'
import { renderConfigPage } from '../src/config-page.js'

describe('the reference page', () => {
  it('has each key exactly once, in declared order, with all that the declaration says', () => {
    const lines = renderConfigPage().split('\n')
    const rows = lines.filter((line) => line.startsWith('| `')).map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))
    const expected = keyNames.map((name) => {
      const key: ConfigKey = configKeys[name]
      const text = key.kind === 'list' || key.default === '' ? 'empty' : `\`${String(key.default)}\``
      const names = [name, flagOf(name), envOf(name)].map((word) => `\`${word}\``)
      return ['', ...names, key.kind, key.limit, key.unit, text, key.commands.join(', '), key.doc, '']
    })
    expect(rows).toEqual(expected)
  })

  it('has whole sentences, ends with one newline and is the same each time', () => {
    for (const { doc } of [configFile, ...Object.values(configKeys)]) expect(doc).toMatch(/^[A-Z].*\.$/)
    expect(renderConfigPage()).toMatch(/[^\n]\n$/)
    expect(renderConfigPage()).toBe(renderConfigPage())
  })

  it('its example can be loaded', () => {
    const example = /```json\n(.*?)\n```/s.exec(renderConfigPage())?.[1]
    expect(loadConfig('host', { flags: { config: 'x.json' }, env: {}, readFile: () => example! })).toMatchObject({
      port: 7777,
      allowGuests: 'on',
      moderators: ['anna', 'bert'],
    })
  })
})
