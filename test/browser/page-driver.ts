import { existsSync } from 'node:fs'
import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { type BrowserContext, chromium, type Page } from 'playwright-core'

/** Debian's browser; another one by the environment. No package fetches one. */
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
export const hasChromium = existsSync(CHROMIUM)

const root = fileURLToPath(new URL('../../', import.meta.url))
export const pictures = join(root, 'test/browser/out')

const POLL_MS = 40
const PATIENCE_MS = 20_000
const CLICKS_MAX = 5
const CLICK_PATIENCE_MS = 4_000

/** Bundles web/ as `npm run build` does, so that the test shows the sources as they are and not an older dist/web. */
export async function buildPage(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true })
  await build({
    entryPoints: [join(root, 'web/app.ts')],
    outfile: join(directory, 'app.js'),
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    sourcemap: true,
    logLevel: 'warning',
  })
  await copyFile(join(root, 'web/index.html'), join(directory, 'index.html'))
}

/** A browser with a profile of its own that talks to nobody but the test's server. */
export function launch(profile: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    headless: true,
    viewport: { width: 1280, height: 800 },
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

/** What `window.myriad.entities()` lists. */
export interface Seen {
  readonly entity: number
  readonly name: string
  readonly look: string
  readonly health: number
  readonly healthMax: number
  readonly isDead: boolean
  readonly x: number
  readonly z: number
  readonly distanceM: number
}

/** The open page: expressions are evaluated in it, and what goes wrong in it is kept. */
export class PageDriver {
  /** Errors of scripts, of the console, and requests to anybody but the server. */
  readonly faults: string[] = []

  constructor(
    readonly page: Page,
    readonly origin: string,
  ) {
    page.on('pageerror', (error) => this.faults.push(String(error)))
    page.on('console', (message) => {
      if (message.type() === 'error') this.faults.push(message.text())
    })
    page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(origin)) this.faults.push(`asked ${request.url()}`)
    })
  }

  read<T>(expression: string): Promise<T> {
    return this.page.evaluate(expression) as Promise<T>
  }

  /** Resolves as soon as the expression is true in the page. Rejects with the expression when it never is. */
  async until(expression: string, patienceMs = PATIENCE_MS): Promise<void> {
    const endMs = performance.now() + patienceMs
    while (!(await this.read<boolean>(`Boolean(${expression})`))) {
      if (performance.now() > endMs) throw new Error(`in the page it never came true within ${patienceMs} ms: ${expression}`)
      await this.page.waitForTimeout(POLL_MS)
    }
  }

  /** A real click of the mouse on a place of the world, in metres. */
  async clickPlace(x: number, z: number): Promise<void> {
    const at = await this.read<{ x: number; y: number }>(`myriad.pagePointOf(${x}, ${z})`)
    await this.page.mouse.click(at.x, at.y)
  }

  /** A real click of the mouse on an entity, where it is drawn now. */
  async clickEntity(entity: number): Promise<void> {
    const place = `(({ x, z }) => myriad.pagePointOf(x, z))(myriad.client.entities.get(${entity}))`
    const at = await this.read<{ x: number; y: number }>(place)
    await this.page.mouse.click(at.x, at.y)
  }

  /** Clicks an entity, and again when somebody else got in the way of the click, until the expression is true. */
  async clickEntityUntil(entity: number, expression: string): Promise<void> {
    for (let turn = 1; turn < CLICKS_MAX; turn += 1) {
      await this.clickEntity(entity)
      const isDone = await this.until(expression, CLICK_PATIENCE_MS).then(
        () => true,
        () => false,
      )
      if (isDone) return
    }
    await this.clickEntity(entity)
    await this.until(expression)
  }

  seen(): Promise<readonly Seen[]> {
    return this.read('myriad.entities()')
  }

  /** Distinct colours of the map's pixels. */
  colours(): Promise<number> {
    return this.read(`(() => {
      const { width, height } = document.querySelector('#map')
      const { data } = document.querySelector('#map').getContext('2d').getImageData(0, 0, width, height)
      return new Set(new Uint32Array(data.buffer)).size
    })()`)
  }
}
