import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { standardGame } from '../../game.js'
import { AccountError, connect, login, register } from '../../src/client/index.js'
import type { SocketConstructor } from '../../src/client/socket.js'
import { tempDirs } from '../server/temp-dir.js'
import { canHost, type Hosted, host, killHosted } from './hosted.js'

afterEach(killHosted)
const directory = tempDirs()
const PASSWORD = 'Nine lives, each worth a song'
const program = fileURLToPath(new URL('../../dist/src/cli.js', import.meta.url))

const play = ({ url }: Hosted, token: string) => {
  const { protocol, components } = standardGame
  return connect({ url, token, protocol, components, WebSocket: WebSocket as unknown as SocketConstructor })
}
const reasonOf = (refused: Promise<unknown>) =>
  refused.then(
    () => 'ok',
    (error: unknown) => (error instanceof AccountError ? error.reason : String(error)),
  )

describe.skipIf(!canHost)('accounts of a server that is killed', () => {
  it('are there again with their passwords and characters, and an operator may change them meanwhile', async () => {
    const folder = directory()
    const [store, secret, passwordFile] = [`sqlite:${join(folder, 'world.db')}`, join(folder, 'secret'), join(folder, 'password')]
    writeFileSync(secret, 'the secret that signs the tokens of this test')
    writeFileSync(passwordFile, 'a new one of the operator\n')
    const flags = ['--bots', '20', '--creatures', '100', '--accounts', 'open', '--jwt-secret-file', secret]
    const first = await host(store, ...flags)
    const { token } = await register({ url: first.url, account: 'Ada', password: PASSWORD })
    const ada = await play(first, token)
    await ada.enterAs('Adana', 3)
    await expect(register({ url: first.url, account: 'ADA', password: PASSWORD })).rejects.toMatchObject({ reason: 'nameTaken' })
    first.child.kill('SIGKILL')
    await first.ended

    const second = await host(store, ...flags)
    expect(await reasonOf(login({ url: second.url, account: 'Ada', password: `${PASSWORD}!` }))).toBe('wrongLogin')
    const again = await login({ url: second.url, account: 'ada', password: PASSWORD })
    expect(await (await play(second, again.token)).listCharacters()).toMatchObject([{ name: 'Adana', class: 3 }])
    // The token of the first run is still good: the secret is the same.
    await play(second, token)

    const operator = (...args: string[]) =>
      promisify(execFile)(process.execPath, [program, 'account', 'Ada', '--store', store, ...args])
    await operator('--lock', 'on')
    expect(await reasonOf(login({ url: second.url, account: 'Ada', password: PASSWORD }))).toBe('locked')
    await expect(play(second, again.token)).rejects.toThrow('notAllowed')
    await operator('--lock', 'off', '--password-file', passwordFile)
    expect(await reasonOf(login({ url: second.url, account: 'Ada', password: PASSWORD }))).toBe('wrongLogin')
    expect(await reasonOf(login({ url: second.url, account: 'Ada', password: 'a new one of the operator' }))).toBe('ok')
    second.child.kill('SIGTERM')
    expect(await second.ended).toBe(0)
    for (const hidden of ['Nine lives', 'a new one', token, again.token]) {
      expect(first.printed() + second.printed()).not.toContain(hidden)
    }
  }, 90_000)
})
