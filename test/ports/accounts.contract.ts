import { afterEach, describe, expect, test } from 'vitest'
import type { Accounts } from '../../src/ports/accounts.js'

/** Where accounts of one kind keep their data: it outlives each of them. */
export interface AccountsPlace {
  /** Accounts over the same data as before. */
  open(): Accounts
  close(): Promise<void>
}

/** What accounts promise wherever they last. `createPlace` yields an empty place. */
export function accountsContract(name: string, createPlace: () => AccountsPlace): void {
  describe(name, () => {
    const places: AccountsPlace[] = []
    const place = () => {
      const made = createPlace()
      places.push(made)
      return made
    }
    afterEach(async () => {
      for (const made of places.splice(0)) await made.close()
    })

    rowsContract(place)
    changesContract(place)
  })
}

type Place = () => AccountsPlace

function rowsContract(place: Place): void {
  test('a new account is a player, unlocked, of the first generation, and is found again', async () => {
    const accounts = place().open()
    const row = { name: 'Ada', passwordHash: 'h1', role: 'player', isLocked: false, generation: 1 }
    expect(await accounts.createAccount('Ada', 'h1')).toEqual(row)
    expect(await accounts.findAccount('Ada')).toEqual(row)
    expect(await accounts.findAccount('Bo')).toBeNull()
  })

  test('a name is one without regard to case, and the second who wants it changes nothing', async () => {
    const accounts = place().open()
    await accounts.createAccount('Ada', 'h1')
    expect(await accounts.createAccount('aDA', 'h2')).toBeNull()
    expect(await accounts.findAccount('ADA')).toMatchObject({ name: 'Ada', passwordHash: 'h1' })
  })

  test('of two that register one name at once, one gets it', async () => {
    const accounts = place().open()
    const rows = await Promise.all(['h1', 'h2'].map((hash) => accounts.createAccount('Ada', hash)))
    expect(rows.filter((row) => row !== null)).toHaveLength(1)
    expect((await accounts.findAccount('ada'))?.passwordHash).toBe(rows.find((row) => row !== null)?.passwordHash)
  })
}

function changesContract(place: Place): void {
  test('a change is of what it names, and of that account', async () => {
    const accounts = place().open()
    await accounts.createAccount('Ada', 'h1')
    const bo = await accounts.createAccount('Bo', 'h2')
    const row = { name: 'Ada', passwordHash: 'h1', role: 'moderator', isLocked: false, generation: 1 }
    expect(await accounts.changeAccount('ada', { role: 'moderator' })).toEqual(row)
    expect(await accounts.findAccount('Ada')).toEqual(row)
    expect(await accounts.findAccount('Bo')).toEqual(bo)
    expect(await accounts.changeAccount('Cy', { isLocked: true })).toBeNull()
    expect(await accounts.findAccount('Cy')).toBeNull()
  })

  test('a new password and a lock begin a generation; an unlock and a role do not', async () => {
    const accounts = place().open()
    await accounts.createAccount('Ada', 'h1')
    const generations: unknown[] = []
    for (const change of [
      { passwordHash: 'h2' },
      { isLocked: true },
      { isLocked: true },
      { isLocked: false },
      { role: 'player' },
    ])
      generations.push((await accounts.changeAccount('Ada', change as object))?.generation)
    expect(generations).toEqual([2, 3, 3, 3, 3])
    expect(await accounts.findAccount('Ada')).toMatchObject({ passwordHash: 'h2', isLocked: false, generation: 3 })
  })

  test('accounts are there after an end and another start', async () => {
    const made = place()
    const before = made.open()
    await before.createAccount('Ada', 'h1')
    await before.changeAccount('Ada', { isLocked: true, role: 'gameMaster' })
    await made.close()
    expect(await made.open().findAccount('ada')).toEqual({
      name: 'Ada',
      passwordHash: 'h1',
      role: 'gameMaster',
      isLocked: true,
      generation: 2,
    })
  })
}
