import { describe, expect, it } from 'vitest'
import { type Scanned, scan } from './scan.js'
import { listed, scanned, sources } from './sources.js'

/**
 * Gold and things are made, used up and handed over in one file, which writes the ledger. Beside it, only these write the columns:
 * what is worn or sold changes its place, and a saved character is restored.
 */
const rules: readonly (readonly [RegExp, readonly string[], string])[] = [
  [/\bpurse\.set\(/g, ['systems/holdings-rules.ts'], 'changes a purse'],
  [/\bcommitPlan\(/g, ['systems/holdings-rules.ts', 'systems/bag-rules.ts'], 'changes a bag'],
  [/\bbag\.set(?:At)?\([^)]*'(?:item|count|uid)'/g, ['systems/bag-rules.ts'], 'changes a bag'],
  [
    /\b(?:equipment|buyBack)\.setAt\([^)]*'(?:item|count|uid)'/g,
    ['systems/items.ts', 'systems/vendors.ts', 'systems/fleet.ts'],
    'changes what is worn or sold',
  ],
]

const found = ({ withStrings }: Scanned, path: string): readonly string[] =>
  rules.flatMap(([pattern, allowed, what]) =>
    allowed.includes(path) ? [] : [...withStrings.matchAll(pattern)].map(([text]) => `${path}: ${text} ${what}`),
  )

describe('value', () => {
  it('moves through the ledger: systems ask holdings-rules.ts', () => {
    const systems = sources.filter((path) => path.startsWith('systems/'))
    expect(systems.length).toBeGreaterThan(100)
    const wrong = systems.flatMap((path) => found(scanned(path), path))
    expect(listed(wrong.map((text) => `${text}; use holdings-rules.ts, which tells the ledger`))).toBe('')
  })

  it.each([
    "world.purse.set(slot, 'gold', 5)",
    'commitPlan(bag, slot, plan)',
    "bag.setAt(slot, 'count', place, 3)",
    "equipment.setAt(slot, 'item', 1, 3)",
  ])('would be caught with %s', (text) => {
    expect(found(scan(text), 'systems/new.ts')).toHaveLength(1)
  })

  it.each(["equipment.setAt(slot, 'durability', 1, 3)", "bag.setAt(slot, 'durability', 1, 3)"])('may have %s', (text) => {
    expect(found(scan(text), 'systems/new.ts')).toEqual([])
  })
})
