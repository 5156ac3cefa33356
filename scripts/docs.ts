import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generatedPages } from './pages.js'

/** Writes the generated pages of the reference. Run it after a change of opcodes, configuration keys or error codes. */
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..')

for (const [path, text] of generatedPages()) {
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  process.stdout.write(`${path}: ${text.length} characters\n`)
}
