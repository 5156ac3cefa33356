import { type DestinationStream, destination as openDestination, pino } from 'pino'
import { prettyFactory } from 'pino-pretty'
import type { Log, LogFields } from '../ports/log.js'
import type { LogLevel } from './log-level.js'

export interface PinoLogOptions {
  readonly level: LogLevel
  /** Readable lines instead of JSON. */
  readonly pretty: boolean
  /** A file descriptor or the path of a file that is appended to; standard output unless given. */
  readonly destination?: number | string
}

/** Keys that belong to the line itself. A field of that name gets a `_` behind it: a second `level` would hide how grave a line is. */
const RESERVED = ['level', 'time', 'msg']
/** Where a readable line's fields travel on their way to the formatter. */
const FIELDS = 'fields'

/**
 * One line a call, as JSON `{"level":"info","time":<ms since 1970>,…fields,"msg":text}` or readable. A line has left the process when the
 * call returns: neither a crash nor an exit loses one.
 */
export function createPinoLog(options: PinoLogOptions): Log {
  const destination = openDestination({ dest: options.destination ?? 1, sync: true })
  const base = { level: options.level, base: null, formatters: { level: (label: string) => ({ level: label }) } }
  const logger = options.pretty
    ? pino({ ...base, nestedKey: FIELDS }, readable(destination, options.destination === undefined && process.stdout.isTTY))
    : pino(base, destination)
  return {
    debug: (fields, text) => logger.debug(flat(fields), text),
    info: (fields, text) => logger.info(flat(fields), text),
    warn: (fields, text) => logger.warn(flat(fields), text),
    error: (fields, text) => logger.error(flat(fields), text),
    flush: async () => destination.flushSync(),
  }
}

function flat(fields: LogFields): LogFields {
  if (!RESERVED.some((key) => key in fields)) return fields
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [RESERVED.includes(key) ? `${key}_` : key, value]))
}

/**
 * The factory's function is called for each line rather than piped through: a stream of its own would hold lines back until the loop turns.
 * Fields are kept apart from the line's own keys and written by us, since the package gives some names (`name`, `stack`) a meaning.
 */
function readable(destination: DestinationStream, colorize: boolean): DestinationStream {
  const prettify = prettyFactory({
    translateTime: 'SYS:HH:MM:ss.l',
    colorize,
    hideObject: true,
    messageFormat(line, key) {
      const fields = JSON.stringify(line[FIELDS] ?? {})
      return oneLine(fields === '{}' ? String(line[key]) : `${String(line[key])} ${fields}`)
    },
  })
  return { write: (line) => destination.write(prettify(line)) }
}

/** A text with a line break or a terminal command in it must not be able to write a line of its own. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
