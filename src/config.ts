/** Reads the settings of a command from a file, the environment and flags. */
import {
  type Config,
  configFile,
  configKeys,
  envOf,
  flagOf,
  type KeyName,
  keyNames,
  keysOf,
  shownDefault,
} from './config-keys.js'
import type { CommandName, ConfigKey } from './config-kinds.js'
import { MyriadError } from './errors.js'

const CONFIG_ENV = 'MYRIAD_CONFIG'
const ENV_PREFIX = 'MYRIAD_'
const REFERENCE_PAGE = 'docs/reference/configuration.md'
/** Longest configuration file, in UTF-16 units; a longer one is refused and not parsed. */
export const FILE_CHARS_MAX = 65_536
/** Most problems reported at once; one more line counts the rest. */
export const PROBLEMS_MAX = 100
/** A wrong value or unknown name is shown cut to this many UTF-16 units. */
export const SHOWN_CHARS_MAX = 60

export interface ConfigSources {
  /** What commander parsed: texts, and true for a flag without value. `config` is the path of the file. */
  readonly flags: Readonly<Record<string, string | boolean | undefined>>
  readonly env: Readonly<Record<string, string | undefined>>
  /** The text of a file; throws when it cannot be read. */
  readonly readFile: (path: string) => string
}

/** What one source gives. `read` turns its values into what the schema checks: texts are parsed, JSON values are as they are. */
interface Layer {
  readonly given: ReadonlyMap<string, unknown>
  readonly where: (name: KeyName) => string
  readonly read: (kind: ConfigKey['kind'], value: unknown) => unknown
}

/**
 * Merges defaults, file, environment and flags, later ones winning, and freezes the result. A value is checked even where a
 * later source overrides it, so that a wrong file does not lie in wait; keys of other commands in a shared file or environment
 * are left alone. Throws BAD_CONFIG with one line for each problem.
 */
export function loadConfig<C extends CommandName>(command: C, sources: ConfigSources): Config<C> {
  const problems: string[] = []
  const layers = [fileLayer(sources, problems), envLayer(sources.env, problems), flagLayer(command, sources.flags, problems)]
  const config: Record<string, unknown> = {}
  for (const name of keysOf(command)) {
    const key: ConfigKey = configKeys[name]
    config[name] = key.default
    for (const { given, where, read } of layers) {
      if (!given.has(name)) continue
      const value = given.get(name)
      const checked = key.schema.safeParse(read(key.kind, value))
      if (checked.success) config[name] = checked.data
      else problems.push(wrong(name, value, where(name), key.limit, `leave it out (default ${shownDefault(key)})`))
    }
  }
  if (problems.length > 0) throw new MyriadError('BAD_CONFIG', report(problems))
  return Object.freeze(config) as Config<C>
}

function fileLayer({ flags, env, readFile }: ConfigSources, problems: string[]): Layer {
  const paths = [
    { path: flags.config, where: 'flag --config' },
    { path: env[CONFIG_ENV], where: `environment ${CONFIG_ENV}` },
  ].filter(({ path }) => path !== undefined)
  for (const { path, where } of paths) {
    if (!isPath(path)) problems.push(wrong('config', path, where, configFile.limit, 'leave it out'))
  }
  const path = paths[0]?.path
  const object = isPath(path) ? readObject(path, readFile, problems) : {}
  const where = (name: string) => `file ${oneLine(path)} key ${name}`
  for (const name of Object.keys(object)) {
    if (!isKeyName(name)) problems.push(unknownName(`file ${oneLine(path)}`, 'key', name, nearest(name, keyNames)))
  }
  return { given: new Map(Object.entries(object)), where, read: (_, value) => value }
}

function isPath(path: unknown): path is string {
  return configFile.schema.safeParse(path).success
}

function readObject(path: string, readFile: ConfigSources['readFile'], problems: string[]): object {
  const refuse = (what: string, remedy: string): object => {
    problems.push(`file ${oneLine(path)} ${what}; ${remedy}`)
    return {}
  }
  let body: string
  try {
    body = readFile(path)
  } catch (error) {
    return refuse(`cannot be read: ${oneLine(error)}`, 'name a readable file with --config or MYRIAD_CONFIG, or none')
  }
  if (body.length > FILE_CHARS_MAX) {
    return refuse(`has ${body.length} characters but may have at most ${FILE_CHARS_MAX}`, 'keep only configuration in it')
  }
  try {
    const value: unknown = JSON.parse(body)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
    return refuse(`holds ${shown(value)} but must hold one JSON object`, 'write it like {"port": 7777}')
  } catch (error) {
    return refuse(`is not JSON: ${oneLine(error)}`, 'write it like {"port": 7777}')
  }
}

function envLayer(env: ConfigSources['env'], problems: string[]): Layer {
  const known = new Map(keyNames.map((name) => [envOf(name), name]))
  const given = new Map<string, unknown>()
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith(ENV_PREFIX) || variable === CONFIG_ENV || value === undefined) continue
    const name = known.get(variable)
    if (name !== undefined) given.set(name, value)
    else problems.push(unknownName('environment', 'variable', variable, nearest(variable, [...known.keys(), CONFIG_ENV])))
  }
  return { given, where: (name) => `environment ${envOf(name)}`, read: readText }
}

function flagLayer(command: CommandName, flags: ConfigSources['flags'], problems: string[]): Layer {
  const known = keysOf(command)
  const given = new Map(Object.entries(flags).filter(([name, value]) => name !== 'config' && value !== undefined))
  for (const name of given.keys()) {
    // Commander refuses these before; what arrives here was passed by a program, and must not be lost in silence.
    if (!known.some((key) => key === name)) problems.push(unknownName(`command ${command}`, 'flag', name, nearest(name, known)))
  }
  return { given, where: (name) => `flag ${flagOf(name)}`, read: readText }
}

/** Undefined where the text is no spelling of the kind: the schema then refuses it. Numbers are plain decimal digits. */
function readText(kind: ConfigKey['kind'], value: unknown): unknown {
  if (typeof value !== 'string') return kind === 'boolean' ? value : undefined
  if (kind === 'integer') return /^(0|-?[1-9][0-9]*)$/.test(value) ? Number(value) : undefined
  if (kind === 'boolean') return value === 'true' ? true : value === 'false' ? false : undefined
  if (kind === 'list') return value === '' ? [] : value.split(',')
  return value
}

const isKeyName = (name: string): name is KeyName => Object.hasOwn(configKeys, name)

function wrong(name: string, value: unknown, where: string, limit: string, otherwise: string): string {
  return `${name} is ${shown(value)} (${where}) but must be ${limit}; correct it or ${otherwise}`
}

/** The value of an unknown name is not shown: it may be a secret that is meant for something else. */
function unknownName(where: string, what: string, name: string, near: string | undefined): string {
  const guess = near === undefined ? '' : ` (did you mean ${near}?)`
  return `${where} has the unknown ${what} ${shown(name)}${guess}; correct or remove it, ${REFERENCE_PAGE} lists all`
}

function report(problems: readonly string[]): string {
  const rest = problems.length - PROBLEMS_MAX
  if (rest <= 0) return problems.join('\n')
  return [...problems.slice(0, PROBLEMS_MAX), `and ${rest} more problems; correct those above first`].join('\n')
}

/** A value in one short line that cannot move the cursor of a terminal. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  if (typeof value !== 'string') return String(value)
  const safe = withoutPasswords(value)
  const cut = safe.length > SHOWN_CHARS_MAX ? `${safe.slice(0, SHOWN_CHARS_MAX)}...` : safe
  return oneLine(JSON.stringify(cut))
}

/** The text of an error or value, with all that would break or hide a line replaced, and no password of a URL in it. */
export function oneLine(value: unknown): string {
  const line = value instanceof Error ? value.message : String(value)
  return withoutPasswords(line.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim())
}

/** `user:secret@host` becomes `user:***@host`, up to the last @ of the word: a password may hold one, or a slash. */
function withoutPasswords(text: string): string {
  return text.replace(/(:\/\/[^\s:/@]*):\S*@/g, '$1:***@')
}

/** The known name that differs in at most a third of its letters, case and separators aside. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const plain = (text: string) => text.replace(/^MYRIAD_|[-_]/g, '').toLowerCase()
  let best: { name: string; edits: number } | undefined
  for (const candidate of known) {
    const longer = Math.max(plain(name).length, plain(candidate).length)
    if (longer > 2 * plain(candidate).length) continue
    const edits = editDistance(plain(name), plain(candidate))
    if (edits <= Math.ceil(longer / 3) && edits < (best?.edits ?? Number.POSITIVE_INFINITY)) best = { name: candidate, edits }
  }
  return best?.name
}

/** Levenshtein's distance, one row of the table at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, j) => j)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const swap = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(swap, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[to.length]!
}
