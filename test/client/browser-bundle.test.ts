import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { build } from 'esbuild'
import { beforeAll, describe, expect, it } from 'vitest'
import { components, protocol } from './tiny-game.js'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..')
/** A page loads it before it shows anything. */
const BUNDLE_BYTES_MAX = 150_000

describe('the SDK for browsers', () => {
  let code = ''
  let imports: readonly string[] = []
  let inputs: readonly string[] = []

  beforeAll(async () => {
    const result = await build({
      entryPoints: [join(root, 'src/client/index.ts')],
      absWorkingDir: root,
      bundle: true,
      minify: true,
      platform: 'browser',
      format: 'iife',
      globalName: 'sdk',
      target: 'es2022',
      write: false,
      metafile: true,
      logLevel: 'silent',
    })
    expect(result.warnings).toEqual([])
    code = result.outputFiles[0].text
    inputs = Object.keys(result.metafile.inputs)
    imports = Object.values(result.metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path))
  })

  it('bundles whole, without anything of Node', () => {
    expect(imports).toEqual([])
    expect(inputs).toContain('src/client/prediction.ts')
    expect(inputs.filter((path) => path.includes('node:'))).toEqual([])
    const own = inputs.filter((path) => !path.startsWith('node_modules/'))
    expect(own.filter((path) => !/^src\/(client|protocol|schema|net\/opcodes|errors)/.test(path))).toEqual([])
    expect(code.length).toBeLessThan(BUNDLE_BYTES_MAX)
  })

  it('works where there is nothing but what a browser has', () => {
    const opened: unknown[] = []
    class WebSocket {
      constructor(...given: unknown[]) {
        opened.push(...given)
      }
    }
    const browser = {
      WebSocket,
      TextEncoder,
      TextDecoder,
      performance,
      queueMicrotask,
      setTimeout,
      clearTimeout,
      protocol,
      components,
    }
    const context = createContext({ ...browser, opened })
    expect(runInContext('typeof process + typeof require + typeof Buffer', context)).toBe('undefined'.repeat(3))
    runInContext(`${code}; sdk.connect({ url: 'ws://here/', token: 't', protocol, components, after: () => () => {} })`, context)
    expect(opened).toEqual(['ws://here/', ['myriad.v1.msgpack']])
  })
})
