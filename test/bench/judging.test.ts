import { describe, expect, it } from 'vitest'
import { type Baseline, mustBeOfNow, nodeMajor, versionNow } from '../../bench/baseline.js'
import { checkable, problemOf } from '../../bench/check.js'
import { disturbances, machineOf, othersShare } from '../../bench/machine.js'
import { nextBaseline } from '../../bench/report.js'
import { atLeast, atMost, counted, isMet, notMeasured, type Row, row } from '../../bench/row.js'
import { chosen } from '../../bench/run.js'
import { goalText, type Line, verdictOf } from '../../bench/table.js'
import { UsageError } from '../../bench/usage-error.js'

const calm = { ms: 100, cpuMs: 100 }
const machine = (before = calm, after = calm, others = 0) => machineOf([0, 0, 0], before, after, others)

describe('a row', () => {
  it('meets its goal on the right side of it', () => {
    expect(isMet(row('a', 3, 'ms', atMost(3)))).toBe(true)
    expect(isMet(row('a', 3.01, 'ms', atMost(3)))).toBe(false)
    expect(isMet(row('a', 20, '1/s', atLeast(20)))).toBe(true)
    expect(isMet(row('a', 19, '1/s', atLeast(20)))).toBe(false)
    expect(isMet(row('a', 19, '1/s'))).toBeNull()
    expect(goalText(row('a', 1, '1/s', atLeast(20_000)))).toBe('≥ 20,000')
  })

  it('that was not measured is neither met nor missed, and says why', () => {
    const none = notMeasured('a', 'ms', atMost(3), 'there is none')
    expect(none).toMatchObject({ value: null, note: 'not measured: there is none' })
    expect(verdictOf(none, false, false)).toBe('')
  })

  it('cannot be no number', () => {
    expect(() => row('a', Number.NaN, 'ms')).toThrow('a is NaN')
  })

  it('is judged on a quiet machine alone', () => {
    const missed = row('a', 4, 'ms', atMost(3))
    expect(verdictOf(missed, false, false)).toBe('missed')
    expect(verdictOf(missed, true, false)).toBe('disturbed')
    expect(verdictOf(missed, false, true)).toBe('small')
    expect(verdictOf(row('a', 2, 'ms', atMost(3)), true, false)).toBe('disturbed')
    expect(verdictOf(row('a', 2, 'ms', atMost(3)), false, false)).toBe('ok')
  })
})

describe('a machine', () => {
  it('is quiet when nothing else ran and the spin took as long as before', () => {
    expect(disturbances(machine())).toEqual([])
    expect(disturbances(machine(calm, { ms: 104, cpuMs: 103 }, 0.04))).toEqual([])
  })

  it.each([
    ['other work', machine(calm, calm, 0.06), /other work took 6\.0 %/],
    ['waiting', machine({ ms: 108, cpuMs: 100 }), /had to wait for the processor: 1\.08/],
    ['another pace', machine(calm, { ms: 120, cpuMs: 120 }), /100 ms before, 120 ms after/],
  ])('is disturbed by %s', (_, disturbed, text) => {
    expect(disturbances(disturbed)).toHaveLength(1)
    expect(disturbances(disturbed)[0]).toMatch(text)
  })

  it('counts as other work what neither this process nor its children did', () => {
    const before = { atMs: 0, machineMs: 1_000, ownMs: 100 }
    const cores = machine().cores
    expect(othersShare(before, { atMs: 1_000, machineMs: 1_900, ownMs: 500 })).toBeCloseTo(0.5 / cores)
    expect(othersShare(before, { atMs: 1_000, machineMs: 1_400, ownMs: 510 })).toBe(0)
    expect(othersShare(before, { atMs: 1_000, machineMs: 1_900, ownMs: undefined })).toBe(0)
  })
})

describe('--check', () => {
  const version = versionNow()
  const saved = { version, nodeMajor, values: { sends: 10, heap: 1_000 } }
  const heap = (value: number): Row => ({ ...row('heap', value, 'B'), rule: 'near' })

  it('wants counts equal', () => {
    expect(problemOf(counted('sends', 10, 'sends'), saved)).toBeUndefined()
    expect(problemOf(counted('sends', 11, 'sends'), saved)).toBe('sends: 11 sends, the baseline has 10')
    expect(problemOf(counted('others', 1, 'sends'), saved)).toBe('others: the baseline does not have it')
  })

  it('wants the heap’s bytes within a fifth, up and down, of the same major version of Node', () => {
    expect(problemOf(heap(1_199), saved)).toBeUndefined()
    expect(problemOf(heap(801), saved)).toBeUndefined()
    expect(problemOf(heap(1_201), saved)).toBe('heap: 1201 B, 20.1 % from the baseline’s 1000')
    expect(problemOf(heap(799), saved)).toMatch(/-20\.1 %/)
    expect(problemOf(heap(5_000), { ...saved, nodeMajor: nodeMajor + 2 })).toBeUndefined()
  })

  it('judges no time', () => {
    expect(problemOf(row('tick', 1e9, 'ms'), saved)).toBeUndefined()
  })

  it.each(['package', 'protocol', 'content'] as const)('refuses a baseline of another %s', (part) => {
    const other: Baseline = { rows: null, check: { ...saved, version: { ...version, [part]: 'other' } } }
    expect(() => checkable(other, version)).toThrow(UsageError)
    expect(() => checkable(other, version)).toThrow(/other.*; run `npm run bench -- --save --only check`/)
    expect(checkable({ rows: null, check: saved }, version)).toBe(saved)
  })

  it('refuses a baseline without counts', () => {
    expect(() => checkable({ rows: null, check: null }, version)).toThrow(/has no counts/)
    expect(() => mustBeOfNow({ version }, version, 'x')).not.toThrow()
  })
})

describe('--save', () => {
  const version = versionNow()
  const older = { ...version, content: 'older' }
  const line = (family: string, made: Row, isDisturbed: boolean): Line => ({
    ...made,
    family,
    isDisturbed,
    ratio: null,
    verdict: '',
  })
  const before: Baseline = {
    rows: { version, machine: 'm', values: { a: 1, b: 2 } },
    check: { version: older, nodeMajor, values: { x: 1 } },
  }

  it('keeps times of a quiet machine, beside those that were not measured', () => {
    const { baseline, left } = nextBaseline(before, version, machine(), [line('gate', row('b', 3, 'ms'), false)])
    expect(left).toEqual([])
    expect(baseline.rows).toMatchObject({ version, values: { a: 1, b: 3 } })
    expect(baseline.check).toBe(before.check)
  })

  it('keeps no times of a disturbed machine, and says whose', () => {
    const lines = [line('gate', row('b', 3, 'ms'), true), line('check', counted('x', 5, 'sends'), true)]
    const { baseline, left } = nextBaseline(before, version, machine(), lines)
    expect(left).toEqual(['gate'])
    expect(baseline).toEqual({ rows: before.rows, check: { version, nodeMajor, values: { x: 5 } } })
  })

  it('forgets times of another version, and has no value where nothing was measured', () => {
    const old: Baseline = { ...before, rows: { version: older, machine: 'm', values: { a: 1 } } }
    const lines = [line('gate', row('b', 3, 'ms'), false), line('gate', notMeasured('c', 'ms', null, 'there is none'), false)]
    expect(nextBaseline(old, version, machine(), lines).baseline.rows?.values).toEqual({ b: 3 })
  })
})

describe('--only', () => {
  it('takes names again or with commas, each once, in the order of the list', () => {
    expect(chosen(['gate,decision', 'gate'])).toEqual(['decision', 'gate'])
    expect(chosen([]).length).toBeGreaterThan(5)
    expect(() => chosen(['gate,nothing'])).toThrow('no bench is called nothing')
  })
})
