import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { WebSocket } from 'ws'
import type { Client } from '../../src/client/index.js'
import { makePackage, Run, root, seen } from './example-run.js'

const folders = readdirSync(join(root, 'examples')).sort()
const CHECK_MS_MAX = 30_000

/** Under a folder node_modules, so that vitest leaves its modules to Node: test and example share those and no others. */
const place = mkdtempSync(join(tmpdir(), 'myriad-examples-'))
const home = join(place, 'node_modules', 'myriad')
beforeAll(() => makePackage(home))
afterAll(() => rmSync(place, { recursive: true, force: true }))

/** A module of that package; `T` is its type in the sources. */
const load = async <T>(path: string): Promise<T> => (await import(/* @vite-ignore */ join(home, 'dist', path))) as T
const loadFramework = () => load<typeof import('../../src/index.js')>('src/index.js')
const loadGame = () => load<typeof import('../../game.js')>('game.js')
const loadSdk = () => load<typeof import('../../src/client/index.js')>('src/client/index.js')
const loadTesting = () => load<typeof import('../../src/testing/index.js')>('src/testing/index.js')
const loadGreeters = () => load<typeof import('../../examples/custom-brain/game.js')>('examples/custom-brain/game.js')

/** As `npm run example -- …` does it. */
const start = (task: TestContext, ...args: readonly string[]) =>
  new Run(task, process.execPath, [join(home, 'dist', 'scripts', 'example.js'), ...args])

type Declarations = Pick<Parameters<typeof import('../../src/client/index.js')['connect']>[0], 'protocol' | 'components'>

async function enterAs(name: string, url: string, { protocol, components }: Declarations): Promise<Client> {
  const { connect } = await loadSdk()
  const client = await connect({ url, token: `guest:${name}`, protocol, components, WebSocket })
  await client.enterAs(name, 1)
  await seen(client, () => client.self)
  return client
}

/** A server of the standard game for examples that are clients. */
async function hostStandardGame(task: TestContext) {
  const { createServer, readContent } = await loadFramework()
  const { standardGame } = await loadGame()
  const server = createServer({ game: standardGame, config: { port: 0, bots: 20, creatures: 200, logLevel: 'error' } })
  task.onTestFinished(() => server.stop())
  return { server, url: `ws://127.0.0.1:${await server.start()}/`, contentHash: readContent(standardGame).hash }
}

/** A Python that has the client's two packages. Without one its check is skipped, but not where everything must be tested. */
function findPython(task: TestContext): string {
  const works = (program: string) =>
    spawnSync(program, ['-c', 'import asyncio, msgpack, websockets; asyncio.timeout']).status === 0
  const python = ['python3', '/usr/bin/python3'].find(works)
  if (python !== undefined) return python
  const missing = 'no python3 (3.11 or later) with the packages msgpack and websockets is here'
  if (process.env.CI !== undefined) throw new Error(missing)
  return task.skip(missing)
}

type Check = (task: TestContext) => Promise<void>

/** One for each folder: it is run, and does what its README says. */
const checks: Readonly<Record<string, Check>> = {
  async hello(task) {
    const run = start(task, 'hello/client')
    expect(await run.exitCode).toBe(0)
    for (const count of [1, 2, 3]) expect(run.text).toContain(`greeted ${count} times\nok\n`)
  },

  async 'added-feature'(task) {
    const { campfireGame } = await load<typeof import('../../examples/added-feature/game.js')>('examples/added-feature/game.js')
    const { Campfire } = await load<typeof import('../../examples/added-feature/component.js')>(
      'examples/added-feature/component.js',
    )
    const opcodes = await load<typeof import('../../examples/added-feature/protocol.js')>('examples/added-feature/protocol.js')
    const { MoveTo } = await loadGame()
    const server = start(task, 'added-feature', '--port', '0')
    const url = await server.said(/ws:\S+/)
    const camper = start(task, 'added-feature/client', '--url', url)

    const client = await enterAs('Ada', url, campfireGame)
    const out: number[] = []
    client.on(opcodes.CampBurnedOut, ({ fire }) => out.push(fire))
    const light = (logs: number) => client.request(opcodes.CampLight, { logs })
    expect(await light(0)).toBe('limit')
    expect(await Promise.all([light(2), light(2)])).toEqual(['ok', 'busy'])
    const mine = () => [...client.entities.values()].find((view) => view.get(Campfire, 'keeper') === client.me)
    const fire = await seen(client, mine)
    expect(fire.get(Campfire, 'logs')).toBe(2)
    expect([fire.x, fire.z]).toEqual([client.self?.x, client.self?.z])
    // The standard game goes on around it.
    expect(await client.request(MoveTo, { x: 1000, z: 1000 })).toBe('ok')
    await seen(client, () => fire.get(Campfire, 'logs') === 1 || undefined)
    expect(out).toEqual([])
    await seen(client, () => out[0])
    await seen(client, () => mine() === undefined || undefined)
    expect(out).toEqual([fire.entity])

    expect(await camper.exitCode).toBe(0)
    const story = ['camp.light: ok', 'camp.light again: busy', 'my fire is out']
    expect(camper.text.split('\n').filter((line) => line !== '' && !line.startsWith('I see '))).toEqual(story)
    expect(camper.text).toMatch(/^I see my fire at \d+, \d+, logs: 1$/m)
    expect(await server.interrupt()).toBe(0)
    expect(client.ended).toBe('shutdown')
  },

  async 'custom-brain'(task) {
    const { greeterGame } = await loadGreeters()
    const { ChatHeard, MoveTo } = await loadGame()
    const server = start(task, 'custom-brain')
    const url = (await server.said(/http:\S+/)).replace('http', 'ws')
    const client = await enterAs('Ada', url, greeterGame)
    const heard: { readonly name: string; readonly text: string }[] = []
    client.on(ChatHeard, (line) => heard.push(line))
    const away = ({ x, z }: { x: number; z: number }) => Math.abs(x - client.self!.x) + Math.abs(z - client.self!.z)
    const greeters = () => [...client.entities.values()].filter((view) => view.name.startsWith('Greeter-'))
    const greeter = await seen(client, () => greeters().sort((a, b) => away(a) - away(b))[0])
    expect(await client.request(MoveTo, { x: greeter.x, z: greeter.z })).toBe('ok')
    expect((await seen(client, () => heard[0])).name).toMatch(/^Greeter-\d+$/)
    expect(heard[0].text).toMatch(/^(Hello|Well met|Good day|Welcome), Ada!$/)
    const from = { x: greeter.x, z: greeter.z }
    await seen(client, () => Math.abs(greeter.x - from.x) + Math.abs(greeter.z - from.z) > 1 || undefined)
    expect(await server.interrupt()).toBe(0)
  },

  async 'embedded-server'(task) {
    const { standardGame } = await loadGame()
    const run = start(task, 'embedded-server', '--port', '0', '--world-port', '0')
    const page = await run.said(/status page: (\S+)/)
    const figure = async (name: string): Promise<number> => {
      const body = await (await fetch(page)).text()
      return Number(new RegExp(`<td>${name}</td><td>([\\d.]+)`).exec(body)?.[1])
    }
    expect((await fetch(`${page}other`)).status).toBe(404)
    const ticks = await figure('ticks')
    expect(await figure('bots')).toBe(100)
    expect(await figure('clients')).toBe(0)
    const client = await enterAs('Ada', await run.said(/game world: (\S+)/), standardGame)
    expect(await figure('clients')).toBe(1)
    expect(await figure('ticks')).toBeGreaterThan(ticks)

    expect(await run.interrupt()).toBe(0)
    expect(client.ended).toBe('shutdown')
    expect(run.text).toContain('world info: the server has stopped {"reason":"SIGINT"}')
    expect(await run.said(/stopped by SIGINT after (\d+) ticks\n$/)).not.toBe('0')
    await expect(fetch(page)).rejects.toThrow()
  },

  // Whole journeys take minutes; here it has seconds to enter, look around and set out.
  async 'python-client'(task) {
    const python = findPython(task)
    const { url, contentHash } = await hostStandardGame(task)
    const play = join(root, 'examples', 'python-client', 'play.py')
    const run = new Run(task, python, [play, '--url', url, '--content', contentHash, '--seconds', '5'])
    expect(await run.exitCode, run.text).toBe(1)
    expect(run.text).toMatch(/^entered as Pythia at /m)
    expect(run.text).toMatch(/^walks to /m)
    const summary = JSON.parse(run.text.trimEnd().split('\n').at(-1)!)
    expect(summary).toMatchObject({ entered: true, deaths: 0 })
    expect(summary.entitiesSeen).toBeGreaterThan(0)
  },

  async 'remote-client'(task) {
    const { server, url } = await hostStandardGame(task)
    const visit = () => start(task, 'remote-client', '--url', url, '--name', 'Ada')

    const first = visit()
    expect(await first.exitCode, first.text).toBe(0)
    expect(Number(await first.said(/^sees (\d+) others$/m))).toBeGreaterThan(0)
    expect(first.text).toMatch(/^ {2}\w+ .+, level \d+, health \d+\/\d+, \d+ m away$/m)
    expect(first.text).toMatch(/^move.to: ok$/m)
    const x = Number(await first.said(/^Ada entered at (\d+\.\d), /m))
    const walkedX = Number(await first.said(/^walked to (\d+\.\d), /m))
    expect(walkedX - x).toBeGreaterThan(9)
    expect(walkedX - x).toBeLessThan(11)
    expect(first.text).toMatch(/\nlogged out: logout\n$/)

    // The character is the one of before, and stands where it left.
    const second = visit()
    expect(Math.abs(Number(await second.said(/^Ada entered at (\d+\.\d), /m)) - walkedX)).toBeLessThan(1)
    expect(await second.exitCode, second.text).toBe(0)

    await server.stop()
    const refused = visit()
    expect(await refused.exitCode).toBe(1)
    expect(refused.text).toBe(`cannot connect to ${url}: connect ECONNREFUSED ${url.slice('ws://'.length, -1)}\n`)
  },
}

describe('the examples', () => {
  it('have a check each', () => {
    expect(Object.keys(checks).sort()).toEqual(folders)
  })

  it('are what the commands in their READMEs start', () => {
    const pages = folders.map((folder) => join(root, 'examples', folder, 'README.md')).filter((page) => existsSync(page))
    const named = pages.flatMap((page) => [...readFileSync(page, 'utf8').matchAll(/npm run example -- (\S+)/g)])
    expect(named.length).toBeGreaterThan(4)
    const files = (name: string) => (name.includes('/') ? [`${name}.ts`] : [`${name}/main.ts`, `${name}/server.ts`])
    const exists = ([, name]: readonly string[]) => files(name).some((file) => existsSync(join(root, 'examples', file)))
    expect(named.filter((match) => !exists(match)).map(([command]) => command)).toEqual([])
  })

  it('are listed when the name is none of them', async (task) => {
    const run = start(task, 'nothing')
    expect(await run.exitCode).toBe(2)
    const ours = folders.filter((folder) => readdirSync(join(root, 'examples', folder)).some((file) => file.endsWith('.ts')))
    expect(run.text).toContain(`there are ${ours.join(', ')}:`)
  })

  for (const [folder, check] of Object.entries(checks)) it.concurrent(`${folder} does what it says`, check, CHECK_MS_MAX)
})

describe('the brain of custom-brain', () => {
  const watch = async (seed: number, ticks: number) => {
    const { greeterGame } = await loadGreeters()
    const { testServer } = await loadTesting()
    const { ChatHeard } = await loadGame()
    const server = await testServer({ game: greeterGame, settings: { seed } })
    const { client } = await server.enter('Ada')
    await server.step(ticks)
    const speakers = client.received.filter(({ name }) => name === ChatHeard.name).map(({ payload }) => payload.name)
    return { hash: server.world.stateHash(), speakers }
  }

  it('does the same for the same seed, and greets nobody twice', async () => {
    const [one, other, another] = [await watch(5, 1200), await watch(5, 1200), await watch(6, 1200)]
    expect(one).toEqual(other)
    expect(one.hash).not.toBe(another.hash)
    for (const { speakers } of [one, another]) {
      expect(speakers.length).toBeGreaterThan(0)
      expect(new Set(speakers).size).toBe(speakers.length)
    }
  })
})
