import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { type ConfigSources, loadConfig, oneLine } from '../src/config.js'
import { type Config, configKeys, envOf, flagOf, type KeyName, keyNames, keysOf } from '../src/config-keys.js'
import type { CommandName, ConfigKey } from '../src/config-kinds.js'

interface Given {
  flags?: ConfigSources['flags']
  env?: ConfigSources['env']
  /** The text of the file; with it, --config x.json is passed. */
  file?: string
}

function load<C extends CommandName>(command: C, { flags = {}, env = {}, file }: Given = {}): Config<C> {
  const readFile = () => {
    if (file === undefined) throw new Error('no file here')
    return file
  }
  return loadConfig(command, { flags: file === undefined ? flags : { config: 'x.json', ...flags }, env, readFile })
}

/** The lines of the error; none when the configuration is accepted. */
function problems(command: CommandName, given: Given): string[] {
  try {
    load(command, given)
    return []
  } catch (error) {
    expect(error).toMatchObject({ name: 'MyriadError', code: 'BAD_CONFIG' })
    return (error as Error).message.split('\n')
  }
}

const accepts = (command: CommandName, given: Given): boolean => problems(command, given).length === 0
const commandOf = (name: KeyName): CommandName => (configKeys[name] as ConfigKey).commands[0]!

/** One value of one key, given by each source in turn. */
const bySource = (name: KeyName, text: string, json: unknown): Given[] => [
  { flags: { [name]: text } },
  { env: { [envOf(name)]: text } },
  { file: JSON.stringify({ [name]: json }) },
]

/** Every source must say the same of a value. */
function expectVerdict(name: KeyName, text: string, json: unknown, verdict: boolean): void {
  for (const given of bySource(name, text, json)) expect(accepts(commandOf(name), given), JSON.stringify(given)).toBe(verdict)
}

function expectTexts(name: KeyName, { good, bad }: { good: readonly string[]; bad: readonly string[] }): void {
  for (const text of good) expectVerdict(name, text, text, true)
  for (const text of bad) expectVerdict(name, text, text, false)
}

/** The agreed least, largest and default values, written out a second time so that a slip in the declarations shows. */
const integers = {
  ...{ port: [0, 65_535, 7777], bots: [0, 100_000, 1000], creatures: [0, 200_000, 6000], seed: [0, 4_294_967_295, 1] },
  ...{ tickHz: [5, 60, 20], clientsMax: [1, 5000, 1200], graceS: [0, 600, 60], statusEveryS: [0, 3600, 5] },
  ...{ maxSeconds: [0, 86_400, 0], ticks: [1, 10_000_000, 2400], count: [1, 2000, 200], seconds: [1, 86_400, 30] },
  ...{ outerRing: [0, 8, 0], outerEvery: [2, 100, 10] },
  ...{ addressClientsMax: [1, 5000, 20], drainS: [0, 3600, 0], validS: [1, 31_536_000, 86_400] },
  ...{ botArrivalsPerS: [1, 100_000, 2000], hours: [0, 168, 0] },
  ...{ accountTokenS: [1, 31_536_000, 86_400], passwordCharsMin: [8, 64, 10], accountTriesMax: [1, 1000, 10] },
  ...{ addressLoginsPerMin: [1, 100_000, 20], addressRegistersPerHour: [1, 100_000, 10] },
  ...{ ledgerKeepDays: [0, 36_500, 7], memoryLimitMb: [0, 1_000_000, 0], reportEveryS: [1, 3600, 60] },
  ...{ decisionsPerTick: [0, 100_000, 0], abilityCacheMs: [0, 10_000, 100], targetCacheMs: [0, 10_000, 500] },
} satisfies Partial<Record<KeyName, [number, number, number]>>
const AUTO = ['auto', 'on', 'off']
const choices = {
  logLevel: ['debug', 'info', 'warn', 'error'],
  logPretty: AUTO,
  allowGuests: AUTO,
  profiling: AUTO,
  role: ['player', 'moderator', 'gameMaster'],
  botPlaces: ['auto', 'starts', 'grounds'],
  botCaches: ['on', 'off'],
  accounts: ['off', 'login', 'open'],
  lock: ['keep', 'on', 'off'],
  setRole: ['keep', 'player', 'moderator', 'gameMaster'],
}
const textLengths = {
  ...{ host: [1, 255], content: [0, 1024], record: [0, 1024], crashDir: [1, 1024] },
  ...{ account: [1, 24], jwtSecretFile: [0, 1024], tlsCert: [0, 1024], tlsKey: [0, 1024], passwordFile: [0, 1024] },
} as const
const entries = <T extends object>(table: T) => Object.entries(table) as [keyof T & KeyName, T[keyof T]][]

describe('names and merging', () => {
  test('flags and variables are derived from the key', () => {
    const names = ['port', 'tickHz', 'statusEveryS', 'config']
    expect(names.map(flagOf)).toEqual(['--port', '--tick-hz', '--status-every-s', '--config'])
    expect(names.map(envOf)).toEqual(['MYRIAD_PORT', 'MYRIAD_TICK_HZ', 'MYRIAD_STATUS_EVERY_S', 'MYRIAD_CONFIG'])
    for (const nameOf of [flagOf, envOf]) expect(new Set([...keyNames, 'config'].map(nameOf)).size).toBe(keyNames.length + 1)
  })

  test('each command has the agreed keys', () => {
    const keys = (command: CommandName) => [...keysOf(command)].sort().join(' ')
    const hosting =
      'graceS host jwtSecretFile ledgerKeepDays logLevel logPretty maxSeconds memoryLimitMb moderators origins outerEvery outerRing passwordCharsMin port profiling proxies record report reportEveryS seed'
    const first =
      'abilityCacheMs accountTokenS accountTriesMax accounts addressClientsMax addressLoginsPerMin addressRegistersPerHour allowGuests botArrivalsPerS botCaches botClasses botLevels botPlaces bots clientsMax content crashDir creatures decisionsPerTick drainS'
    expect(keys('host')).toBe(`${first} ${hosting} statusEveryS store targetCacheMs tickHz tlsCert tlsKey`)
    expect(keys('audit')).toBe('content db json')
    expect(keys('token')).toBe('account jwtSecretFile role validS')
    expect(keys('account')).toBe('json lock passwordCharsMin passwordFile setRole store')
    expect(keys('simulate')).toBe(
      'abilityCacheMs botArrivalsPerS botCaches botClasses botLevels botPlaces bots content crashDir creatures decisionsPerTick hours json record seed targetCacheMs tickHz ticks',
    )
    expect(keys('bots')).toBe('count json seconds seed url')
    expect([keys('replay'), keys('protocol')]).toEqual(['json', 'json'])
    // The tables of this test cover every key.
    const tested = Object.keys({ ...integers, ...choices, ...textLengths })
    expect(
      [...tested, 'url', 'moderators', 'origins', 'proxies', 'json', 'report', 'store', 'db', 'botLevels', 'botClasses'].sort(),
    ).toEqual([...keyNames].sort())
  })

  test('defaults', () => {
    expect(load('host')).toEqual({
      ...{ host: '127.0.0.1', port: 7777, bots: 1000, creatures: 6000, seed: 1, tickHz: 20, content: '', record: '' },
      ...{ crashDir: '.', store: '', logLevel: 'info', logPretty: 'auto', allowGuests: 'auto', moderators: [], clientsMax: 1200 },
      ...{ graceS: 60, statusEveryS: 5, maxSeconds: 0, addressClientsMax: 20, drainS: 0, jwtSecretFile: '' },
      ...{ origins: [], proxies: [], tlsCert: '', tlsKey: '', outerRing: 0, outerEvery: 10 },
      ...{ botLevels: '', botClasses: '', botPlaces: 'auto', botArrivalsPerS: 2000 },
      ...{ accounts: 'off', accountTokenS: 86_400, passwordCharsMin: 10, accountTriesMax: 10 },
      ...{ addressLoginsPerMin: 20, addressRegistersPerHour: 10 },
      ...{ memoryLimitMb: 0, report: false, reportEveryS: 60, profiling: 'auto' },
      ...{ decisionsPerTick: 0, botCaches: 'on', abilityCacheMs: 100, targetCacheMs: 500, ledgerKeepDays: 7 },
    })
    expect(load('bots')).toEqual({ url: 'ws://127.0.0.1:7777/', count: 200, seconds: 30, seed: 1, json: false })
    expect(load('audit')).toEqual({ content: '', db: 'sqlite:./data/world.db', json: false })
    expect(load('simulate')).toMatchObject({ ticks: 2400, bots: 1000, json: false })
    expect([load('replay'), load('protocol')]).toEqual([{ json: false }, { json: false }])
    for (const name of keyNames) expect(configKeys[name].schema.safeParse(configKeys[name].default).success, name).toBe(true)
    expect(load('host', { flags: { port: undefined }, env: { MYRIAD_PORT: undefined } }).port).toBe(7777)
  })

  test('default < file < environment < flag, for any subset of the sources, each key by itself', () => {
    const subset = fc.property(fc.boolean(), fc.boolean(), fc.boolean(), (inFile, inEnv, inFlags) => {
      const given: Given = {
        ...(inFile && { file: '{"port": 1, "bots": 9}' }),
        ...(inEnv && { env: { MYRIAD_PORT: '2', MYRIAD_SEED: '9' } }),
        ...(inFlags && { flags: { port: '3', tickHz: '9' } }),
      }
      const port = inFlags ? 3 : inEnv ? 2 : inFile ? 1 : 7777
      const others = { bots: inFile ? 9 : 1000, seed: inEnv ? 9 : 1, tickHz: inFlags ? 9 : 20 }
      expect(load('host', given)).toMatchObject({ port, ...others })
    })
    fc.assert(subset)
  })

  test('shares of bots are lists of levels or classes with weights', () => {
    const stores = ['', 'memory:', 'sqlite:world.db', 'sqlite:./data/world.db', 'sqlite:/var/lib/a b.db']
    expectTexts('db', { good: ['sqlite:world.db'], bad: ['', 'memory:', 'sqlite:', 'world.db'] })
    expectTexts('store', {
      good: stores,
      bad: ['world.db', 'sqlite:', 'sqlite::memory:', 'memory:x', 'file:world.db', 'sqlite:a\u0000'],
    })
    expectTexts('botLevels', {
      good: ['', '1', '1-20', '1:40,2-5:30,10', 'spread'],
      bad: ['x', 'spread:2', '1,spread', '1,', '1-', ':3', '1:', '1 - 3', '-4'],
    })
    expectTexts('botClasses', { good: ['', 'mender', 'guardian:2,mender'], bad: ['Mender', 'mender,', 'a:b', '3:4', ','] })
  })

  test('the path of the file: the flag wins over the variable', () => {
    const read: string[] = []
    for (const [flag, variable] of [[undefined, 'a.json'], ['b.json', 'a.json'], []]) {
      const readFile = (path: string) => `{"seed": ${read.push(path)}}`
      loadConfig('host', { flags: { config: flag }, env: { MYRIAD_CONFIG: variable }, readFile })
    }
    expect(read).toEqual(['a.json', 'b.json'])
  })

  test('keys of other commands in file and environment are left alone, whatever their value', () => {
    const given = { file: '{"port": "x", "json": true}', env: { MYRIAD_TICKS: 'x', PATH: '/bin' } }
    expect(load('replay', given)).toEqual({ json: true })
  })

  test('the result is frozen, lists included', () => {
    const lists = [load('host').moderators, load('host', { flags: { moderators: 'anna' } }).moderators]
    for (const value of [load('host'), ...lists]) expect(Object.isFrozen(value)).toBe(true)
  })

  test('the type has the keys of its command only', () => {
    expectTypeOf<Config<'replay'>>().toEqualTypeOf<{ readonly json: boolean }>()
    expectTypeOf<Config<'host'>['logLevel']>().toEqualTypeOf<'debug' | 'info' | 'warn' | 'error'>()
    expectTypeOf<Config<'host'>['moderators']>().toEqualTypeOf<readonly string[]>()
    expectTypeOf<keyof Config<'host' | 'bots'>>().toEqualTypeOf<'seed'>()
  })
})

describe('bounds', () => {
  test.each(entries(integers))('%s: least, largest and default are %j', (name, [min, max, fallback]) => {
    expect(configKeys[name].default).toBe(fallback)
    const isInside = (value: number) => Number.isInteger(value) && value >= min && value <= max
    const doubles = fc.double().filter((value) => !Object.is(value, -0))
    const values = fc.oneof(fc.integer({ min, max }), fc.maxSafeInteger(), doubles)
    const property = fc.property(values, (value) => {
      expectVerdict(name, String(value), value, isInside(value))
      if (!isInside(value)) return
      for (const given of bySource(name, String(value), value)) expect(load(commandOf(name), given)).toHaveProperty(name, value)
    })
    fc.assert(property, { examples: [[min - 1], [min], [max], [max + 1]] })
  })

  test('a whole number is plain decimal digits', () => {
    const wrong = ['', ' ', ' 5', '5 ', '5\n', ...'12abc 1e3 0x10 007 +5 5.0 -0 1_000 ٣ NaN Infinity'.split(' ')]
    const property = fc.property(fc.string(), (text) => {
      fc.pre(!/^(0|[1-9]\d{0,4})$/.test(text))
      for (const given of [{ flags: { port: text } }, { env: { MYRIAD_PORT: text } }]) expect(accepts('host', given)).toBe(false)
    })
    fc.assert(property, { examples: wrong.map((text) => [text]) })
  })

  test("the file's values have JSON's types", () => {
    const refuses = (name: KeyName, ...values: string[]) => {
      for (const value of values) expect(accepts(commandOf(name), { file: `{"${name}": ${value}}` }), value).toBe(false)
    }
    refuses('port', '"5"', '5.5', '-0', 'null', 'true', '[5]', '{}', '1e400')
    refuses('host', '5', '0', 'null', '["a"]')
    refuses('json', '"true"', '1', 'null')
    refuses('moderators', '"anna"', '[1]', '[["a"]]', '{}', '["a,b"]', '[""]')
  })

  test.each(entries(choices))('%s: one of %j', (name, options) => {
    expectTexts(name, { good: options, bad: ['', 'trace', 'ON', 'auto ', 'toString'] })
    const others = fc.string().filter((text) => !options.includes(text))
    fc.assert(fc.property(others, (text) => expectVerdict(name, text, text, false)))
  })

  test.each(entries(textLengths))('%s: %j characters', (name, [min, max]) => {
    expectTexts(name, { good: [], bad: ['a\0b', 'a\nb', 'a\u009bb'] })
    const lengths = fc.property(fc.nat(2 * max), (length) => {
      expectVerdict(name, 'a'.repeat(length), 'a'.repeat(length), length >= min && length <= max)
    })
    fc.assert(lengths, { examples: [[0], [1], [max], [max + 1]] })
  })

  test('host is one word and url a ws or wss address', () => {
    expectTexts('host', { good: ['::1', '0.0.0.0', 'localhost'], bad: [' ', 'a b', ' 127.0.0.1'] })
    const longest = `ws://h/${'a'.repeat(2048 - 7)}`
    const bad = ['', 'ws://h/ a', 'WS://h\n', `${longest}a`, ...'http://h/ ws:// ws:h h:7777 ws://h:99999/ ws://h/#a'.split(' ')]
    expectTexts('url', { good: ['ws://127.0.0.1:7777/', 'wss://example.org', 'ws://[::1]:1/', longest], bad })
  })

  test('moderators: names between commas, or an array', () => {
    const list = (count: number, chars: number) => Array.from({ length: count }, () => 'é'.repeat(chars))
    for (const good of [[], ['anna'], ['anna', 'bert'], list(100, 24)]) {
      for (const given of bySource('moderators', good.join(','), good)) expect(load('host', given).moderators).toEqual(good)
    }
    for (const bad of [['anna', ''], ['', 'anna'], ['a b'], ['anna', ' bert'], list(101, 1), list(1, 25)]) {
      expectVerdict('moderators', bad.join(','), bad, false)
    }
  })

  test('json is a flag without value, and true or false elsewhere', () => {
    expect(load('replay', { flags: { json: true } }).json).toBe(true)
    expect(load('replay', { env: { MYRIAD_JSON: 'true' } }).json).toBe(true)
    expect(load('replay', { env: { MYRIAD_JSON: 'false' }, file: '{"json": true}' }).json).toBe(false)
    for (const text of ['', '1', '0', 'yes', 'TRUE']) expect(accepts('replay', { env: { MYRIAD_JSON: text } }), text).toBe(false)
  })
})

describe('error texts', () => {
  test('show no password of a URL, also where a value is cut, or in an error of somebody else', () => {
    const passwords = ['secret', 'se/cr@et:secret', 'secret'.repeat(40)]
    for (const store of passwords.map((password) => `postgres://ada:${password}@db:5432/world`)) {
      expect(problems('host', { flags: { store } })[0]).toMatch(
        /^store is "postgres:\/\/ada:\*\*\*@db:5432\/world" \(flag --store\) but must be/,
      )
      expect(oneLine(new Error(`cannot reach ${store} now`))).toBe('cannot reach postgres://ada:***@db:5432/world now')
    }
    expect(oneLine('http://127.0.0.1:7777/ of ada@db')).toBe('http://127.0.0.1:7777/ of ada@db')
  })

  const PORT = 'but must be a whole number from 0 to 65535; correct it or leave it out (default 7777)'
  const PATH = 'but must be a path of 1 to 1024 characters without control characters; correct it or leave it out'
  const UNKNOWN = 'correct or remove it, docs/reference/configuration.md lists all'
  const OBJECT = 'but must hold one JSON object; write it like {"port": 7777}'
  const says = (command: CommandName, given: Given, line: string) => expect(problems(command, given)).toEqual([line])

  test('of a wrong number, from each source', () => {
    says('host', { flags: { port: '99999' } }, `port is "99999" (flag --port) ${PORT}`)
    says('host', { env: { MYRIAD_PORT: '' } }, `port is "" (environment MYRIAD_PORT) ${PORT}`)
    says('host', { file: '{"port": -1}' }, `port is -1 (file x.json key port) ${PORT}`)
    says('host', { file: '{"port": null}' }, `port is null (file x.json key port) ${PORT}`)
    says('host', { file: '{"port": {"a": 1}}' }, `port is an object (file x.json key port) ${PORT}`)
    says('host', { flags: { port: 'x'.repeat(61) } }, `port is "${'x'.repeat(60)}..." (flag --port) ${PORT}`)
    const limit = 'a whole number from 5 to 60 Hz; correct it or leave it out (default 20)'
    says('host', { env: { MYRIAD_TICK_HZ: '4' } }, `tickHz is "4" (environment MYRIAD_TICK_HZ) but must be ${limit}`)
  })

  test('of every other kind', () => {
    const or = (value: string) => `; correct it or leave it out (default ${value})`
    const choice = `one of debug, info, warn, error${or('info')}`
    says('host', { flags: { logLevel: 'trace' } }, `logLevel is "trace" (flag --log-level) but must be ${choice}`)
    says('host', { flags: { crashDir: '' } }, `crashDir is "" (flag --crash-dir) ${PATH} (default .)`)
    const host = 'an address or host name without spaces of 1 to 255 characters without control characters'
    says('host', { flags: { host: 'a b' } }, `host is "a b" (flag --host) but must be ${host}${or('127.0.0.1')}`)
    const url = 'a ws:// or wss:// address without # part of 1 to 2048 characters without control characters'
    says('bots', { flags: { url: 'h:1' } }, `url is "h:1" (flag --url) but must be ${url}${or('ws://127.0.0.1:7777/')}`)
    const names = 'at most 100 names of 1 to 24 characters without spaces, as a,b or in the file ["a", "b"]'
    const list = 'moderators is a list (file x.json key moderators) but must be'
    says('host', { file: '{"moderators": ["a b"]}' }, `${list} ${names}${or('empty')}`)
    const json = `json is "1" (environment MYRIAD_JSON) but must be true or false${or('false')}`
    says('replay', { env: { MYRIAD_JSON: '1' } }, json)
  })

  test('of unknown names, with the nearest known one and never with their value', () => {
    says('host', { file: '{"prot": "secret"}' }, `file x.json has the unknown key "prot" (did you mean port?); ${UNKNOWN}`)
    says('host', { file: '{"zzzzzzzz": 1}' }, `file x.json has the unknown key "zzzzzzzz"; ${UNKNOWN}`)
    const variable = 'environment has the unknown variable'
    says('host', { env: { MYRIAD_TICKHZ: 'secret' } }, `${variable} "MYRIAD_TICKHZ" (did you mean MYRIAD_TICK_HZ?); ${UNKNOWN}`)
    says('host', { env: { MYRIAD_CONFG: 'x.json' } }, `${variable} "MYRIAD_CONFG" (did you mean MYRIAD_CONFIG?); ${UNKNOWN}`)
    says('simulate', { flags: { port: '1' } }, `command simulate has the unknown flag "port"; ${UNKNOWN}`)
  })

  test('of a file that cannot be used', () => {
    says('host', { env: { MYRIAD_CONFIG: '' } }, `config is "" (environment MYRIAD_CONFIG) ${PATH}`)
    const remedy = 'name a readable file with --config or MYRIAD_CONFIG, or none'
    says('host', { flags: { config: 'y.json' } }, `file y.json cannot be read: no file here; ${remedy}`)
    says('host', { file: '[]' }, `file x.json holds a list ${OBJECT}`)
    says('host', { file: 'null' }, `file x.json holds null ${OBJECT}`)
    const large = 'file x.json has 65537 characters but may have at most 65536; keep only configuration in it'
    says('host', { file: `{}${' '.repeat(65_535)}` }, large)
    expect(accepts('host', { file: `{}${' '.repeat(65_534)}` })).toBe(true)
  })

  test('a file that is not JSON is one line', () => {
    for (const file of ['', '{', '{\n"port": 1,\n}', '\u2028', '{"port": 1} x', '{port: 1}', '['.repeat(65_536)]) {
      const line = expect.stringMatching(/^file x\.json is not JSON: .+; write it like \{"port": 7777\}$/)
      expect(problems('host', { file })).toEqual([line])
    }
  })

  test('every problem of every source is reported, overridden values too', () => {
    const found = problems('host', {
      file: '{"port": -1, "prot": 1, "bots": 1.5}',
      env: { MYRIAD_CONFIG: 'a\0', MYRIAD_PORT: 'x', MYRIAD_PROT: '1', MYRIAD_SEED: '-1' },
      flags: { port: '1', tickHz: '4' },
    })
    const first = ['config is "a\\u0000" (env', 'file x.json has', 'environment has', 'port is -1 (file', 'port is "x" (env']
    const starts = [...first, 'bots is 1.5', 'seed is "-1"', 'tickHz is "4"']
    expect(found).toHaveLength(starts.length)
    for (const [i, start] of starts.entries()) expect(found[i]).toContain(start)
  })

  test('at most so many lines, and the last counts the rest', () => {
    const keys = (count: number) => Array.from({ length: count }, (_, i) => [`zzzzzzzz${i}`, 1])
    const unknown = (count: number) => JSON.stringify(Object.fromEntries(keys(count)))
    expect(problems('host', { file: unknown(100) })).toHaveLength(100)
    expect(problems('host', { file: unknown(103) }).slice(100)).toEqual(['and 3 more problems; correct those above first'])
  })

  test('names that objects inherit are unknown, and a suggestion ignores case and separators', () => {
    const line = (name: string) => problems('host', { file: `{"${name}": 1}` })[0]
    for (const name of ['__proto__', 'constructor', 'toString']) expect(line(name)).toContain(`unknown key "${name}"`)
    for (const name of ['TickHz', 'tick-hz', 'TICK_HZ', 'tikHz']) expect(line(name)).toContain('did you mean tickHz?')
  })

  test('whatever is given, a problem is one short line without control characters', () => {
    const property = fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const file = JSON.stringify({ [`x-x-x${text}`]: 1 })
      const found = problems('host', { flags: { port: `x${text}` }, env: { [`MYRIAD_X${text}`]: '' }, file })
      expect(found).toHaveLength(3)
      for (const line of found) expect(line).toMatch(/^[^\p{Cc}\u2028\u2029]{1,600}$/u)
    })
    fc.assert(property)
  })
})
