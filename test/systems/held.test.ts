import { describe, expect, it } from 'vitest'
import { flag } from '../../components/status.js'
import { protocol } from '../../protocol/index.js'
import type { OpcodePayload, ToServer } from '../../src/protocol/opcode.js'
import { serverBound } from '../../src/protocol/protocol.js'
import { items } from '../../systems/items.js'
import { loot } from '../../systems/loot.js'
import { objects } from '../../systems/objects.js'
import { quest } from '../../systems/quest.js'
import { vendors } from '../../systems/vendors.js'
import { SmallWorld } from './small-world.js'

const systems = [loot, items, vendors, quest, objects]
const handlers = systems.map(({ name }) => name)
const requests = serverBound(protocol).filter(({ handler }) => handlers.includes(handler))

/** The request with nothing but zeros: what is wrong with it is heard only where nothing else comes first. */
const ofZeros = (opcode: ToServer): OpcodePayload<ToServer> =>
  Object.fromEntries(Object.keys(opcode.payload).map((field) => [field, 0])) as OpcodePayload<ToServer>

describe('who cannot act hears that first', () => {
  it('of every request of these systems', () => {
    expect(new Set(requests.map(({ handler }) => handler))).toEqual(new Set(handlers))
  })

  const states = [
    ['stunned', flag.stunned, 'stunned'],
    ['afraid', flag.feared, 'feared'],
    ['both', flag.feared | flag.stunned, 'stunned'],
    ['dead and stunned', flag.dead | flag.stunned, 'dead'],
    ['a ghost', flag.ghost, 'dead'],
  ] as const
  const rows = requests.flatMap((opcode) =>
    states.map(([name, flags, code]) => [opcode.name, name, opcode, flags, code] as const),
  )
  const small = new SmallWorld(systems)
  const hero = small.character()
  it.each(rows)('%s, when %s', (_request, _name, opcode, flags, code) => {
    small.setFlags(hero, 0)
    expect(['stunned', 'feared', 'dead']).not.toContain(small.now(hero, opcode, ofZeros(opcode)))
    small.setFlags(hero, flags)
    expect(small.now(hero, opcode, ofZeros(opcode))).toBe(code)
  })
})
