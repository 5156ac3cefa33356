import type { ServerPorts } from '../server/server-config.js'

/** What a command touches of its process, so that a test can stand in for it. */
export interface CliIo {
  /** Writes to the standard output, as it is. */
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly env: Readonly<Record<string, string | undefined>>
  /** Calls back at each SIGINT and SIGTERM; returns what ends that. */
  readonly onSignal: (listener: (name: string) => void) => () => void
  /** Ends the process at once. */
  readonly exit: (code: number) => void
  /** Replaces single adapters of `host`. */
  readonly ports?: Partial<ServerPorts>
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** The real thing. */
export function processIo(): CliIo {
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    env: process.env,
    onSignal(listener) {
      let isListening = true
      const heard = (name: string) => {
        if (isListening) listener(name)
      }
      for (const name of SIGNALS) process.on(name, heard)
      // It stays on: a second Ctrl-C of a process that is about to end by itself must not kill it.
      return () => {
        isListening = false
      }
    },
    exit: (code) => process.exit(code),
  }
}
