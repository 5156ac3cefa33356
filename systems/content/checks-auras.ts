import type { Problems } from './problems.js'
import type { RawContent } from './schema.js'
import type { RawAura } from './schema-spells.js'

const periodic: readonly string[] = ['damage', 'heal', 'energise']

function checkEffects({ key, effects, durationMs }: RawAura, problems: Problems): void {
  const spot = (field: string) => ({ file: 'auras.json', entry: key, field })
  effects.forEach((effect, i) => {
    const { kind, everyMs, factor, amount, amountPerLevel } = effect
    const isPeriodic = periodic.includes(kind)
    if (isPeriodic !== everyMs > 0) {
      const what = isPeriodic ? 'never comes' : `does not fit the effect ${kind}`
      problems.add(spot(`effects.${i}.everyMs`), everyMs, what, isPeriodic ? 'give the period' : 'leave it out')
    }
    if (isPeriodic && durationMs > 0 && everyMs > durationMs) {
      problems.add(spot(`effects.${i}.everyMs`), everyMs, `is longer than the aura’s ${durationMs} ms`, 'shorten it')
    }
    if (kind === 'factor' && factor === 1) {
      problems.add(spot(`effects.${i}.factor`), factor, 'changes nothing', 'give another factor')
    }
    if (kind !== 'factor' && amount === 0 && amountPerLevel === 0) {
      problems.add(spot(`effects.${i}.amount`), amount, 'does nothing', 'give an amount')
    }
    if (kind !== 'stat' && amount < 0) {
      problems.add(spot(`effects.${i}.amount`), amount, `is below 0 for the effect ${kind}`, 'give 0 or more')
    }
  })
  // A place in `Auras` has one amount: what a period does, or what is left to absorb.
  if (effects.filter(({ kind }) => periodic.includes(kind) || kind === 'absorb').length > 1) {
    problems.add(spot('effects'), key, 'has two amounts to keep', 'give one effect that works by periods or absorbs')
  }
}

/** Every aura is given by some spell, ends if it is harmful or holds somebody, and its effects say what they need. */
export function checkAuras(raw: RawContent, problems: Problems): void {
  const given = new Set(raw.spells.flatMap(({ effects }) => effects.map(({ aura }) => aura)))
  for (const aura of raw.auras) {
    const { key, control, harmful, durationMs } = aura
    const spot = (field: string) => ({ file: 'auras.json', entry: key, field })
    if (!given.has(key)) problems.add(spot(''), undefined, 'no spell gives this aura', 'give it or remove it')
    if (control !== 'none' && !harmful) problems.add(spot('harmful'), harmful, `does not fit the control ${control}`, 'give true')
    if (harmful && durationMs === 0) problems.add(spot('durationMs'), 0, 'never ends, and is harmful', 'give it an end')
    if (control === 'none' && aura.effects.length === 0) problems.add(spot('effects'), [], 'does nothing', 'give it an effect')
    checkEffects(aura, problems)
  }
}
