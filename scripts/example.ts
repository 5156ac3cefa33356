import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** The compiled examples: `dist/examples`, beside the folder of this compiled script. */
const examples = join(dirname(fileURLToPath(import.meta.url)), '..', 'examples')
/** What a folder's name alone starts: the first of these that it has. */
const entries = ['main.js', 'server.js'] as const

/** The file that `name` means: a folder's entry, or with a slash one file in it. */
function fileOf(name: string): string | undefined {
  const candidates = name.includes('/') ? [`${name}.js`] : entries.map((entry) => `${name}/${entry}`)
  return candidates.map((path) => resolve(examples, path)).find((file) => file.startsWith(examples) && existsSync(file))
}

const [name = '', ...rest] = process.argv.slice(2)
const file = fileOf(name)
if (file === undefined) {
  const names = readdirSync(examples).sort().join(', ')
  const what = name === '' ? 'name an example' : `there is no example ${JSON.stringify(name)}`
  console.error(`${what}; there are ${names}: npm run example -- <name> [its own flags]`)
  process.exitCode = 2
} else {
  // The example sees its own arguments only, as if it had been started by itself.
  process.argv.splice(1, process.argv.length, file, ...rest)
  await import(pathToFileURL(file).href)
}
