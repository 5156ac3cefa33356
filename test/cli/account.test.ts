import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createArgon2Passwords } from '../../src/adapters/argon2-passwords.js'
import { openAccounts } from '../../src/adapters/sqlite-accounts.js'
import { tempDirs } from '../server/temp-dir.js'
import { cli } from './cli-harness.js'

const directory = tempDirs()

function stage() {
  const folder = directory()
  const path = join(folder, 'world.db')
  openAccounts(path).close()
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, 'nine lives!\n')
  const account = async (...args: string[]) => {
    const { run, printed } = cli()
    const exitCode = await run('account', ...args, '--store', `sqlite:${path}`)
    return { exitCode, ...printed }
  }
  const saved = (name: string) => {
    const { accounts, close } = openAccounts(path)
    const row = accounts.findAccount(name)
    close()
    return row
  }
  return { account, passwordFile, path, saved }
}

describe('myriad account', () => {
  it('makes an account, whose password is that of the file without its line break', async () => {
    const { account, passwordFile, saved } = stage()
    const made = await account('Ada', '--password-file', passwordFile, '--set-role', 'moderator', '--json')
    expect([made.exitCode, JSON.parse(made.out)]).toEqual([0, { account: 'Ada', role: 'moderator', isLocked: false }])
    const row = saved('ada')!
    expect(await createArgon2Passwords().matches('nine lives!', row.passwordHash)).toBe(true)
    expect(made.out + made.err).not.toMatch(/nine|argon/)
  })

  it('gives another password to one that is there, locks it, unlocks it, and shows it', async () => {
    const { account, passwordFile, saved } = stage()
    await account('Ada', '--password-file', passwordFile)
    const before = saved('Ada')!
    await account('aDA', '--password-file', passwordFile, '--lock', 'on')
    const after = saved('Ada')!
    expect(after.passwordHash).not.toBe(before.passwordHash)
    expect(after).toMatchObject({ name: 'Ada', isLocked: true, generation: 2 })
    const shown = await account('ADA')
    expect([shown.exitCode, shown.out]).toEqual([0, 'account  Ada\nrole     player\nlocked   yes\n'])
    expect(saved('Ada')).toEqual(after)
    await account('Ada', '--lock', 'off')
    expect(saved('Ada')).toMatchObject({ isLocked: false, passwordHash: after.passwordHash })
  })

  it('says that there is no such account, and exits with 1', async () => {
    const { account, path, saved } = stage()
    const { exitCode, out, err } = await account('Nobody', '--lock', 'on')
    expect([exitCode, out]).toEqual([1, ''])
    expect(err).toBe(`myriad account: Nobody is not in ${path}; make it with --password-file\n`)
    expect(saved('Nobody')).toBeNull()
  })

  it.each([
    [['account'], /^myriad account: missing required argument 'name'.*\n$/],
    [['account', 'a b'], /^myriad: account a b: Not a name.*\n$/],
    [['account', 'Ada'], /^myriad: store is memory:, which keeps no accounts; name sqlite:<file>\n$/],
    [['account', 'Ada', '--store', 'sqlite:not/there.db'], /^myriad: store not\/there\.db is not there; name the file.*\n$/],
    [['account', 'Ada', '--lock', 'yes'], /^myriad: lock is "yes" .* must be one of keep, on, off; .*\n$/],
  ])('says in one line what is wrong with %j, and exits with 2', async (args, line) => {
    const { run, printed } = cli()
    expect(await run(...args)).toBe(2)
    expect(printed.err).toMatch(line)
    expect(printed.out).toBe('')
  })

  it('does not show what is in a file that holds no password', async () => {
    const { account, passwordFile, saved } = stage()
    writeFileSync(passwordFile, 'short\n')
    const { exitCode, err } = await account('Ada', '--password-file', passwordFile)
    expect(exitCode).toBe(2)
    expect(err).toMatch(/^myriad: passwordFile .* holds no password: a password has 10 to 128 characters, .*\n$/)
    expect(err).not.toContain('short\n')
    expect(saved('Ada')).toBeNull()
  })
})
