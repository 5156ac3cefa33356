/** Renders docs/reference/configuration.md from the configuration keys. */

import { FILE_CHARS_MAX, PROBLEMS_MAX } from './config.js'
import { configFile, configKeys, envOf, flagOf, keyNames, keysOf, shownDefault } from './config-keys.js'
import type { ConfigKey } from './config-kinds.js'
import { commandNames } from './config-kinds.js'

/** The whole page as text. It depends on the declarations only, so that a test can compare it with the file. */
export function renderConfigPage(): string {
  const rows = keyNames.map((name) => keyRow(name, configKeys[name]))
  const commands = commandNames.map((name) => `- \`myriad ${name}\`: ${keysOf(name).map(flagOf).map(code).join(', ')}`)
  return `${[INTRODUCTION, table(rows), FILE_RULES, 'Flags of each command:', commands.join('\n')].join('\n\n')}\n`
}

const INTRODUCTION = `# Configuration

This page is generated from \`src/config.ts\`; change it there.

A setting comes from its default, the configuration file, the environment or a flag; the later one wins. A value is checked
even where a later source overrides it. Everything that is wrong is reported at once, one line each, and nothing starts.

- A command has the flags listed for it; any other flag is refused.
- A variable that begins with \`MYRIAD_\` and is not listed here is refused. So is a key of the file that is not listed.
  Variables and keys of other commands are left alone, so that several commands can share one file and one environment.
- Whole numbers are plain decimal digits: \`12abc\`, \`1e3\`, \`007\` and the empty text are refused.
- A boolean is a flag without value; in the environment it is \`true\` or \`false\`.
- Paths are relative to the working directory.`

const FILE_RULES = `## The file

\`${flagOf('config')} <file>\` or \`${envOf('config')}\`: ${configFile.doc} The flag wins. The file is one JSON object of at most
${FILE_CHARS_MAX} characters; numbers and booleans are JSON's, the list is an array:

\`\`\`json
{ "port": 7777, "allowGuests": "on", "moderators": ["anna", "bert"] }
\`\`\`

At most ${PROBLEMS_MAX} problems are printed; one more line counts the rest.`

function keyRow(name: string, key: ConfigKey): readonly string[] {
  const fallback = shownDefault(key) === 'empty' ? 'empty' : code(shownDefault(key))
  const names = [code(name), code(flagOf(name)), code(envOf(name))]
  return [...names, key.kind, key.limit, key.unit, fallback, key.commands.join(', '), key.doc]
}

function table(rows: readonly (readonly string[])[]): string {
  const head = ['Key', 'Flag', 'Environment', 'Type', 'Must be', 'Unit', 'Default', 'Commands', 'Meaning']
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return ['## Keys\n', line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function code(text: string): string {
  return `\`${text}\``
}
