/** Flat facts of a log line. No payloads, no tokens. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>

export interface Log {
  debug(fields: LogFields, text: string): void
  info(fields: LogFields, text: string): void
  warn(fields: LogFields, text: string): void
  error(fields: LogFields, text: string): void
  /** Waits until every line written so far has left the process. */
  flush(): Promise<void>
}
