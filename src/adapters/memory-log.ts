import type { Log, LogFields } from '../ports/log.js'
import { LOG_LEVELS, type LogLevel } from './log-level.js'

/** Lines kept; at the limit the oldest goes. */
export const LINES_MAX = 1_000

export interface LogLine {
  readonly level: Exclude<LogLevel, 'silent'>
  readonly fields: LogFields
  readonly text: string
}

export interface MemoryLog extends Log {
  /** The last `LINES_MAX` lines, oldest first. */
  readonly lines: readonly LogLine[]
}

/** Keeps lines of `level` and above, for tests. */
export function createMemoryLog(level: LogLevel = 'debug'): MemoryLog {
  const lines: LogLine[] = []
  const writer = (of: LogLine['level']) => (fields: LogFields, text: string) => {
    if (LOG_LEVELS.indexOf(of) < LOG_LEVELS.indexOf(level)) return
    if (lines.length === LINES_MAX) lines.shift()
    lines.push({ level: of, fields: { ...fields }, text })
  }
  return {
    lines,
    debug: writer('debug'),
    info: writer('info'),
    warn: writer('warn'),
    error: writer('error'),
    flush: async () => {},
  }
}
