import type { Log, LogFields } from 'myriad'

/**
 * A log port that hands each line to the program's own logger; whatever that is, it fits behind these five methods. The
 * server gives flat fields without payloads or tokens, and does not log single messages: a line may be kept and shown.
 */
export function createLog(write: (line: string) => void): Log {
  const at = (level: string) => (fields: LogFields, text: string) => write(`${level}: ${text} ${JSON.stringify(fields)}`)
  return {
    debug: () => undefined,
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    // Awaited at the end of a stop. A logger that writes later resolves here once it has.
    flush: () => Promise.resolve(),
  }
}
