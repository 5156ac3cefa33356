import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { InvariantError } from '../assert.js'
import { loadConfig } from '../config.js'
import { addFlags, strictUsage, USAGE_EXIT_CODE } from '../config-flags.js'
import type { Config } from '../config-keys.js'
import type { CommandName } from '../config-kinds.js'
import { type ErrorCode, MyriadError } from '../errors.js'
import { WorldCrash } from '../server/crash-file.js'
import type { GameModule } from '../server/game-module.js'
import { SERVER_VERSION } from '../server/simulation.js'
import { runAccount } from './account.js'
import { runAudit } from './audit.js'
import { runBots } from './bots.js'
import { CRASH_EXIT_CODE, FAILED_EXIT_CODE } from './exit-codes.js'
import { runHost } from './host.js'
import type { CliIo } from './io.js'
import { runProtocol } from './protocol.js'
import { runReplay } from './replay.js'
import { runSimulate } from './simulate.js'
import { runToken } from './token.js'

/** Errors of what the user gave; the others are failures of the world outside. */
const usageErrors: readonly ErrorCode[] = ['BAD_CONFIG', 'BAD_CONTENT', 'BAD_RECORDING', 'PORT_TAKEN', 'BAD_STORE', 'WORLD_TAKEN']

/**
 * The `myriad` command for one game. Returns the exit code: 0 done, 2 for wrong usage, configuration, content or recording, 70
 * when the world broke, 1 for everything else. Errors are told in one line each on the standard error.
 */
export async function main(args: readonly string[], game: GameModule, io: CliIo): Promise<number> {
  let exitCode = 0
  const program = strictUsage(new Command('myriad'))
  program.configureOutput({ writeOut: io.out, writeErr: io.err })
  program.description(`Hosts the world of a game: ${game.name}.`).version(SERVER_VERSION)
  const add = <C extends CommandName>(
    name: C,
    text: string,
    run: (config: Config<C>, argument: string) => number | Promise<number>,
    argument?: readonly [name: string, text: string],
  ) => {
    const command = addFlags(program.command(name).description(text), name)
    if (argument !== undefined) command.argument(...argument)
    command.action(async () => {
      const config = loadConfig(name, { flags: command.opts(), env: io.env, readFile: (path) => readFileSync(path, 'utf8') })
      exitCode = await run(config, command.args[0] ?? '')
    })
  }
  add('host', 'Hosts a world that clients join and bots live in, until it is stopped.', (config) => runHost(config, game, io))
  add('bots', 'Connects bots from outside, over WebSocket, and tells how they fared.', (config) => runBots(config, game, io))
  add('simulate', 'Runs a world without clients as fast as it goes, and prints what happened in it.', (config) =>
    runSimulate(config, game, io),
  )
  const recording = ['<file>', 'A recording made with --record, or a crash file.'] as const
  const replayText = 'Runs a recording again and compares every tick; exit code 1 when one differs.'
  add('replay', replayText, (config, file) => runReplay(config, file, game, io), recording)
  add('protocol', 'Prints every opcode, result code and the byte layout.', (config) => runProtocol(config, game, io))
  add('token', 'Prints a signed token for an account.', (config) => runToken(config, io))
  const accountText = 'Shows an account with a password, after changing what the flags say.'
  add('account', accountText, (config, name) => runAccount(config, name, io), ['<name>', 'The name that it has, or is to have.'])
  const auditText = 'Checks a database against the invariants of the economy; exit code 1 when one does not hold.'
  add('audit', auditText, (config) => runAudit(config, game, io))
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    return tell(error, io)
  }
}

function tell(error: unknown, io: CliIo): number {
  if (error instanceof CommanderError) return error.exitCode
  if (error instanceof MyriadError) {
    for (const line of error.message.split('\n')) io.err(`myriad: ${line}\n`)
    return usageErrors.includes(error.code) ? USAGE_EXIT_CODE : FAILED_EXIT_CODE
  }
  if (error instanceof WorldCrash) {
    io.err(`myriad: ${error.message}\n`)
    return CRASH_EXIT_CODE
  }
  io.err(`myriad: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  return error instanceof InvariantError ? CRASH_EXIT_CODE : FAILED_EXIT_CODE
}
