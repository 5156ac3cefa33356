import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createMemoryIdentity } from '../../src/adapters/memory-identity.js'
import { MyriadError } from '../../src/errors.js'
import { SessionCreateCharacter, SessionEnter, SessionEntered, SessionHello } from '../../src/net/opcodes.js'
import { noContent } from '../../src/server/content-files.js'
import { WorldCrash } from '../../src/server/crash-file.js'
import { readRecording } from '../../src/server/recording-format.js'
import { replay } from '../../src/server/replay.js'
import { type SimulateOptions, simulate } from '../../src/server/simulate.js'
import { testServer } from '../../src/testing/index.js'
import { tempDirs } from './temp-dir.js'
import { makeTinyGame, TinyAdd, TinyBreak, type TinyOptions, tinyGame } from './tiny-game.js'

const directory = tempDirs()
const settings = { seed: 7, tickHz: 20, bots: 30, creatures: 0, clientsMax: 8, graceS: 60 }

async function recorded(options: Partial<SimulateOptions> = {}) {
  const record = join(directory(), 'a.myr')
  const result = await simulate({ game: tinyGame, content: noContent, settings, ticks: 2_500, record, ...options })
  return { record, result }
}

const replayed = (path: string, options: TinyOptions = {}) => {
  const notices: string[] = []
  const result = replay(path, { game: makeTinyGame(options), content: noContent, onNotice: (text) => notices.push(text) })
  return { ...result, notices }
}

const codeOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    return error instanceof MyriadError ? `${error.code}: ${error.message}` : String(error)
  }
  return 'nothing was thrown'
}

describe('a recording', () => {
  it('is replayed to the same state, with a checkpoint each 1,000 ticks and at the end', async () => {
    const { record, result } = await recorded()
    expect(replayed(record)).toEqual({
      ok: true,
      ticks: 2_500,
      checkpoints: 3,
      stateHash: result.stateHash,
      firstDifference: null,
      notices: [],
    })
  })

  it('names the first tick and system that differ', async () => {
    const { record } = await recorded()
    expect(replayed(record, { faultTick: 1_234 })).toMatchObject({
      ok: false,
      ticks: 1_234,
      firstDifference: { tick: 1_234, system: 'walker' },
    })
  })

  it('finds a difference that no digest shows at the next checkpoint', async () => {
    const { record } = await recorded()
    expect(replayed(record, { hiddenFaultTick: 1_234 })).toMatchObject({
      ok: false,
      checkpoints: 2,
      firstDifference: { tick: 2_000, system: 'world' },
    })
  })

  it('is read to its last whole tick when its tail is torn, wherever the cut is', async () => {
    const { record } = await recorded({ ticks: 20 })
    const bytes = readFileSync(record)
    const whole = [...readRecording(record).frames].length
    expect(whole).toBe(21)
    const torn = join(directory(), 'torn.myr')
    const seen = new Set<number>()
    for (let cut = bytes.length - 1; cut > bytes.length - 600; cut -= 1) {
      writeFileSync(torn, bytes.subarray(0, cut))
      const recording = readRecording(torn)
      const frames = [...recording.frames]
      seen.add(frames.length)
      expect(frames.length).toBeLessThan(whole)
      expect(frames.map((frame) => frame.tick)).toEqual(Array.from({ length: frames.length }, (_, i) => i + 1))
      const result = replayed(torn)
      expect(result).toMatchObject({ ok: true, ticks: frames.length })
      expect(result.notices.length).toBe(recording.tornAtByte === null ? 0 : 1)
    }
    expect(seen.size).toBeGreaterThan(3)
  })

  it('stops before a frame whose bytes have changed', async () => {
    const { record } = await recorded({ ticks: 20 })
    const bytes = readFileSync(record)
    bytes[bytes.length - 150] ^= 1
    writeFileSync(record, bytes)
    const recording = readRecording(record)
    expect([...recording.frames].length).toBeLessThan(21)
    expect(recording.tornAtByte).not.toBeNull()
  })

  it('is refused in one clear line when it cannot be run here', async () => {
    const { record } = await recorded({ ticks: 3 })
    const other = { ...noContent, hash: 'abc' }
    expect(codeOf(() => replay(record, { game: tinyGame, content: other }))).toMatch(
      /^BAD_RECORDING: .*a\.myr was recorded with content none, but here it is abc; /,
    )
    const renamed = { ...tinyGame, name: 'huge' }
    expect(codeOf(() => replay(record, { game: renamed, content: noContent }))).toMatch(
      /recorded with game tiny, but here it is huge/,
    )
    const roomier = { ...tinyGame, capacity: () => 999 }
    expect(codeOf(() => replay(record, { game: roomier, content: noContent }))).toMatch(/capacity 46, but here it is 999/)
    const text = join(directory(), 'text.myr')
    writeFileSync(text, 'no recording at all')
    expect(codeOf(() => replayed(text))).toMatch(/^BAD_RECORDING: .*is no recording; /)
    writeFileSync(text, readFileSync(record).subarray(0, 40))
    expect(codeOf(() => replayed(text))).toMatch(/ends within its header/)
    expect(codeOf(() => replayed(join(directory(), 'missing')))).toMatch(/cannot be read: ENOENT/)
    expect(codeOf(() => replayed(directory()))).toMatch(/^BAD_RECORDING: .*cannot be read: EISDIR/)
  })

  it('that cannot be written is refused before the first tick', async () => {
    const record = join(directory(), 'missing', 'a.myr')
    await expect(recorded({ record })).rejects.toThrow(/cannot write the recording .*; name a file that can be written/)
  })

  it('of clients holds no token, and is replayed exactly', async () => {
    const token = 'a-token-that-nobody-may-read'
    const identity = createMemoryIdentity(new Map([[token, { ok: true, accountId: 'account-1', role: 'player' }]]))
    const path = join(directory(), 'clients.myr')
    const server = await testServer({ game: tinyGame, settings, identity })
    server.host.record(path)
    const plain = server.connect(token)
    const batched = server.connect(null)
    batched.sendValue([
      batched.message(SessionHello, { token, resume: '', protocolHash: server.simulation.protocolHash }),
      batched.message(SessionHello, { token, resume: '', protocolHash: '' }),
    ])
    const malformed = server.connect(null)
    malformed.sendValue([SessionHello.id, 1, token])
    malformed.sendValue([SessionHello.id, 2, token + 'x'.repeat(600), '', ''])
    malformed.sendRaw(Buffer.from(token))
    const refused = server.connect(`wrong-${token}`)
    await server.step(3)
    plain.request(SessionCreateCharacter, { name: 'Alice', class: 1 })
    await server.step(3)
    plain.request(SessionEnter, { characterId: 1 })
    await server.step(5)
    expect(plain.take(SessionEntered)).toBeDefined()
    plain.request(TinyAdd, { amount: 200 })
    batched.close()
    await server.step(1_000)
    const stateHash = server.world.stateHash()
    server.host.endRecording()
    expect(batched.results.get(1)).toBe('ok')
    expect(malformed.results.get(1)).toBe('malformed')
    expect(malformed.results.get(2)).toBe('malformed')
    expect(refused.results.get(1)).toBe('notAllowed')
    expect(readFileSync(path).includes('a-token')).toBe(false)
    expect(readFileSync(path).includes('account-1')).toBe(true)
    expect(replayed(path)).toMatchObject({ ok: true, stateHash, checkpoints: 2 })
    expect(statSync(path).mode & 0o077).toBe(0)
  })
})

/** A server in which somebody breaks the world in its `ticks`-th tick, and the crash file. */
async function broken(ticks: number, crashDir: string, record?: string) {
  const server = await testServer({ game: tinyGame, settings, crashDir })
  if (record !== undefined) server.host.record(record)
  const { client } = await server.enter('Alice')
  await server.step(ticks - server.world.tick - 1)
  client.request(TinyBreak, {})
  const error: unknown = await server.step().then(
    () => null,
    (thrown: unknown) => thrown,
  )
  return { client, crash: server.host.broke(error), log: server.log }
}

describe('a crash file', () => {
  it('of a young world is replayed to the same crash', async () => {
    const crashDir = join(directory(), 'new', 'crashes')
    const { client, crash, log } = await broken(50, crashDir)
    expect(crash).toBeInstanceOf(WorldCrash)
    expect(crash.message).toMatch(
      /^the world broke in tick 50: InvariantError: somebody asked for a broken invariant; see .*tick-50\.myr/,
    )
    expect(client.closed).toEqual({ code: 1011, reason: 'the server failed' })
    expect(log.lines.at(-1)).toMatchObject({ level: 'error', text: 'the world broke' })
    expect(readdirSync(crashDir)).toHaveLength(1)
    const { notices, ...result } = replayed(crash.path ?? '')
    expect(result).toMatchObject({ ok: true, ticks: 50, firstDifference: null })
    expect(notices).toEqual(['the world broke in tick 50 again: InvariantError: somebody asked for a broken invariant'])
    const end = [...readRecording(crash.path ?? '').frames].at(-1)
    expect(end).toMatchObject({ kind: 'end', tick: 50 })
    expect(end?.kind === 'end' && end.error).toMatch(/\n {4}at .*tiny-game/)
    expect(readFileSync(crash.path ?? '').includes('guest:Alice')).toBe(false)
  })

  it('of an old world says plainly why it cannot be run, and what happened', async () => {
    const record = join(directory(), 'a.myr')
    const { crash } = await broken(450, directory(), record)
    const recording = readRecording(crash.path ?? '')
    expect(recording.header.firstTick).toBe(251)
    expect([...recording.frames].length).toBe(201)
    expect(codeOf(() => replayed(crash.path ?? ''))).toMatch(
      /begins at tick 251 and ends at tick 450 \(InvariantError: somebody asked.*\), so it cannot be run from nothing; replay the recording made with --record/,
    )
    expect(replayed(record)).toMatchObject({ ok: true, ticks: 450 })
  })

  it('is told apart from a world that does not break', async () => {
    const { crash } = await broken(50, directory())
    expect(replayed(crash.path ?? '', { faultTick: 40 })).toMatchObject({
      ok: false,
      firstDifference: { tick: 40, system: 'walker' },
    })
  })

  it('that cannot be written is no second failure', async () => {
    const blocked = join(directory(), 'file')
    writeFileSync(blocked, '')
    const { crash, log } = await broken(20, blocked)
    expect(crash.path).toBeUndefined()
    expect(crash.message).toMatch(/no crash file could be written/)
    expect(log.lines.some((line) => line.text === 'the crash file cannot be written')).toBe(true)
  })
})
