import { describe, expect, it } from 'vitest'
import { flag } from '../../../components/status.js'
import { attackersNear, forgetAbilities, forgetAttackers, usableSpells } from '../../../systems/brain/caches.js'
import { holds } from '../../../systems/brain/rotation.js'
import type { RotationEntry, RotationWhen } from '../../../systems/content/types.js'
import { content, keyed } from '../arena.js'
import { FakeView, hare, ME } from './fake-view.js'

const entry = (when: Partial<RotationWhen>, target: RotationEntry['target'] = 'enemy'): RotationEntry => ({
  spell: 1,
  place: 0,
  target,
  when: { selfLacks: 0, targetLacks: 0, selfHas: 0, ...when },
})

describe('a rotation’s conditions', () => {
  it.each<[Partial<RotationWhen>, Partial<FakeView>, boolean]>([
    [{}, {}, true],
    [{ selfHealthBelow: 0.5 }, { health: 40 }, true],
    [{ selfHealthBelow: 0.5 }, { health: 50 }, false],
    [{ powerAtLeast: 0.3 }, { power: 30 }, true],
    [{ powerAtLeast: 0.3 }, { power: 29 }, false],
    [{ powerBelow: 0.3 }, { power: 29 }, true],
    [{ powerBelow: 0.3 }, { power: 30 }, false],
    [{ targetHealthBelow: 0.2 }, { seen: [hare({ health: 19 })] }, true],
    [{ targetHealthBelow: 0.2 }, { seen: [hare({ health: 20 })] }, false],
    [{ targetHealthAbove: 0.5 }, { seen: [hare({ health: 51 })] }, true],
    [{ targetHealthAbove: 0.5 }, { seen: [hare({ health: 50 })] }, false],
    [{ targetCasting: true }, { seen: [hare({ flags: flag.casting })] }, true],
    [{ targetCasting: true }, {}, false],
    [{ targetOnMe: true }, { seen: [hare({ target: ME })] }, true],
    [{ targetOnMe: true }, {}, false],
    [{ moving: false }, { isMoving: true }, false],
    [{ moving: true }, { isMoving: true }, true],
    [{ selfLacks: 7 }, {}, true],
    [{ selfLacks: 7 }, { auras: [{ entity: ME, aura: 7 }] }, false],
    [{ selfHas: 7 }, {}, false],
    [{ selfHas: 7 }, { auras: [{ entity: ME, aura: 7 }] }, true],
    [{ targetLacks: 7 }, { auras: [{ entity: ME, aura: 7 }] }, true],
    [{ targetLacks: 7 }, { auras: [{ entity: hare().entity, aura: 7 }] }, false],
    [{ rangeAtLeastM: 2 }, {}, true],
    [{ rangeAtLeastM: 2.1 }, {}, false],
    [{ rangeBelowM: 2 }, {}, false],
    [{ enemiesAtLeast: 2 }, { attacker: hare().entity, attackers: 2 }, true],
    [{ enemiesAtLeast: 2 }, { attacker: hare().entity, attackers: 1 }, false],
  ])('%j with %j: %s', (when, over, verdict) => {
    const view = new FakeView(over)
    expect(holds(view, entry(when), { foe: view.seen[0] ?? hare(), distanceM: 2 })).toBe(verdict)
  })

  it('mean oneself where an ally is to be helped', () => {
    const view = new FakeView({ health: 30 })
    const aim = { foe: hare(), distanceM: 2 }
    expect(holds(view, entry({ targetHealthBelow: 0.5 }, 'ally'), aim)).toBe(true)
    expect(holds(view, entry({ targetHealthBelow: 0.2 }, 'ally'), aim)).toBe(false)
  })
})

describe('the cache of abilities', () => {
  const [blow] = keyed(content.classList, 'guardian').spells
  const spell = content.spells[blow.spell]

  it('is good for 100 ms, and says how often it was', () => {
    const view = new FakeView({ spells: [blow.spell] })
    expect(usableSpells(view, content)).toBe(1)
    view.power = 0
    view.tick += 1
    expect(usableSpells(view, content)).toBe(1)
    view.tick += 1
    expect(usableSpells(view, content)).toBe(spell?.cost === 0 ? 1 : 0)
    expect([view.mind.abilityHits, view.mind.abilityMisses]).toEqual([1, 2])
  })

  it('is forgotten after a cast', () => {
    const view = new FakeView({ spells: [blow.spell] })
    usableSpells(view, content)
    view.readyTicks = [view.tick + 100]
    forgetAbilities(view)
    expect(usableSpells(view, content)).toBe(0)
  })
})

describe('the cache of attackers', () => {
  it('is good for 500 ms, or until a target is let go', () => {
    const view = new FakeView({ attacker: 9, attackers: 1 })
    expect(attackersNear(view)).toBe(1)
    view.attackers = 3
    view.tick += 9
    expect(attackersNear(view)).toBe(1)
    view.tick += 1
    expect(attackersNear(view)).toBe(3)
    view.attackers = 4
    expect(attackersNear(view)).toBe(3)
    forgetAttackers(view)
    expect(attackersNear(view)).toBe(4)
    expect([view.mind.targetHits, view.mind.targetMisses]).toEqual([2, 3])
  })
})
