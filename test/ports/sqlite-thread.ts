import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildSync } from 'esbuild'
import { root } from '../repo/sources.js'

/** The store's thread, compiled from the sources as they are now: a thread cannot run TypeScript, and a built one may be old. */
export function compiledThread(): URL {
  const folder = join(root, 'dist', 'test')
  mkdirSync(folder, { recursive: true })
  const outfile = join(folder, `sqlite-worker-${process.pid}.mjs`)
  buildSync({
    entryPoints: [join(root, 'src/adapters/sqlite-worker.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outfile,
    logLevel: 'warning',
  })
  return pathToFileURL(outfile)
}
