/** What must be true of the economy, by number; the violations of an audit name them. */
export interface Invariant {
  readonly number: number
  readonly name: string
  readonly text: string
  /** Where it is checked, if a database does not show it. */
  readonly elsewhere?: string
}

const simulated = 'npm run dst: the economy under faults and crashes, every answer held against what is stored'

export const invariants = Object.freeze({
  gold: { number: 1, name: 'gold', text: 'all coins are what was minted less what was burned' },
  things: {
    number: 2,
    name: 'things',
    text: 'every unique item is in one place, and of all others there are as many as were made and not used',
  },
  promises: {
    number: 3,
    name: 'promises',
    text: 'what was answered `ok` as durable is there after a recovery',
    elsewhere: `${simulated}; npm run crash: a real server killed at random moments; npm run powerloss: the power taken away`,
  },
  once: {
    number: 4,
    name: 'once',
    text: 'no command is applied twice',
    elsewhere: `${simulated}; npm test: test/cli/killed-sessions.test.ts, test/systems/trade-exact.test.ts`,
  },
  limits: { number: 5, name: 'limits', text: 'no balance is negative, and no purse or stack above its limit' },
  replay: { number: 6, name: 'replay', text: 'opening balances and entries give what each character has' },
  owner: { number: 7, name: 'owner', text: 'one world, each character in it once, written by one owner after the other' },
  settling: { number: 8, name: 'settling', text: 'when faults stop, all that waits settles in time', elsewhere: simulated },
  determinism: {
    number: 9,
    name: 'determinism',
    text: 'the same seed and inbox give the same state',
    elsewhere: 'myriad replay FILE, for a recording; npm run bench -- --only check',
  },
  chain: { number: 10, name: 'chain', text: 'the chain of the ledger is unbroken' },
} satisfies Readonly<Record<string, Invariant>>)

export type InvariantName = keyof typeof invariants
export const allInvariants: readonly Invariant[] = Object.values(invariants)
