import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..')
const read = (path: string): string => readFileSync(resolve(root, path), 'utf8')

/** The code blocks of a page, each as it stands between its fences. */
const codeBlocks = (page: string): readonly string[] => [...page.matchAll(/^```\w*\n(.*?)^```$/gms)].map((match) => match[1])

it.each(['server.ts', 'client.ts'])('the tutorial shows examples/hello/%s as it is', (file) => {
  expect(codeBlocks(read('docs/tutorial/hello-world.md'))).toContain(read(`examples/hello/${file}`))
})
