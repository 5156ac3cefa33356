import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Identified, Identity } from '../../src/ports/identity.js'

export interface IdentityHarness {
  readonly identity: Identity
  /** Tokens and what they must yield. */
  readonly known: Readonly<Record<string, Identified>>
}

const ADDRESS = '127.0.0.1'

/** What every identity promises. */
export function identityContract(name: string, create: () => IdentityHarness): void {
  describe(`${name}: identity`, () => {
    test('tokens yield their accounts and refusals, each time the same', async () => {
      const { identity, known } = create()
      for (let turn = 0; turn < 2; turn += 1) {
        for (const [token, identified] of Object.entries(known)) expect(await identity.verify(token, ADDRESS)).toEqual(identified)
      }
    })

    test('a token that nobody gave out is refused, whatever it is', async () => {
      const { identity, known } = create()
      const codes = ['badName', 'notAllowed']
      for (const token of ['', 'constructor', '__proto__', 'guest', 'guest:', '\0', 'x'.repeat(100_000)]) {
        expect(await identity.verify(token, ADDRESS)).toEqual({ ok: false, code: expect.toBeOneOf(codes) })
      }
      const arbitrary = fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.string().map((text) => `guest:${text}`),
      )
      await fc.assert(
        fc.asyncProperty(arbitrary, async (token) => {
          fc.pre(!(token in known))
          const identified = await identity.verify(token, ADDRESS)
          if (identified.ok) expect(identified.accountId).toMatch(/^guest:[a-z0-9_-]{3,24}$/)
          else expect(codes).toContain(identified.code)
        }),
      )
    })
  })
}
