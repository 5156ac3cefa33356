import { describe, expect, it } from 'vitest'
import { randomFloat } from '../../src/ecs/random.js'
import { parseContent } from '../../systems/content/tables.js'
import type { ClassKind, CreatureKind, SpellKind } from '../../systems/content/types.js'
import { rageForBlow, rageForHarm } from '../../systems/recovery-rules.js'
import { contentFiles } from './content-files.js'

const content = parseContent(contentFiles())
const { combat, regeneration, globalCooldownMs, levelMax } = content.rates

const FIGHTS = 120
const STEP_MS = 50
const SEED = 20_260
/** A hit puts a cast back by this much, at most twice. */
const PUSHBACK_MS = 500
const PUSHBACKS_MAX = 2

interface Outcome {
  readonly seconds: number
  /** Parts of the character's health and power that the fight cost. */
  readonly healthLost: number
  readonly powerSpent: number
}

/** Damage of one blow: the roll, the level's part, the attack table, the armour. */
function blow(
  min: number,
  max: number,
  perLevel: number,
  level: number,
  armour: number,
  isSwing: boolean,
  draw: () => number,
): number {
  const rolled = (min + (max - min) * draw() + perLevel * (level - 1)) * (1 - armour / (armour + combat.armourK * level))
  const luck = draw()
  const avoided = isSwing ? combat.missChance + combat.dodgeChance : 0
  if (luck < avoided) return 0
  return luck < avoided + combat.critChance ? rolled * combat.critFactor : rolled
}

const at = (base: number, perLevel: number, level: number): number => base + perLevel * (level - 1)

/**
 * One fight of equals, who stand in reach of each other from the start: swings as they come, and the latest spell learnt
 * that is ready and can be paid. Nobody heals and nobody swings while casting, so that play is a little kinder than this.
 */
function fight(kind: ClassKind, foe: CreatureKind, level: number, pushback: boolean, number: number): Outcome {
  let drawn = 0
  const draw = () => randomFloat(SEED, number, level, drawn++)
  const spells = kind.spells.filter((s) => s.level <= level).map((s) => content.spells[s.spell]!)
  // A spell for several enemies, or a channel, is not what one enemy is fought with.
  const isPlain = (spell: SpellKind) => spell.effects[0].kind === 'damage' && spell.channelMs === 0 && spell.area === undefined
  const attacks = spells.filter(isPlain).reverse()
  const readyMs = new Map<SpellKind, number>(attacks.map((spell) => [spell, 0]))
  const powerMax = at(kind.powerBase, kind.powerPerLevel, level)
  const foeArmour = at(foe.armourBase, foe.armourPerLevel, level)
  const ownArmour = at(kind.armourBase, kind.armourPerLevel, level)
  const healthMax = at(kind.healthBase, kind.healthPerLevel, level)
  const { weapon } = kind
  let foeHealth = at(foe.healthBase, foe.healthPerLevel, level)
  let power = kind.power === 'rage' ? 0 : powerMax
  let [lost, spent, swingMs, foeSwingMs, globalMs, castEndMs, pushbacks, timeMs] = [0, 0, 0, 0, 0, 0, 0, 0]
  let casting: SpellKind | undefined
  const land = (spell: SpellKind): void => {
    foeHealth -= blow(
      spell.effects[0].amountMin,
      spell.effects[0].amountMax,
      spell.effects[0].amountPerLevel,
      level,
      foeArmour,
      false,
      draw,
    )
    power -= spell.cost
    spent += spell.cost
    readyMs.set(spell, timeMs + spell.cooldownMs)
  }
  for (; foeHealth > 0 && timeMs < 60_000; timeMs += STEP_MS) {
    if (foeSwingMs <= timeMs) {
      const damage = blow(foe.damageMin, foe.damageMax, foe.damagePerLevel, level, ownArmour, true, draw)
      foeSwingMs = timeMs + foe.swingMs
      lost += damage
      if (kind.power === 'rage') power = Math.min(powerMax, power + rageForHarm(regeneration, damage, healthMax))
      if (pushback && damage > 0 && pushbacks < PUSHBACKS_MAX) {
        castEndMs += PUSHBACK_MS
        pushbacks++
      }
    }
    if (casting && castEndMs <= timeMs) {
      land(casting)
      casting = undefined
    }
    if (!casting && swingMs <= timeMs) {
      foeHealth -= blow(weapon.damageMin, weapon.damageMax, weapon.damagePerLevel, level, foeArmour, true, draw)
      swingMs = timeMs + weapon.swingMs
      if (kind.power === 'rage') power = Math.min(powerMax, power + rageForBlow(regeneration, weapon.swingMs))
    }
    if (!casting && globalMs <= timeMs) {
      const spell = attacks.find((candidate) => readyMs.get(candidate)! <= timeMs && candidate.cost <= power)
      if (spell) globalMs = timeMs + globalCooldownMs
      if (spell?.castMs === 0) land(spell)
      else if (spell) [casting, castEndMs, pushbacks] = [spell, timeMs + spell.castMs, 0]
    }
    if (kind.power === 'energy') power = Math.min(powerMax, power + (regeneration.energyPerSecond * STEP_MS) / 1_000)
  }
  return {
    seconds: timeMs / 1_000,
    healthLost: lost / at(kind.healthBase, kind.healthPerLevel, level),
    powerSpent: spent / powerMax,
  }
}

function meanFight(kind: ClassKind, foe: CreatureKind, level: number, pushback: boolean): Outcome {
  let [seconds, healthLost, powerSpent] = [0, 0, 0]
  for (let number = 0; number < FIGHTS; number++) {
    const outcome = fight(kind, foe, level, pushback, number)
    seconds += outcome.seconds / FIGHTS
    healthLost += outcome.healthLost / FIGHTS
    powerSpent += outcome.powerSpent / FIGHTS
  }
  return { seconds, healthLost, powerSpent }
}

const packOf = (foe: CreatureKind): number =>
  Math.max(...content.spawns.filter((area) => area.creature === foe.id).map(({ pack }) => pack))
const alone = content.creatureList.filter((foe) => packOf(foe) === 1)
const inPacks = content.creatureList.filter((foe) => packOf(foe) > 1)

describe('balance', () => {
  const cases = content.classList.flatMap((kind) => [1, 5, 10, 15, 20].map((level) => [kind.key, level] as const))

  // Hunting takes a walk to each creature, which who strikes from afar is spared: their fights last longer by about as much, and so
  // all classes rise at a like pace (`simulate` prints the levels by class).
  const secondsOf = (kind: ClassKind): readonly [least: number, most: number] => (kind.power === 'mana' ? [7.5, 16] : [6.5, 12.5])

  it.each(cases)(
    'a %s of level %i kills an equal in 6.5-12.5 s, or 7.5-16 s from afar, and loses 20-55 %% of its health',
    (key, level) => {
      const kind = content.classList.find((candidate) => candidate.key === key)!
      const foes = alone.filter((foe) => foe.levelMin <= level && foe.levelMax >= level)
      expect(foes.length).toBeGreaterThan(0)
      for (const foe of foes) {
        for (const pushback of [true, false]) {
          const { seconds, healthLost, powerSpent } = meanFight(kind, foe, level, pushback)
          const text = `${key} ${level} against ${foe.key}, pushback ${pushback}, seed ${SEED}`
          const [least, most] = secondsOf(kind)
          expect(seconds, text).toBeGreaterThanOrEqual(least)
          expect(seconds, text).toBeLessThanOrEqual(most)
          expect(healthLost, text).toBeGreaterThanOrEqual(0.2)
          expect(healthLost, text).toBeLessThanOrEqual(0.55)
          if (kind.power === 'mana') expect(powerSpent, text).toBeLessThanOrEqual(0.45)
        }
      }
    },
  )

  it.each(content.classList.map((kind) => kind.key))(
    'a %s kills a pack of its level in 5.5-17 s, one after the other, and lives',
    (key) => {
      const kind = content.classList.find((candidate) => candidate.key === key)!
      expect(inPacks.length).toBeGreaterThan(0)
      for (const foe of inPacks) {
        const pack = packOf(foe)
        const { seconds, healthLost } = meanFight(kind, foe, foe.levelMax, true)
        const text = `${key} against ${pack} ${foe.key}, seed ${SEED}`
        expect(seconds * pack, text).toBeGreaterThanOrEqual(5.5)
        expect(seconds * pack, text).toBeLessThanOrEqual(17)
        // Of n that all strike, n strike while the first falls, n - 1 while the second does, and so on.
        expect((healthLost * pack * (pack + 1)) / 2, text).toBeLessThanOrEqual(0.75)
      }
    },
  )

  it('pays a quest with 5.5 to 12 kills of its level, so that quests give about half of all experience', () => {
    for (const quest of content.questList) {
      const kills = quest.reward.experience / (45 + 5 * quest.level)
      expect(kills, quest.key).toBeGreaterThanOrEqual(5.5)
      expect(kills, quest.key).toBeLessThanOrEqual(12.05)
    }
  })

  it('has a once-only quest for every three levels and a bounty at every level', () => {
    for (let level = 1; level <= levelMax; level++) {
      const open = content.questList.filter((quest) => quest.levelMin <= level && quest.level >= level - 2)
      expect(
        open.some((quest) => !quest.repeatable),
        `level ${level}`,
      ).toBe(true)
      expect(
        open.some((quest) => quest.repeatable),
        `level ${level}`,
      ).toBe(true)
    }
  })
})
