import { describe, expect, it } from 'vitest'
import { Progress } from '../../components/progress.js'
import { Spellbook } from '../../components/spells.js'
import { flag, Status } from '../../components/status.js'
import { Vitals } from '../../components/vitals.js'
import { CountersResource } from '../../systems/counters.js'
import { ExperienceEarned, LevelGained } from '../../systems/events.js'
import { experience } from '../../systems/experience.js'
import { healthMax, powerMax } from '../../systems/stat-rules.js'
import { content, keyed, SmallWorld } from './small-world.js'

const { levelMax } = content.rates

function scene(level = 1, classKey = 'mender') {
  const small = new SmallWorld([experience])
  const hero = small.character({ level, classKey })
  const standing = () => [small.edit(Progress).level[hero], small.edit(Progress).experience[hero]]
  const earn = (amount: number): void => {
    small.emit(ExperienceEarned, { character: small.entity(hero), amount })
    small.step()
  }
  return { small, hero, standing, earn }
}

describe('experience', () => {
  it('comes from kills of one’s own right, by the victim’s level and kind', () => {
    const { small, hero, standing } = scene()
    const other = small.character()
    small.kill(small.creature('bristle-hare'), hero, other)
    small.kill(small.creature('bristle-hare'), other, hero)
    small.step()
    expect(standing()).toEqual([1, 50])
    small.kill(small.creature('hedge-imp', { level: 3 }), hero)
    small.step()
    expect(standing()).toEqual([1, 50 + 58])
  })

  it('of one death told twice comes once', () => {
    const { small, hero, standing } = scene()
    const hare = small.creature('bristle-hare')
    small.kill(hare, hero)
    small.kill(hare, hero)
    small.step()
    expect(standing()).toEqual([1, 50])
  })

  it('does not come from characters or from those who are gone', () => {
    const { small, hero, standing, earn } = scene()
    small.kill(small.character(), 0, hero)
    small.step()
    expect(standing()).toEqual([1, 0])
    small.world.commands.despawn(hero)
    small.world.commandBuffer.flush()
    expect(() => earn(10)).not.toThrow()
  })

  it('raises the level, with its vitals and spells', () => {
    const { small, hero, standing, earn } = scene()
    const mender = keyed(content.classList, 'mender')
    earn(content.experienceToNext[1] + 5)
    expect(standing()).toEqual([2, 5])
    const vitals = (field: string): number => small.column(Vitals, field)[hero]
    expect(small.column(Status, 'level')[hero]).toBe(2)
    expect([vitals('health'), vitals('healthMax')]).toEqual([healthMax(mender, 2), healthMax(mender, 2)])
    expect([vitals('power'), vitals('powerMax')]).toEqual([powerMax(mender, 2), powerMax(mender, 2)])
    const learnt = [...small.column(Spellbook, 'spell').subarray(hero * 10, hero * 10 + 3)]
    expect(learnt.map((id) => content.spells[id]?.key)).toEqual(['dawnspark', 'sunbrand', undefined])
    expect(small.seenOf(LevelGained)).toEqual([{ character: small.entity(hero), level: 2 }])
    expect(small.resource(CountersResource).get('levelUps')).toBe(1)
  })

  it('can raise several levels at once, each told', () => {
    const { small, standing, earn } = scene()
    earn(content.experienceToNext[1] + content.experienceToNext[2] + content.experienceToNext[3])
    expect(standing()).toEqual([4, 0])
    expect(small.seenOf(LevelGained).map((gained) => gained.level)).toEqual([2, 3, 4])
  })

  it('ends at the highest level', () => {
    const { standing, earn } = scene(levelMax - 1)
    earn(1_000_000)
    expect(standing()).toEqual([levelMax, 0])
    earn(1_000_000)
    expect(standing()).toEqual([levelMax, 0])
  })

  it('does not heal the dead', () => {
    const { small, hero, earn } = scene()
    small.setFlags(hero, flag.dead)
    small.column(Vitals, 'health')[hero] = 0
    earn(content.experienceToNext[1])
    expect(small.column(Vitals, 'health')[hero]).toBe(0)
    expect(small.column(Status, 'level')[hero]).toBe(2)
  })
})
