import { describe, expect, it } from 'vitest'
import { createManualClock } from '../../src/adapters/manual-clock.js'
import { createMemoryAccounts } from '../../src/adapters/memory-accounts.js'
import { createMemoryLog } from '../../src/adapters/memory-log.js'
import type { Accounts } from '../../src/ports/accounts.js'
import { AccountDesk, type AccountRequest } from '../../src/server/account-desk.js'
import { HASHES_PENDING_MAX } from '../../src/server/hash-line.js'
import { type ServerConfig, serverConfig } from '../../src/server/server-config.js'

const secret = Buffer.from('a secret of at least thirty-two bytes')

interface Given {
  readonly config?: Partial<ServerConfig>
  readonly accounts?: Accounts
}

/** A desk whose passwords are compared at once, or wait while the test holds them. */
function stage({ config, accounts = createMemoryAccounts() }: Given = {}) {
  const clock = createManualClock()
  const log = createMemoryLog()
  const checked: (string | null)[] = []
  let held: Promise<void> = Promise.resolve()
  let atOnce = 0
  const line = { busiest: 0, hold: () => () => {} }
  line.hold = () => {
    let release = () => {}
    held = new Promise((resolve) => {
      release = resolve
    })
    return release
  }
  const work = async <T>(value: () => T): Promise<T> => {
    atOnce += 1
    line.busiest = Math.max(line.busiest, atOnce)
    await held
    atOnce -= 1
    return value()
  }
  const passwords = {
    hash: (password: string) => work(() => `hash of ${password}`),
    matches: (password: string, hash: string | null) => {
      checked.push(hash)
      return work(() => hash === `hash of ${password}`)
    },
  }
  const full = serverConfig({
    accounts: 'open',
    accountTriesMax: 3,
    addressLoginsPerMin: 4,
    addressRegistersPerHour: 2,
    ...config,
  })
  const desk = new AccountDesk({ accounts, passwords, clock, log, secret, config: full })
  const code = async (request: AccountRequest, name: unknown, password: unknown) => {
    const outcome = await desk.ask(request, name, password)
    return outcome.ok ? 'ok' : outcome.code
  }
  return { clock, log, desk, code, checked, line, accounts }
}

const PASSWORD = 'nine lives!'

describe('registering', () => {
  it('makes an account once, of the name in any case', async () => {
    const { code, desk } = stage()
    expect(await desk.ask('register', 'Ada', PASSWORD)).toMatchObject({ ok: true, answer: { account: 'Ada', expiresS: 86_400 } })
    expect(await code('register', 'aDA', 'another password')).toBe('nameTaken')
    expect(await code('login', 'ADA', PASSWORD)).toBe('ok')
    expect(Object.fromEntries(desk.counts)).toEqual({ 'register|ok': 1, 'register|nameTaken': 1, 'login|ok': 1 })
  })

  it('gives a name to one of two that ask at once', async () => {
    const { code } = stage()
    const codes = await Promise.all([code('register', 'Ada', PASSWORD), code('register', 'ada', PASSWORD)])
    expect(codes.sort()).toEqual(['nameTaken', 'ok'])
  })

  it.each(['', 'ab', 'a'.repeat(25), 'a b c', 'ädá', 'a\u0000bc', 'guest:ada', 'ада'])('refuses the name %j', async (name) => {
    const { code } = stage()
    expect([await code('register', name, PASSWORD), await code('login', name, PASSWORD)]).toEqual(['badName', 'badName'])
  })

  it.each([
    ['of nine characters', 'nine long', 'badPassword'],
    ['of ten', 'ten longer', 'ok'],
    ['of ten that a keyboard sent in pieces', 'e\u0301'.repeat(10), 'ok'],
    ['of nine that a keyboard sent in pieces', 'e\u0301'.repeat(9), 'badPassword'],
    ['of 128', 'x'.repeat(128), 'ok'],
    ['of 128 beyond the basic plane', '\u{1f600}'.repeat(128), 'ok'],
    ['of 129', 'x'.repeat(129), 'badPassword'],
    ['with a control character', 'ten longer\u0007', 'badPassword'],
    ['with half a character', 'ten longer\ud83d', 'badPassword'],
    ['that is the name', 'ADA-lovelace', 'badPassword'],
  ])('takes a password or not: %s', async (_, password, expected) => {
    const { code } = stage()
    expect(await code('register', 'Ada-Lovelace', password)).toBe(expected)
  })

  it('asks for longer passwords where that is set, but lets in who has a shorter one', async () => {
    const { code, accounts } = stage({ config: { passwordCharsMin: 20 } })
    expect(await code('register', 'Ada', PASSWORD)).toBe('badPassword')
    await accounts.createAccount('Bert', `hash of ${PASSWORD}`)
    expect(await code('login', 'Bert', PASSWORD)).toBe('ok')
  })

  it.each([
    ['Ada', undefined],
    [undefined, PASSWORD],
    ['Ada', 7],
    [['Ada'], PASSWORD],
    [{ name: 'Ada' }, PASSWORD],
  ])('refuses what is no text: %j, %j', async (name, password) => {
    const { code } = stage()
    expect([await code('register', name, password), await code('login', name, password)]).toEqual(['malformed', 'malformed'])
  })

  it('is closed where accounts are for those who have one', async () => {
    const { desk, code } = stage({ config: { accounts: 'login' } })
    expect(desk.admit('register', '10.0.0.1')).toEqual({ ok: false, code: 'closed' })
    expect(desk.admit('login', '10.0.0.1')).toBeUndefined()
    expect(await code('login', 'Ada', PASSWORD)).toBe('wrongLogin')
  })
})

describe('logging in', () => {
  it('checks one password whether there is the account or not, and answers the same', async () => {
    const { desk, accounts, checked } = stage()
    await accounts.createAccount('Ada', `hash of ${PASSWORD}`)
    const known = await desk.ask('login', 'Ada', 'wrong password')
    const unknown = await desk.ask('login', 'Nobody', 'wrong password')
    expect(known).toEqual({ ok: false, code: 'wrongLogin' })
    expect(unknown).toEqual(known)
    expect(checked).toEqual([`hash of ${PASSWORD}`, null])
  })

  it('tells that an account is locked to who knows its password, and to nobody else', async () => {
    const { code, accounts } = stage()
    await accounts.createAccount('Ada', `hash of ${PASSWORD}`)
    await accounts.changeAccount('Ada', { isLocked: true })
    expect([await code('login', 'Ada', 'wrong password'), await code('login', 'Ada', PASSWORD)]).toEqual(['wrongLogin', 'locked'])
  })

  it('is refused after too many wrong passwords of one account, right or wrong, and for an account that is not there alike', async () => {
    const { desk, code, clock, accounts, checked } = stage()
    await accounts.createAccount('Ada', `hash of ${PASSWORD}`)
    for (const name of ['ada', 'Nobody']) {
      for (let i = 0; i < 3; i += 1) expect(await code('login', name, 'wrong password')).toBe('wrongLogin')
      checked.length = 0
      expect(await desk.ask('login', name.toUpperCase(), PASSWORD)).toEqual({ ok: false, code: 'tooMany', retryAfterS: 60 })
      expect(checked).toEqual([])
    }
    clock.advance(60_000)
    expect(await code('login', 'Ada', PASSWORD)).toBe('ok')
  })

  it('by the right password costs no try', async () => {
    const { code, accounts } = stage()
    await accounts.createAccount('Ada', `hash of ${PASSWORD}`)
    for (let i = 0; i < 10; i += 1) expect(await code('login', 'Ada', PASSWORD)).toBe('ok')
    expect(await code('login', 'Ada', 'wrong password')).toBe('wrongLogin')
  })

  it('lets no more tries through at once than one after the other', async () => {
    const { code, accounts, checked } = stage()
    await accounts.createAccount('Ada', `hash of ${PASSWORD}`)
    const codes = await Promise.all(Array.from({ length: 20 }, () => code('login', 'Ada', 'wrong password')))
    expect(codes.filter((one) => one === 'wrongLogin')).toHaveLength(3)
    expect(codes.filter((one) => one === 'tooMany')).toHaveLength(17)
    expect(checked).toHaveLength(3)
  })
})

describe('an address', () => {
  it('has so many logins a minute and so many registrations an hour, whoever it asks for', () => {
    const { desk, clock } = stage()
    const logins = () => desk.admit('login', '10.0.0.1')
    expect([logins(), logins(), logins(), logins()]).toEqual([undefined, undefined, undefined, undefined])
    expect(logins()).toEqual({ ok: false, code: 'tooMany', retryAfterS: 15 })
    expect(desk.admit('login', '10.0.0.2')).toBeUndefined()
    expect([desk.admit('register', '10.0.0.1'), desk.admit('register', '10.0.0.1')]).toEqual([undefined, undefined])
    expect(desk.admit('register', '10.0.0.1')).toEqual({ ok: false, code: 'tooMany', retryAfterS: 1_800 })
    clock.advance(15_000)
    expect(logins()).toBeUndefined()
    expect(desk.counts.get('login|tooMany')).toBe(1)
  })

  it('of IPv6 is the whole network of its line', () => {
    const { desk } = stage()
    for (let i = 1; i <= 4; i += 1) expect(desk.admit('login', `2001:db8:0:1::${i}`)).toBeUndefined()
    expect(desk.admit('login', '2001:db8:0:1::99')).toMatchObject({ code: 'tooMany' })
    expect(desk.admit('login', '2001:db8:0:2::1')).toBeUndefined()
  })
})

describe('passwords', () => {
  it('are hashed one after the other, so many wait, further ones are told to come again, and it costs them no try', async () => {
    const { code, desk, line, accounts } = stage({ config: { accountTriesMax: 1 } })
    await accounts.createAccount('Ada', `hash of ${PASSWORD}`)
    const release = line.hold()
    const waiting = Array.from({ length: HASHES_PENDING_MAX }, (_, i) => code('login', `name-${i}`, PASSWORD))
    for (let i = 0; i < 3; i += 1)
      expect(await desk.ask('login', 'Ada', PASSWORD)).toEqual({ ok: false, code: 'busy', retryAfterS: 2 })
    expect(await code('register', 'Bert', PASSWORD)).toBe('busy')
    release()
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['wrongLogin']))
    expect(line.busiest).toBe(1)
    expect(await code('login', 'Ada', PASSWORD)).toBe('ok')
  })
})

describe('accounts that cannot be reached', () => {
  it('are an answer for the client and a line of the log, without names and passwords, and the next one is heard of', async () => {
    const memory = createMemoryAccounts()
    let isGone = true
    const reach = <A extends unknown[], R>(call: (...args: A) => Promise<R>) => {
      return (...args: A) => (isGone ? Promise.reject(new Error('no route to the store')) : call(...args))
    }
    const accounts: Accounts = {
      findAccount: reach((name: string) => memory.findAccount(name)),
      createAccount: reach((name: string, hash: string) => memory.createAccount(name, hash)),
      changeAccount: (...args) => memory.changeAccount(...args),
    }
    const { code, log } = stage({ accounts })
    expect([await code('register', 'Ada', PASSWORD), await code('login', 'Ada', PASSWORD)]).toEqual([
      'unavailable',
      'unavailable',
    ])
    expect(log.lines).toHaveLength(2)
    expect(log.lines[0]).toMatchObject({ fields: { request: 'register', error: 'no route to the store' } })
    expect(JSON.stringify(log.lines)).not.toContain('Ada')
    isGone = false
    expect(await code('register', 'Ada', PASSWORD)).toBe('ok')
  })

  it('cost an account no try, however often it is asked for meanwhile', async () => {
    const memory = createMemoryAccounts()
    await memory.createAccount('Ada', `hash of ${PASSWORD}`)
    let isGone = true
    const findAccount: Accounts['findAccount'] = async (name) => {
      if (isGone) throw new Error('no route to the store')
      return memory.findAccount(name)
    }
    const { code } = stage({ accounts: { ...memory, findAccount } })
    for (let i = 0; i < 10; i += 1) expect(await code('login', 'Ada', 'wrong password')).toBe('unavailable')
    isGone = false
    const codes = []
    for (let i = 0; i < 4; i += 1) codes.push(await code('login', 'Ada', 'wrong password'))
    expect(codes).toEqual(['wrongLogin', 'wrongLogin', 'wrongLogin', 'tooMany'])
  })
})
