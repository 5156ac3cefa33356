import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { families } from '../../bench/families.js'
import type { Line } from '../../bench/table.js'
import { read } from '../repo/sources.js'

const program = fileURLToPath(new URL('../../dist/bench/main.js', import.meta.url))
const isBuilt = existsSync(program)
if (!isBuilt && process.env.CI === undefined) console.log(`skipped: ${program} is not there; run \`npm run build\``)

const run = (...args: string[]) => spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', timeout: 280_000 })

/** Some of what each bench must print, by its name; `*` stands for anything. */
const expected: Readonly<Record<string, readonly string[]>> = {
  'tick-1000': [
    'tick, 1000 bots: p50',
    'tick, 1000 bots: p95',
    'tick, 1000 bots: p99',
    'tick, 1000 bots: max',
    'system botMind, *',
  ],
  'tick-5000': [
    'tick, 5000 bots: p99',
    'tick, 5000 bots: time of the processor, mean',
    'tick, 5000 bots: decisions',
    'tick, 5000 bots: in combat, mean',
    'tick, 5000 bots: live heap *a bot',
    'tick, 5000 bots: garbage collection, *',
    'tick, 5000 bots: garbage collections a second*',
    'tick, 5000 bots: heap bytes allocated',
    'system movement, *',
  ],
  'tick-50000': [
    'tick, 50000 bots, the zone repeated: p99',
    'tick, 50000 bots, the zone repeated: resident memory*',
    'tick, 50000 bots, the zone repeated, load level*',
  ],
  'tick-100000': [
    'tick, 100000 bots, the zone repeated: p99',
    'tick, 100000 bots, the zone repeated: resident memory*',
    'tick, 100000 bots, the zone repeated, load level*',
  ],
  decision: [
    'decision: mean*',
    'decision: p99',
    'decision: p99.9',
    'decision, tier active: mean',
    'decision: cache of abilities*',
  ],
  gate: ['a command, bytes to intent: mixed', 'intents of clients dispatched*', 'refusals by one core, a flood of: too fast'],
  cells: [
    'encoding a body of*',
    'moving: each further one',
    'moving, with health: *',
    'entering, with a name*',
    'entering a cell of 500*',
  ],
  clients: ['200', '500', '1000'].flatMap((count) => [
    `${count} clients: part of one core, server`,
    `${count} clients: part of one core, bare transport*`,
    `${count} clients: tick, p99`,
    `${count} clients: ticks a second`,
    `${count} clients: to a client`,
    `${count} clients: from tick to client, p99`,
  ]),
  life: ['start to the first tick*', 'from SIGTERM*', 'fast-forward*world time*', 'replay*ticks', 'the economy under faults*'],
  store: [
    'store, 5000 bots: tick, p50, SQLite − memory',
    'store, 5000 bots: tick, p99, SQLite − memory',
    'store, 5000 bots, SQLite: a commit, p99',
    'store, 5000 bots, SQLite: written to the disk a bot-hour',
    'store, 5000 bots, SQLite: the database grows by, a bot-hour',
    'store, 1500 loots a second*: accepted',
    'store, 1500 loots a second*: ticks a second',
    ...['charactersOf', 'loadCharacter', 'loadBots', 'createCharacter'].map((call) => `store, 5000 bots, ${call}: p99`),
    'start to the first tick, 5000 saved bots',
    'start until all are in the world, 5000 saved bots',
    'from SIGTERM to the end, everything saved, 5000 saved bots',
  ],
  trades: [
    ...['of 1000 clients', 'among 5000 bots', 'as many as 2000 clients can'].flatMap((market) => [
      `durable trades over sockets, ${market}: done`,
      `durable trades over sockets, ${market}: from accept to ok, p99`,
      `durable trades over sockets, ${market}: tick, p99`,
    ]),
    'durable trades in process: done',
    'durable trades in process, each committed alone: done',
  ],
  rates: ['move intents', 'combat-state changes', 'casts', 'loots', 'trades', 'all rates together'].flatMap((name) => [
    `rate, ${name}: accepted`,
    `rate, ${name}: tick, p99`,
    `rate, 10 × ${name}: tick, p99`,
  ]),
  check: ['decisions', 'intents', 'framesSent', 'bytesSent', 'records', 'bytes a send', 'heap bytes allocated a tick'].map(
    (name) => `check: ${name}`,
  ),
}

const matches = (metric: string, pattern: string): boolean => {
  const parts = pattern.split('*').map((part) => part.replace(/[.()]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`).test(metric)
}

describe.skipIf(!isBuilt && process.env.CI === undefined)('npm run bench', () => {
  it('produces every row of every bench', { timeout: 300_000 }, () => {
    const { status, stdout, stderr } = run('--quick', '--json')
    expect(status, stderr).toBe(0)
    const { rows, machine } = JSON.parse(stdout) as { rows: Line[]; machine: Readonly<Record<string, unknown>> }
    expect(machine).toMatchObject({
      cores: expect.any(Number),
      loadBefore: expect.any(Array),
      spinBefore: { ms: expect.any(Number) },
    })
    expect([...new Set(rows.map(({ family }) => family))].sort()).toEqual(Object.keys(families).sort())
    const lost = Object.entries(expected).flatMap(([family, patterns]) =>
      patterns.filter((pattern) => !rows.some((row) => row.family === family && matches(row.metric, pattern))),
    )
    expect(lost).toEqual([])
    const empty = rows.filter(({ value, note }) => !Number.isFinite(value) && !note?.startsWith('not measured: '))
    expect(empty).toEqual([])
    expect(rows.filter(({ metric }, i) => rows.findIndex((row) => row.metric === metric) !== i)).toEqual([])
    // Sizes like these say nothing about a goal.
    expect(new Set(rows.map(({ verdict }) => verdict))).toEqual(new Set(['', 'small']))
    const counted = rows.filter(({ rule }) => rule !== undefined).map(({ metric }) => metric)
    const baseline = JSON.parse(read('bench/baseline.json')) as { check: { values: Readonly<Record<string, number>> } }
    expect(counted.sort(), 'bench/baseline.json has other counts').toEqual(Object.keys(baseline.check.values).sort())
  })

  it.each([
    [['--only', 'nothing'], /^bench: no bench is called nothing; known are tick-1000, .*\n$/],
    [['--only', 'gate', '--quick', '--save'], /^bench: --quick measures nothing .*\n$/],
    [['--check', '--save'], /^bench: --check, --save and --compare are three things.*\n$/],
    [['--compare', 'no-such-revision'], /^bench: git knows no revision no-such-revision.*\n$/],
    [['--nothing'], /unknown option/],
  ])('refuses %j in one line, with exit code 2', (args, text) => {
    const { status, stdout, stderr } = run(...args)
    expect(stderr).toMatch(text)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  })
})

describe('bench/README.md', () => {
  it('tells of every bench', () => {
    const text = read('bench/README.md')
    expect(Object.keys(families).filter((name) => !text.includes(`\`${name}\``))).toEqual([])
    expect(Object.keys(expected).sort()).toEqual(Object.keys(families).sort())
  })
})
