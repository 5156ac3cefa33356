import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listed, type Reference, references, root, sources } from './sources.js'

interface Layer {
  /** What its files may import, by the start of the path from the root. Their own folder needs no mention. */
  readonly values: readonly string[]
  /** What they may import types from, besides: a type is gone at run time and brings no code along. */
  readonly types?: readonly string[]
  readonly packages?: readonly string[]
}

const base = ['src/assert.ts', 'src/errors.ts']
const framework = ['src/']
const core = ['src/schema/', 'src/ecs/', 'src/protocol/', ...base]

/** The longest start of a path that is listed here is its layer. */
const layers: Readonly<Record<string, Layer>> = {
  'src/schema/': { values: base },
  'src/protocol/': { values: ['src/schema/', ...base], packages: ['msgpackr'] },
  // An intent's and an opcode's types are the protocol's; its code is not needed.
  'src/ecs/': { values: ['src/schema/', ...base], types: ['src/protocol/'], packages: ['bitecs'] },
  'src/space/': { values: core },
  // The journal writes rows of the shape that the store keeps, for the characters that `net` knows to be played.
  'src/persist/': { values: [...core, 'src/ports/packed-rows.ts'], types: ['src/ports/store.ts', 'src/net/presence.ts'] },
  // Inbox entries are what identity and store have answered: packed rows and ids as the store has them.
  'src/net/': {
    values: [...core, 'src/space/', 'src/persist/', 'src/ports/packed-rows.ts', 'src/ports/store.ts'],
    types: ['src/ports/'],
  },
  'src/bots/': { values: [...core, 'src/client/'], types: ['src/server/'], packages: ['ws'] },
  'src/ports/': { values: base },
  'src/adapters/': {
    values: ['src/ports/', 'src/protocol/', ...base],
    packages: [
      'node:',
      'better-sqlite3',
      'kysely',
      'pino',
      'pino-pretty',
      'prom-client',
      'uWebSockets.js',
      'ws',
      'jose',
      '@node-rs/argon2',
    ],
  },
  'src/client/': {
    values: ['src/schema/', 'src/protocol/', 'src/net/opcodes.ts', 'src/errors.ts'],
    types: ['src/ecs/component.ts'],
  },
  'src/server/': {
    values: [...core, 'src/net/', 'src/space/', 'src/persist/', 'src/ports/', 'src/adapters/', 'src/bots/', 'src/config'],
    // A game module may bring the brain of remote bots, which sees what the SDK shows.
    types: ['src/client/'],
    packages: ['node:', 'zod'],
  },
  'src/testing/': { values: framework, packages: ['node:'] },
  'src/cli/': { values: framework, packages: ['node:', 'commander'] },
  'src/cli.ts': { values: [...framework, 'game.ts'], packages: ['node:'] },
  'src/assert.ts': { values: [] },
  'src/errors.ts': { values: [] },
  'src/errors-page.ts': { values: base },
  'src/config': { values: ['src/config', ...base], packages: ['zod', 'commander'] },
  'src/index.ts': { values: framework },
  'components/': { values: ['src/schema/', 'src/ecs/'] },
  // A list in a payload is as long as the rows of the component that it shows.
  'protocol/': { values: ['components/', 'src/schema/', 'src/protocol/', 'src/net/opcodes.ts'] },
  'systems/': {
    values: ['components/', 'protocol/', ...core, 'src/net/', 'src/space/', 'src/persist/'],
    // Saved rows and the report are handed over in the framework's shapes; remote bots look through the SDK.
    types: ['src/ports/store.ts', 'src/server/game-module.ts', 'src/client/'],
  },
  'systems/content/': { values: ['components/', 'protocol/', 'systems/', ...core], packages: ['zod'] },
  'game.ts': { values: ['components/', 'protocol/', 'systems/', 'src/server/game-module.ts'], packages: ['node:'] },
  'web/': {
    values: ['components/', 'protocol/', 'src/client/', 'src/schema/', 'src/net/opcodes.ts', 'src/ecs/maths.ts'],
    types: ['src/', 'systems/content/types.ts'],
  },
  'scripts/': {
    values: ['game.ts', 'components/', 'protocol/', 'systems/', 'scripts/', ...framework],
    packages: ['node:', 'commander'],
  },
  // Real clients and a look into the database, from outside the server.
  'scripts/crash/': {
    values: ['game.ts', 'components/', 'protocol/', 'systems/', 'scripts/', ...framework],
    packages: ['node:', 'better-sqlite3', 'ws'],
  },
  'scripts/powerloss/': {
    values: ['scripts/', ...framework],
    packages: ['node:', 'better-sqlite3'],
  },
  'bench/': {
    values: [
      'game.ts',
      'components/',
      'protocol/',
      'systems/',
      'scripts/wire-cost/',
      'scripts/fuzz/stage-hand.ts',
      'scripts/dst/run.ts',
      ...framework,
    ],
    packages: ['node:', 'commander'],
  },
}

const outside = ['test/', 'examples/', 'vitest.config.ts', 'vitest.mutate.config.ts']
const layerNames = Object.keys(layers).sort((a, b) => b.length - a.length)
const layerOf = (path: string): string | undefined => layerNames.find((name) => path.startsWith(name))
const checked = sources.filter((path) => !outside.some((start) => path.startsWith(start)))
const all = checked.flatMap(references)

function isAllowed(reference: Reference): boolean {
  const name = layerOf(reference.file)
  if (name === undefined) return false
  const { values, types = [], packages = [] } = layers[name]
  const { target } = reference
  if (target === undefined)
    return reference.typeOnly || packages.some((p) => (p.endsWith(':') ? reference.from.startsWith(p) : reference.from === p))
  const allowed = [name, ...values, ...(reference.typeOnly ? types : [])]
  return allowed.some((start) => target.startsWith(start))
}

describe('layers', () => {
  it('hold every source', () => {
    expect(listed(checked.filter((path) => layerOf(path) === undefined))).toBe('')
    expect(all.length).toBeGreaterThan(300)
  })

  it('import only what the design lets them', () => {
    const wrong = all.filter((reference) => !isAllowed(reference))
    const text = wrong.map(({ file, line, from, typeOnly }) => `${file}:${line}: imports ${typeOnly ? 'types of ' : ''}${from}`)
    expect(listed(text)).toBe('')
  })

  it('import files that are there, by their compiled names', () => {
    const missing = all.filter(({ target, from }) => {
      if (target === undefined) return false
      return (
        !from.endsWith('.js') || !(existsSync(join(root, target)) || existsSync(join(root, target.replace(/\.ts$/, '.d.ts'))))
      )
    })
    expect(listed(missing.map(({ file, line, from }) => `${file}:${line}: ${from}`))).toBe('')
  })

  it('have the framework know nothing of a game', () => {
    const game = ['components/', 'systems/', 'protocol/', 'game.ts', 'content/']
    const wrong = all.filter(({ file, target }) => {
      return file.startsWith('src/') && !file.startsWith('src/cli') && game.some((start) => target?.startsWith(start))
    })
    expect(listed(wrong.map(({ file, line, from }) => `${file}:${line}: ${from}`))).toBe('')
  })

  it('keep Node, ports and adapters away from systems, and Node from the SDK', () => {
    const wrong = all.filter(({ file, from, target }) => {
      if (file.startsWith('systems/') && /^src\/(ports|adapters)\//.test(target ?? '')) return target !== 'src/ports/store.ts'
      return /^(systems|components|protocol|web|src\/client)\//.test(file) && from.startsWith('node:')
    })
    expect(listed(wrong.map(({ file, line, from }) => `${file}:${line}: ${from}`))).toBe('')
  })
})

describe('imports', () => {
  it('go round in no circle', () => {
    const targets = new Map<string, readonly string[]>(
      checked.map((file) => [file, references(file).flatMap((r) => (r.typeOnly || r.target === undefined ? [] : [r.target]))]),
    )
    const done = new Set<string>()
    const circles: string[] = []
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '))
      else if (!done.has(file)) for (const next of targets.get(file) ?? []) visit(next, [...path, file])
      done.add(file)
    }
    for (const file of checked) visit(file, [])
    expect(listed(circles)).toBe('')
  })
})

describe('the rule of layers', () => {
  const reference = (file: string, from: string, target: string | undefined, typeOnly = false): Reference => ({
    file,
    from,
    target,
    typeOnly,
    line: 1,
  })

  it('refuses what it is for, and tells types from values', () => {
    const refused = [
      reference('systems/loot.ts', 'node:fs', undefined),
      reference('systems/loot.ts', '../src/adapters/memory-store.js', 'src/adapters/memory-store.ts', true),
      reference('systems/loot.ts', '../src/ports/store.js', 'src/ports/store.ts'),
      reference('src/net/net.ts', '../../systems/loot.js', 'systems/loot.ts'),
      reference('src/ecs/world.ts', '../protocol/codec.js', 'src/protocol/codec.ts'),
      reference('src/client/client.ts', '../net/net.js', 'src/net/net.ts'),
      reference('src/client/client.ts', '../ecs/component.js', 'src/ecs/component.ts'),
      reference('components/bag.ts', '../systems/bag-rules.js', 'systems/bag-rules.ts'),
      reference('src/other/new.ts', './x.js', 'src/other/x.ts'),
    ]
    expect(refused.filter(isAllowed)).toEqual([])
    expect(isAllowed(reference('src/ecs/world.ts', '../protocol/opcode.js', 'src/protocol/opcode.ts', true))).toBe(true)
    expect(isAllowed(reference('src/client/client.ts', '../ecs/component.js', 'src/ecs/component.ts', true))).toBe(true)
  })
})
