import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { components } from '../../components/index.js'
import { standardGame } from '../../game.js'
import { checkOpcodes } from '../../src/ecs/pipeline.js'
import { frameworkOpcodes } from '../../src/net/opcodes.js'
import { listed, read, references, root, scanned, sources } from './sources.js'

const directlyIn = (folder: string): readonly string[] => sources.filter((path) => posix.dirname(path) === folder)
const importsOf = (path: string): readonly (string | undefined)[] => references(path).map(({ target }) => target)

/** Beside systems and rules: what several of them share. */
const sharedBySystems = [
  'events.ts',
  'pipeline.ts',
  'counters.ts',
  'stats-of.ts',
  'sight.ts',
  'teleport.ts',
  'spawn-table.ts',
  'object-table.ts',
  'uids.ts',
  'ledger.ts',
  'report.ts',
]

describe('systems/', () => {
  it('holds the pipeline’s systems, their rules, and what they share', () => {
    const inPipeline = importsOf('systems/pipeline.ts')
    const lost = directlyIn('systems').filter((path) => {
      const name = posix.basename(path)
      return !inPipeline.includes(path) && !name.endsWith('-rules.ts') && !sharedBySystems.includes(name)
    })
    expect(listed(lost.map((path) => `${path}: is no system of the pipeline; list it, or name it …-rules.ts`))).toBe('')
  })

  it('has nothing in the list of shared files that is gone', () => {
    expect(sharedBySystems.filter((name) => !sources.includes(`systems/${name}`))).toEqual([])
  })

  it('declares each system in the file of its name', () => {
    const misnamed = standardGame.pipeline.order
      .filter((system) => system.framework === undefined)
      .map((system) => [system.name, `systems/${system.name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.ts`])
      .filter(([, path]) => !sources.includes(path))
    expect(misnamed).toEqual([])
  })
})

describe('components/', () => {
  it('is listed whole in its index', () => {
    const lost = directlyIn('components').filter((path) => {
      return path !== 'components/index.ts' && !importsOf('components/index.ts').includes(path)
    })
    expect(listed(lost)).toBe('')
  })

  it('declares nothing that the game does not list', () => {
    const declared = directlyIn('components').flatMap((path) =>
      [...scanned(path).withStrings.matchAll(/\bdefineComponent\(\s*'([^']+)'/g)].map((match) => match[1]),
    )
    expect(declared.sort()).toEqual(components.map((component) => component.name).sort())
  })
})

describe('protocol/', () => {
  it('is listed whole in its index', () => {
    const lost = directlyIn('protocol').filter((path) => {
      return path !== 'protocol/index.ts' && !importsOf('protocol/index.ts').includes(path)
    })
    expect(listed(lost)).toBe('')
  })

  it('declares nothing that the protocol does not list, and the protocol nothing twice', () => {
    const declared = [...directlyIn('protocol'), 'src/net/opcodes.ts'].flatMap((path) =>
      [...scanned(path).withStrings.matchAll(/\bto(?:Server|Client|Cell)\(\{\s*id: (0x[0-9a-f]{4}),\s*name: '([^']+)'/g)].map(
        (match) => `${match[1]} ${match[2]}`,
      ),
    )
    const hex = (id: number): string => `0x${id.toString(16).padStart(4, '0')}`
    const compiled = standardGame.protocol.opcodes.map(({ id, name }) => `${hex(id)} ${name}`)
    expect(declared.sort()).toEqual([...compiled].sort())
    expect(compiled).toContain(`${hex(frameworkOpcodes[0].id)} ${frameworkOpcodes[0].name}`)
  })

  it('has ids by section: the file’s opcodes share their high byte but for the direction', () => {
    const mixed = directlyIn('protocol').filter((path) => {
      const sections = [...scanned(path).code.matchAll(/\bid: 0x([0-9a-f]{2})[0-9a-f]{2}\b/g)].map(
        (m) => Number.parseInt(m[1], 16) & 0x7f,
      )
      return new Set(sections).size > 1
    })
    expect(listed(mixed)).toBe('')
  })
})

describe('the standard game', () => {
  it('takes every request that its protocol has, and speaks only what is in it', () => {
    expect(() => checkOpcodes(standardGame.pipeline, standardGame.protocol.opcodes)).not.toThrow()
  })
})

describe('content/', () => {
  it('is data: no source imports it', () => {
    const imported = sources
      .flatMap(references)
      .filter(({ target, from }) => target?.startsWith('content/') || from.endsWith('.json'))
    expect(listed(imported.map(({ file, line, from }) => `${file}:${line}: ${from}`))).toBe('')
    expect(root).not.toBe('')
    expect(JSON.parse(read('content/zone.json'))).toBeTypeOf('object')
  })
})
