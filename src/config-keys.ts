/**
 * Every setting of the `myriad` command, declared once. Flags, environment variables, the keys of the JSON file, their checks,
 * their error texts and the reference page all come from `configKeys`.
 */
import {
  AUTO,
  boolean,
  type CommandName,
  type ConfigKey,
  choice,
  commandNames,
  HOST_CHARS_MAX,
  integer,
  MODERATORS_MAX,
  NAME_CHARS_MAX,
  names,
  PATH_CHARS_MAX,
  path,
  text,
  URL_CHARS_MAX,
} from './config-kinds.js'

const ENV_PREFIX = 'MYRIAD_'
/** Longest list of origins or proxies, and the longest of each. */
export const ADDRESSES_MAX = 100
export const ADDRESS_CHARS_MAX = 100
const hasNoSpace = (value: string) => !/\s/.test(value)
const isStore = (value: string) => /^(|memory:|sqlite:[^:].*)$/.test(value)
const isDatabase = (value: string) => /^sqlite:[^:].*$/.test(value)
const isSocketUrl = (value: string) => /^wss?:\/\/[^\s#]+$/.test(value) && URL.canParse(value)

/** Longest list of levels or classes. */
export const SHARES_CHARS_MAX = 200
/** The word for bots of all levels, whichever these are. */
export const SPREAD_LEVELS = 'spread'
const isLevels = (value: string) => value === SPREAD_LEVELS || /^(\d{1,3}(-\d{1,3})?(:\d{1,6})?(,(?!$)|$))*$/.test(value)
const isClasses = (value: string) => /^([a-z][a-z0-9-]*(:\d{1,6})?(,(?!$)|$))*$/.test(value)

/** Every key, in the order of the help text and of the reference page. */
export const configKeys = Object.freeze({
  host: text(['host'], 'Address to listen on.', {
    min: 1,
    max: HOST_CHARS_MAX,
    default: '127.0.0.1',
    what: 'an address or host name without spaces',
    placeholder: '<address>',
    allows: hasNoSpace,
  }),
  port: integer(['host'], 'Port to listen on; 0 takes a free one.', { min: 0, max: 65_535, default: 7777 }),
  bots: integer(['host', 'simulate'], 'Bots that live in the world.', { min: 0, max: 100_000, default: 1000, unit: 'bots' }),
  botLevels: text(
    ['host', 'simulate'],
    'Levels of new bots, or ranges of levels, each with its weight: 1-20, or 1:40,2-5:30,6-20:30; or spread: over all levels. Empty: level 1; from the command `host`: spread.',
    {
      min: 0,
      max: SHARES_CHARS_MAX,
      default: '',
      what: 'spread, or levels as 1-20 or 1:40,2-5:30',
      placeholder: '<levels>',
      allows: isLevels,
    },
  ),
  botClasses: text(['host', 'simulate'], 'Classes of new bots, each with its weight: guardian:2,mender. Empty: each in turn.', {
    min: 0,
    max: SHARES_CHARS_MAX,
    default: '',
    what: 'classes as guardian:2,mender',
    placeholder: '<classes>',
    allows: isClasses,
  }),
  botPlaces: choice(
    ['host', 'simulate'],
    'Where new bots appear: where new characters do, at the hunting grounds of their level, or (auto) level 1 there and the others here.',
    { of: ['auto', 'starts', 'grounds'], default: 'auto' },
  ),
  botArrivalsPerS: integer(
    ['host', 'simulate'],
    'Most bots that appear or leave in a second; none appears where a player looks.',
    {
      min: 1,
      max: 100_000,
      default: 2_000,
      unit: 'bots/s',
    },
  ),
  decisionsPerTick: integer(
    ['host', 'simulate'],
    'Most decisions of bots in one tick; who has waited longest decides first, fighters before others, and everybody within 10 s. 0: all who are due.',
    { min: 0, max: 100_000, default: 0, unit: 'decisions' },
  ),
  botCaches: choice(['host', 'simulate'], 'Whether bots keep for a while what they have looked up.', {
    of: ['on', 'off'],
    default: 'on',
  }),
  abilityCacheMs: integer(
    ['host', 'simulate'],
    'How long a bot keeps which of its spells it can cast; 0: looked up for each decision.',
    { min: 0, max: 10_000, default: 100, unit: 'ms' },
  ),
  targetCacheMs: integer(['host', 'simulate'], 'How long a bot keeps who attacks it; 0: looked up for each decision.', {
    min: 0,
    max: 10_000,
    default: 500,
    unit: 'ms',
  }),
  creatures: integer(['host', 'simulate'], 'Creature spawns, scaled from the placement in the content.', {
    min: 0,
    max: 200_000,
    default: 6000,
    unit: 'spawns',
  }),
  seed: integer(['host', 'bots', 'simulate'], 'Seed of every random draw.', { min: 0, max: 0xffff_ffff, default: 1 }),
  tickHz: integer(['host', 'simulate'], 'Ticks a second.', { min: 5, max: 60, default: 20, unit: 'Hz' }),
  content: path(
    ['host', 'simulate', 'audit'],
    'Directory of the content; empty takes the one that is shipped.',
    '<directory>',
    '',
  ),
  store: text(
    ['host', 'account'],
    'Where the world lasts: sqlite:<file>, or memory: for nowhere. Empty: memory:; from the commands: sqlite:./data/world.db.',
    {
      min: 0,
      max: PATH_CHARS_MAX,
      default: '',
      what: 'sqlite:<file> or memory:',
      placeholder: '<url>',
      allows: isStore,
    },
  ),
  ledgerKeepDays: integer(
    ['host'],
    'Days of world time after which entries of the ledger fold into opening balances; 0 keeps every entry for ever.',
    { min: 0, max: 36_500, default: 7, unit: 'days' },
  ),
  record: path(['host', 'simulate'], 'File to record to, for `myriad replay`; empty records nothing.', '<file>', ''),
  crashDir: path(['host', 'simulate'], 'Directory for the file written when an invariant breaks.', '<directory>', '.'),
  logLevel: choice(['host'], 'Least level that is logged.', { of: ['debug', 'info', 'warn', 'error'], default: 'info' }),
  logPretty: choice(['host'], 'Log for people, not as JSON lines; auto: when the standard output is a terminal.', AUTO),
  allowGuests: choice(['host'], 'Accept `guest:<name>` tokens; auto: only when host is a loopback address.', AUTO),
  jwtSecretFile: path(
    ['host', 'token'],
    'File with the secret that signs tokens (HS256, at least 32 bytes); empty: only guests are let in.',
    '<file>',
    '',
  ),
  accounts: choice(
    ['host'],
    'Accounts with passwords: login (who has one may log in), open (anybody may register one). Needs jwtSecretFile, and TLS or a proxy unless host is a loopback address.',
    { of: ['off', 'login', 'open'], default: 'off' },
  ),
  accountTokenS: integer(['host'], 'How long a token from /login or /register is good.', {
    min: 1,
    max: 31_536_000,
    default: 86_400,
    unit: 's',
  }),
  passwordCharsMin: integer(['host', 'account'], 'Shortest password that may be chosen.', {
    min: 8,
    max: 64,
    default: 10,
    unit: 'characters',
  }),
  addressLoginsPerMin: integer(['host'], 'Most logins from one address, right or wrong; so many may come at once.', {
    min: 1,
    max: 100_000,
    default: 20,
    unit: 'a minute',
  }),
  addressRegistersPerHour: integer(['host'], 'Most registrations from one address, refused ones too; so many may come at once.', {
    min: 1,
    max: 100_000,
    default: 10,
    unit: 'an hour',
  }),
  accountTriesMax: integer(['host'], 'Wrong passwords that one account takes at once; each minute one more is let through.', {
    min: 1,
    max: 1000,
    default: 10,
    unit: 'tries',
  }),
  origins: names(['host'], 'Origins of pages that may connect, besides those of the server’s own address.', {
    max: ADDRESSES_MAX,
    charsMax: ADDRESS_CHARS_MAX,
  }),
  proxies: names(['host'], 'Addresses of proxies whose X-Forwarded-For is believed.', {
    max: ADDRESSES_MAX,
    charsMax: ADDRESS_CHARS_MAX,
  }),
  tlsCert: path(['host'], 'Certificate chain in PEM, for https and wss; together with tlsKey.', '<file>', ''),
  tlsKey: path(['host'], 'Private key in PEM; together with tlsCert.', '<file>', ''),
  moderators: names(['host'], 'Names of the guests who are moderators.', { max: MODERATORS_MAX, charsMax: NAME_CHARS_MAX }),
  clientsMax: integer(['host'], 'Most clients at once; further ones are refused.', {
    min: 1,
    max: 5000,
    default: 1200,
    unit: 'clients',
  }),
  addressClientsMax: integer(['host'], 'Most clients from one address; loopback is exempt.', {
    min: 1,
    max: 5000,
    default: 20,
    unit: 'clients',
  }),
  drainS: integer(['host'], 'Time between the notice that the server stops and its end.', {
    min: 0,
    max: 3600,
    default: 0,
    unit: 's',
  }),
  memoryLimitMb: integer(
    ['host'],
    'Memory that the process should not pass: at 90 % a warning, at 100 % no new bots, and 5 s later no new logins (`serverFull`). 0: no limit.',
    { min: 0, max: 1_000_000, default: 0, unit: 'MB' },
  ),
  graceS: integer(['host'], 'How long the character of a dropped client stays.', { min: 0, max: 600, default: 60, unit: 's' }),
  outerRing: integer(['host'], 'Rings of cells beyond the near 5 × 5 that clients see at a lower rate; 0 shows none.', {
    min: 0,
    max: 8,
    default: 0,
    unit: 'cells',
  }),
  outerEvery: integer(['host'], 'Time between two updates of what moves or changes in a cell of the outer ring.', {
    min: 2,
    max: 100,
    default: 10,
    unit: 'ticks',
  }),
  statusEveryS: integer(['host'], 'Time between status lines; 0 prints none.', { min: 0, max: 3600, default: 5, unit: 's' }),
  report: boolean(['host'], 'Log a performance report now and then.'),
  reportEveryS: integer(['host'], 'Time between two performance reports.', { min: 1, max: 3600, default: 60, unit: 's' }),
  profiling: choice(['host'], 'Time every single decision of the bots; auto: when report is on.', AUTO),
  maxSeconds: integer(['host'], 'End after this time; 0 runs until stopped.', { min: 0, max: 86_400, default: 0, unit: 's' }),
  ticks: integer(['simulate'], 'Ticks to simulate.', { min: 1, max: 10_000_000, default: 2400, unit: 'ticks' }),
  hours: integer(['simulate'], 'Hours of world time to simulate; 0: as many ticks as said.', {
    min: 0,
    max: 168,
    default: 0,
    unit: 'h',
  }),
  url: text(['bots'], 'Server to connect to.', {
    min: 1,
    max: URL_CHARS_MAX,
    default: 'ws://127.0.0.1:7777/',
    what: 'a ws:// or wss:// address without # part',
    placeholder: '<url>',
    allows: isSocketUrl,
  }),
  count: integer(['bots'], 'Remote bots to connect.', { min: 1, max: 2000, default: 200, unit: 'bots' }),
  seconds: integer(['bots'], 'How long the bots play.', { min: 1, max: 86_400, default: 30, unit: 's' }),
  account: text(['token'], 'Account that the token is for.', {
    min: 1,
    max: NAME_CHARS_MAX,
    default: 'player',
    what: 'an account name without spaces',
    placeholder: '<name>',
    allows: hasNoSpace,
  }),
  role: choice(['token'], 'What the account may do.', { of: ['player', 'moderator', 'gameMaster'], default: 'player' }),
  validS: integer(['token'], 'How long the token is good for.', { min: 1, max: 31_536_000, default: 86_400, unit: 's' }),
  passwordFile: path(
    ['account'],
    'File with the new password of the account, which is made unless it is there; empty: it stays.',
    '<file>',
    '',
  ),
  lock: choice(['account'], 'Lock the account, so that nobody logs in to it, or unlock it.', {
    of: ['keep', 'on', 'off'],
    default: 'keep',
  }),
  setRole: choice(['account'], 'What the account may do from now on.', {
    of: ['keep', 'player', 'moderator', 'gameMaster'],
    default: 'keep',
  }),
  db: text(['audit'], 'Database to check: a live one, or a copy.', {
    min: 1,
    max: PATH_CHARS_MAX,
    default: 'sqlite:./data/world.db',
    what: 'sqlite:<file>',
    placeholder: '<url>',
    allows: isDatabase,
  }),
  json: boolean(['bots', 'simulate', 'replay', 'protocol', 'account', 'audit'], 'Print the result as JSON.'),
})

/** The file itself, by --config or MYRIAD_CONFIG. It is no key: a file cannot name another file. */
export const configFile: ConfigKey<string> = Object.freeze({
  ...path(commandNames, 'JSON file with settings; without it none is read.', '<file>', '.'),
  default: '',
})

type Keys = typeof configKeys
export type KeyName = keyof Keys

/** The settings of one command; of a union of commands, those that all of them have. */
export type Config<C extends CommandName> = {
  readonly [K in KeyName as [C] extends [Keys[K]['commands'][number]] ? K : never]: Keys[K]['default']
}

export const keyNames = Object.freeze(Object.keys(configKeys)) as readonly KeyName[]

/** The keys of one command, in declared order. */
export function keysOf(command: CommandName): readonly KeyName[] {
  return keyNames.filter((name) => (configKeys[name] as ConfigKey).commands.includes(command))
}

/** `tickHz` is `--tick-hz`. */
export const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** `tickHz` is `MYRIAD_TICK_HZ`. */
export const envOf = (name: string): string => ENV_PREFIX + name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()

/** A default as it is shown to people. */
export const shownDefault = (key: ConfigKey): string => {
  const value = Array.isArray(key.default) ? key.default.join(',') : String(key.default)
  return value === '' ? 'empty' : value
}
