import { createManualClock } from '../../src/adapters/manual-clock.js'
import { createMemoryLog } from '../../src/adapters/memory-log.js'
import { createMemoryTransport } from '../../src/adapters/memory-transport.js'
import type { CliIo } from '../../src/cli/io.js'
import { main } from '../../src/cli/main.js'
import type { GameModule } from '../../src/server/game-module.js'
import type { ServerPorts } from '../../src/server/server-config.js'
import { tinyGame } from '../server/tiny-game.js'

/** Runs the command in this process and keeps what it prints. */
export function cli(game: GameModule = tinyGame, given: { env?: Record<string, string>; ports?: Partial<ServerPorts> } = {}) {
  const transport = createMemoryTransport()
  const clock = createManualClock()
  const log = createMemoryLog()
  const signals = new Set<(name: string) => void>()
  const waiters: { readonly pattern: RegExp; readonly resolve: () => void }[] = []
  const exits: number[] = []
  const printed = { out: '', err: '' }
  const write = (to: 'out' | 'err') => (text: string) => {
    printed[to] += text
    for (const { pattern, resolve } of waiters) if (pattern.test(printed[to])) resolve()
  }
  const io: CliIo = {
    out: write('out'),
    err: write('err'),
    env: { MYRIAD_STORE: 'memory:', ...given.env },
    onSignal(listener) {
      signals.add(listener)
      return () => signals.delete(listener)
    },
    exit: (code) => exits.push(code),
    ports: { transport, clock, log, ...given.ports },
  }
  return {
    transport,
    clock,
    log,
    exits,
    printed,
    signals,
    run: (...args: string[]) => main(args, game, io),
    signal: (name: string) => {
      for (const listener of [...signals]) listener(name)
    },
    /** Settles when the pattern has been printed. */
    seen: (pattern: RegExp) =>
      pattern.test(printed.out) || pattern.test(printed.err)
        ? Promise.resolve()
        : new Promise<void>((resolve) => void waiters.push({ pattern, resolve })),
  }
}
