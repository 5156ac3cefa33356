import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OwnerState, SessionResult } from '../../src/net/opcodes.js'
import { dice } from './dice.js'
import { Bench, Shout, Wallet } from './tiny-game.js'

interface WalletEditor {
  set(slot: number, field: string, value: number): void
  setAt(slot: number, field: string, index: number, value: number): void
}

describe('a client of a simulation', () => {
  it('has at every tick the own columns that the world has', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (seed) => {
        const roll = dice(seed)
        const bench = new Bench((world) => {
          const wallet = world.editor(Wallet) as WalletEditor
          for (let slot = 1; slot <= world.entities.slotMax; slot += 1) {
            if (world.entities.alive[slot] === 0) continue
            for (let changes = roll(4); changes > 0; changes -= 1) {
              if (roll(3) === 0) wallet.set(slot, 'coins', roll(3) * 4_000_000)
              else wallet.setAt(slot, 'tokens', roll(4), roll(5))
            }
          }
        })
        const { world } = bench.simulation
        const client = bench.join()
        const told = new Map<string, number>()
        let whole = 0
        client.on(OwnerState, () => {
          whole += 1
        })
        client.onOwner((component, field, index, value) => told.set(`${component}.${field}.${index}`, value))
        for (let tick = 0; tick < 30; tick += 1) {
          if (tick === 10) bench.join()
          bench.step()
          const slot = world.entities.slotOf(client.me)
          if (slot === 0) continue
          const { coins, tokens } = world.columns(Wallet)
          expect(client.owner.get(Wallet, 'coins')).toBe(coins[slot])
          expect(told.get('Wallet.coins.0') ?? 0).toBe(coins[slot])
          for (let i = 0; i < 4; i += 1) {
            expect(client.owner.get(Wallet, 'tokens', i)).toBe(tokens[slot * 4 + i])
            expect(told.get(`Wallet.tokens.${i}`) ?? 0).toBe(tokens[slot * 4 + i])
          }
        }
        expect(whole).toBe(1)
      }),
      { numRuns: 20 },
    )
  })

  it('gets exactly one result a request, through batches too', async () => {
    const bench = new Bench(() => undefined)
    const client = bench.join()
    for (let tick = 0; tick < 4; tick += 1) bench.step()
    const answered: number[] = []
    client.on(SessionResult, ({ seq }) => answered.push(seq))
    const asked: Promise<string>[] = []
    client.batch(() => {
      for (let i = 0; i < 30; i += 1) asked.push(client.request(Shout, { text: `shout ${i}` }))
      asked.push(client.request(Shout, { text: 'far too long a text' }))
    })
    bench.step()
    bench.step()
    expect(await Promise.all(asked)).toEqual([...new Array(30).fill('ok'), 'malformed'])
    expect(answered.sort((a, b) => a - b)).toEqual(Array.from({ length: 31 }, (_, i) => answered[0] + i))
  })

  it('leaves by logout, and is refused what it asks before its hello is accepted', async () => {
    const bench = new Bench(() => undefined)
    const client = bench.join()
    for (let tick = 0; tick < 4; tick += 1) bench.step()
    const leaving = client.logout()
    bench.step()
    bench.step()
    await leaving
    expect(client.ended).toBe('logout')
    const silent = bench.join()
    silent.send(Shout, { text: 'before hello' })
    for (let tick = 0; tick < 4; tick += 1) bench.step()
    expect(silent.statistics.results.get('notAllowed')).toBe(1)
  })

  it('measures a ping in ticks of the simulation, and acknowledges once a second', async () => {
    const bench = new Bench(() => undefined)
    const client = bench.join()
    for (let tick = 0; tick < 4; tick += 1) bench.step()
    const pinging = client.ping()
    for (let tick = 0; tick < 3; tick += 1) bench.step()
    expect(await pinging).toBe(client.rttMs)
    expect(client.rttMs).toBe(50)
    for (let tick = 0; tick < 20 * 60; tick += 1) bench.step()
    expect(client.ended).toBeUndefined()
    expect(client.statistics.results).toEqual(new Map([['ok', 1]]))
  })
})
