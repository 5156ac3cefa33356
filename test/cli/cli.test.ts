import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { standardGame } from '../../game.js'
import { commandNames } from '../../src/config-kinds.js'
import { tempDirs } from '../server/temp-dir.js'
import { makeTinyGame, tinyGame } from '../server/tiny-game.js'
import { cli } from './cli-harness.js'

const directory = tempDirs()

describe('the myriad command', () => {
  it.each(commandNames)('has a help text for %s', async (name) => {
    const { run, printed } = cli()
    expect(await run(name, '--help')).toBe(0)
    expect(printed.out).toMatch(new RegExp(`^Usage: myriad ${name}`))
    expect(printed.err).toBe('')
  })

  it('lists its commands and its version', async () => {
    const help = cli()
    expect(await help.run('--help')).toBe(0)
    for (const name of commandNames) expect(help.printed.out).toMatch(new RegExp(`^ {2}${name} `, 'm'))
    const version = cli()
    expect(await version.run('--version')).toBe(0)
    expect(version.printed.out).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it.each([
    [['host', '--port', '70000'], /^myriad: port is "70000" \(flag --port\) but must be .*\n$/],
    [['host', '--prot', '1'], /^myriad host: unknown option '--prot'.*\n$/],
    [['simulate', '--ticks', '0'], /^myriad: ticks is "0" \(flag --ticks\) but must be .*\n$/],
    [['replay'], /^myriad replay: missing required argument 'file'.*\n$/],
    [['dance'], /^myriad: unknown command 'dance'.*\n$/],
    [['host', '--content', '/missing'], /^myriad: the game tiny has no content, but content is \/missing; leave it out\n$/],
    [['host', '--config', '/missing'], /^myriad: file \/missing cannot be read: .*\n$/],
    [['replay', '/missing'], /^myriad: \/missing cannot be read: ENOENT.*\n$/],
    [['host', '--record', '/missing/a.myr'], /^myriad: cannot write the recording \/missing\/a.myr: ENOENT.*\n$/],
  ])('says in one line what is wrong with %j, and exits with 2', async (args, line) => {
    const { run, printed } = cli()
    expect(await run(...args)).toBe(2)
    expect(printed.err).toMatch(line)
    expect(printed.out).toBe('')
  })

  it('says where content is wrong, and exits with 2', async () => {
    const contentDirectory = directory()
    writeFileSync(join(contentDirectory, 'tiny.json'), '{\n  oops }')
    const { run, printed } = cli(makeTinyGame({ contentDirectory }))
    expect(await run('simulate')).toBe(2)
    expect(printed.err).toMatch(/^myriad: .*tiny\.json line 2 column 3 is not JSON: .*\n$/)
  })

  it.each([
    ['--bot-levels', '0-99', 'levels are 1 to 20'],
    ['--bot-classes', 'juggler', 'known are'],
  ])('says which %s the game has not, and exits with 2', async (flag, value, limit) => {
    const { run, printed } = cli(standardGame)
    expect(await run('simulate', '--bots', '1', '--creatures', '0', '--ticks', '1', flag, value)).toBe(2)
    expect(printed.err).toMatch(new RegExp(`^myriad: .* names "${value}", .*${limit}.*\\n$`))
  })

  it('takes the environment, which a flag overrides', async () => {
    const { run, printed } = cli(tinyGame, { env: { MYRIAD_TICKS: '7', MYRIAD_JSON: 'true', MYRIAD_BOTS: '3' } })
    expect(await run('simulate', '--bots', '4')).toBe(0)
    expect(JSON.parse(printed.out)).toMatchObject({ ticks: 7, bots: 4 })
  })
})

describe('simulate', () => {
  it('prints one object with everything a program reads', async () => {
    const { run, printed } = cli()
    expect(await run('simulate', '--bots', '50', '--ticks', '100', '--seed', '7', '--json')).toBe(0)
    const result = JSON.parse(printed.out) as Record<string, unknown>
    expect(Object.keys(result)).toEqual([
      'ticks',
      'bots',
      'stateHash',
      'tickMs',
      'systemsMs',
      'rssBytes',
      'counters',
      'inCombatShare',
      'stuckBots',
      'idleBots',
      'experiencedShare',
      'measures',
      'levels',
      'quarterRssBytes',
    ])
    expect(result.quarterRssBytes).toHaveLength(4)
    expect(Object.keys(result.tickMs as object)).toEqual(['p50', 'p95', 'p99', 'max'])
    expect(result.counters).toEqual({ decisions: 248, intents: 248 })
    expect(result).toMatchObject({ ticks: 100, bots: 50, inCombatShare: 0.25 })
    expect(result.systemsMs).toHaveProperty('walker')
  })

  it('counts what the game counts, whatever that is', async () => {
    const none = { botsByTier: {}, bots: 0, inCombatShare: 0, stuckBots: 0, idleBots: 0, experiencedShare: 0 }
    const { run, printed } = cli({ ...tinyGame, report: () => ({ ...none, counters: { waltzes: 3 } }) })
    expect(await run('simulate', '--bots', '1', '--ticks', '1', '--json')).toBe(0)
    expect(JSON.parse(printed.out)).toMatchObject({ counters: { waltzes: 3, intents: expect.any(Number) } })
  })

  it('gives the same state for the same seed, another for another', async () => {
    const hash = async (seed: string) => {
      const { run, printed } = cli()
      await run('simulate', '--bots', '20', '--ticks', '200', '--seed', seed, '--json')
      return (JSON.parse(printed.out) as { stateHash: string }).stateHash
    }
    expect(await hash('7')).toBe(await hash('7'))
    expect(await hash('8')).not.toBe(await hash('7'))
  })

  it('prints a table for people', async () => {
    const { run, printed } = cli()
    expect(await run('simulate', '--bots', '50', '--ticks', '100')).toBe(0)
    expect(printed.out).toMatch(/^ticks +100$/m)
    expect(printed.out).toMatch(/^walker +\d+\.\d{3} ms a tick$/m)
  })

  it('ends with 70 and a crash file when the world breaks', async () => {
    const crashDir = directory()
    // More bots than there is room for.
    const { run, printed } = cli({ ...tinyGame, capacity: () => 10 })
    expect(await run('simulate', '--bots', '50', '--ticks', '100', '--crash-dir', crashDir)).toBe(70)
    const path = /see (\S+\.myr);/.exec(printed.err)?.[1] ?? ''
    expect(printed.err).toMatch(/^myriad: the world broke in tick 1: InvariantError: world is full/)
    expect(existsSync(path)).toBe(true)
  })
})

describe('replay', () => {
  it('says whether a recording gives the same again', async () => {
    const file = join(directory(), 'a.myr')
    await cli().run('simulate', '--bots', '20', '--ticks', '1200', '--record', file)
    const same = cli()
    expect(await same.run('replay', file, '--json')).toBe(0)
    const result = JSON.parse(same.printed.out) as object
    expect(result).toMatchObject({ ok: true, ticks: 1_200, checkpoints: 2, firstDifference: null })
    expect(Object.keys(result)).toEqual(['ok', 'ticks', 'checkpoints', 'stateHash', 'firstDifference'])
    const other = cli(makeTinyGame({ faultTick: 600 }))
    expect(await other.run('replay', file, '--json')).toBe(1)
    expect(JSON.parse(other.printed.out)).toMatchObject({ ok: false, firstDifference: { tick: 600, system: 'walker' } })
    const people = cli()
    expect(await people.run('replay', file)).toBe(0)
    expect(people.printed.out).toMatch(/^the same: 1,200 ticks/)
  })

  it('finds the content that a recording was made with', async () => {
    const [shipped, other] = [directory(), directory()]
    writeFileSync(join(shipped, 'tiny.json'), '{}')
    writeFileSync(join(other, 'tiny.json'), '{"other": 1}')
    const game = makeTinyGame({ contentDirectory: shipped })
    const file = join(directory(), 'a.myr')
    await cli(game).run('simulate', '--bots', '2', '--ticks', '10', '--record', file, '--content', other)
    expect(await cli(game).run('replay', file)).toBe(0)
    writeFileSync(join(other, 'tiny.json'), '{"other": 2}')
    const changed = cli(game)
    expect(await changed.run('replay', file)).toBe(2)
    expect(changed.printed.err).toMatch(/was recorded with content [0-9a-f]{16}, but here it is [0-9a-f]{16}/)
  })
})

describe('protocol', () => {
  it('prints opcodes, fields and layout as JSON, and a list for people', async () => {
    const json = cli()
    expect(await json.run('protocol', '--json')).toBe(0)
    const described = JSON.parse(json.printed.out) as { opcodes: { name: string; fields: object[] }[] }
    expect(described).toMatchObject({ protocolHash: expect.stringMatching(/^[0-9a-f]{16}$/), cellSizeM: 40 })
    expect(described.opcodes.find(({ name }) => name === 'tiny.add')?.fields).toMatchObject([{ name: 'amount', type: 'u8' }])
    const people = cli()
    expect(await people.run('protocol')).toBe(0)
    expect(people.printed.out).toMatch(/^0x0201 {2}tiny\.add +toServer +Adds to the own points\.$/m)
  })
})
