/** Glue between the configuration keys and commander. Values stay texts here: `loadConfig` alone parses and checks them. */
import { type Command, CommanderError, Option } from 'commander'
import { oneLine } from './config.js'
import { configFile, configKeys, envOf, flagOf, keysOf, shownDefault } from './config-keys.js'
import type { CommandName, ConfigKey } from './config-kinds.js'

/** The process's exit code for a wrong command line; use it for BAD_CONFIG too. */
export const USAGE_EXIT_CODE = 2

/**
 * Makes a wrong command line one line on stderr and a thrown CommanderError with `exitCode` 2, where commander alone would end
 * the process with 1. Help and version are thrown with `exitCode` 0 after they are printed. Commands made by `.command()`
 * afterwards inherit it, so call it on the program first, and in the end:
 *
 *     try {
 *       await strictUsage(program).parseAsync()
 *     } catch (error) {
 *       if (!(error instanceof CommanderError)) throw error
 *       process.exitCode = error.exitCode
 *     }
 */
export function strictUsage(command: Command): Command {
  command.configureOutput({
    outputError: (message, write) => {
      const what = oneLine(message).replace(/^error: /, '')
      write(`${fullName(command)}: ${what}; see ${fullName(command)} --help\n`)
    },
  })
  return command.exitOverride(({ exitCode, code, message }) => {
    throw new CommanderError(exitCode === 0 ? 0 : USAGE_EXIT_CODE, code, message)
  })
}

/**
 * Adds --config and the flags of every key that `name` has, and `strictUsage`. A flag of another command is commander's
 * unknown option. No option has a default of commander's: `command.opts()` then holds only what was given, which is what
 * `loadConfig` takes as `flags`.
 */
export function addFlags(command: Command, name: CommandName): Command {
  strictUsage(command)
  command.addOption(optionOf('config', configFile))
  for (const key of keysOf(name)) command.addOption(optionOf(key, configKeys[key]))
  return command
}

function optionOf(name: string, key: ConfigKey): Option {
  const flag = [flagOf(name), key.placeholder].filter((part) => part !== '').join(' ')
  const fallback = key.kind === 'boolean' ? 'off' : shownDefault(key)
  const facts = [key.kind === 'boolean' ? '' : key.limit, `default ${fallback}`, envOf(name)]
  return new Option(flag, `${key.doc} (${facts.filter((fact) => fact !== '').join('; ')})`)
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`
}
