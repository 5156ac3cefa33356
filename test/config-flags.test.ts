import { Command, CommanderError } from 'commander'
import { describe, expect, test } from 'vitest'
import { addFlags, strictUsage } from '../src/config-flags.js'
import { configFile, configKeys, envOf, flagOf, type KeyName, keyNames, keysOf } from '../src/config-keys.js'
import { type CommandName, type ConfigKey, commandNames } from '../src/config-kinds.js'

describe('commander', () => {
  /** Runs a command line as the program does; what it printed, and its options or its exit code. */
  function run(...args: string[]) {
    const printed: string[] = []
    const program = strictUsage(new Command('myriad'))
    const print = (line: string) => printed.push(line)
    program.configureOutput({ writeErr: print, writeOut: print, getOutHelpWidth: () => 1000 })
    for (const name of commandNames) addFlags(program.command(name), name).action(() => {})
    try {
      program.parse(args, { from: 'user' })
    } catch (error) {
      if (error instanceof CommanderError) return { printed, exitCode: error.exitCode }
      throw error
    }
    return { printed, opts: program.commands.find((command) => command.name() === args[0])!.opts() }
  }

  test('every flag of every command arrives under its key, as text', () => {
    for (const command of commandNames) {
      const names = keysOf(command)
      const isFlag = (name: KeyName) => configKeys[name].kind === 'boolean'
      const args = names.flatMap((name) => (isFlag(name) ? [flagOf(name)] : [flagOf(name), '-1']))
      const given = Object.fromEntries(names.map((name) => [name, isFlag(name) ? true : '-1']))
      expect(run(command, '--config', 'x', ...args)).toEqual({ printed: [], opts: { config: 'x', ...given } })
      // What is not given is not there either, so that the environment can win over a default.
      expect(run(command)).toEqual({ printed: [], opts: {} })
    }
  })

  test.each([
    [['simulate', '--port', '1'], "myriad simulate: unknown option '--port'; see myriad simulate --help\n"],
    [['host', '--ticks', '1'], "myriad host: unknown option '--ticks'"],
    [['host', '--prot', '1'], "myriad host: unknown option '--prot' (Did you mean --port?); see myriad host --help\n"],
    [['host', '--no\nsuch\u001b'], "myriad host: unknown option '--no such '"],
    [['host', '--port'], "myriad host: option '--port <number>' argument missing; see myriad host --help\n"],
    [['replay', '--json=yes'], "myriad replay: unknown option '--json=yes'"],
    [['host', 'more'], "myriad host: too many arguments for 'host'. Expected 0 arguments but got 1.; see myriad host --help\n"],
    [['hots'], "myriad: unknown command 'hots' (Did you mean one of bots, host?); see myriad --help\n"],
  ])('%j is one line and exit code 2', (args, start) => {
    const { printed, ...ended } = run(...args)
    expect(ended).toEqual({ exitCode: 2 })
    expect(printed).toEqual([expect.stringMatching(/^\P{Cc}*\n$/u)])
    expect(printed[0]!.slice(0, start.length)).toBe(start)
  })

  test('every option of another command is refused', () => {
    const others = (command: CommandName) => keyNames.filter((name) => !keysOf(command).includes(name))
    const codes = commandNames.flatMap((command) => others(command).map((name) => run(command, flagOf(name), '1').exitCode))
    expect(new Set(codes)).toEqual(new Set([2]))
  })

  test('help ends with 0 and shows the limit, the default and the variable of every flag', () => {
    for (const command of commandNames) {
      const { printed, exitCode } = run(command, '--help')
      expect(exitCode).toBe(0)
      const help = printed.join('').split('\n')
      for (const name of ['config', ...keysOf(command)] as const) {
        const key: ConfigKey = name === 'config' ? configFile : configKeys[name]
        const line = help.find((candidate) => candidate.trim().startsWith(`${flagOf(name)} `))
        const facts = key.kind === 'boolean' ? ['default off'] : [key.limit, key.placeholder, 'default ']
        for (const fact of [key.doc, envOf(name), ...facts]) expect(line).toContain(fact)
      }
    }
    const port = 'Port to listen on; 0 takes a free one. (a whole number from 0 to 65535; default 7777; MYRIAD_PORT)'
    expect(run('host', '--help').printed.join('')).toContain(port)
  })
})
