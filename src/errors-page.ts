/** Renders docs/reference/errors.md from the catalogue of coded errors. */
import { errorCodes } from './errors.js'

/** The whole page as text. It depends on the catalogue only, so that a test can compare it with the file. */
export function renderErrorsPage(): string {
  const rows = Object.entries(errorCodes).map(
    ([code, meaning]) => `| \`${code}\` | ${sentence(meaning).replaceAll('|', '\\|')} |`,
  )
  return `${[INTRODUCTION, ['| Code | Meaning |', '| --- | --- |', ...rows].join('\n'), KINDS].join('\n\n')}\n`
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

const INTRODUCTION = `# Errors

This page is generated from \`src/errors.ts\`; change it there.

When the world outside fails, or hands over something that cannot be used, the framework throws a \`MyriadError\`. Its \`code\`
is one of these and stays the same between versions; its \`message\` says what, which value, which limit and what to do
about it, and may change. The error underneath, where there is one, is its \`cause\`.`

const KINDS = `Two other kinds of error never have a code of this list:

- **The player is wrong** (malformed, too fast, out of range, cannot pay): a result code, listed in
  [protocol.md](protocol.md). It is a value, is counted, and is never thrown.
- **We are wrong** (an invariant is broken): an \`InvariantError\`. It ends the world: the server writes a crash file, which
  \`myriad replay\` reads, and the process ends with exit code 70.`
