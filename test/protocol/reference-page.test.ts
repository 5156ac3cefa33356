import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { components as gameComponents } from '../../components/index.js'
import { protocol as gameProtocol } from '../../protocol/index.js'
import { CellDecoder } from '../../src/client/cell-decoder.js'
import { CellFrame } from '../../src/net/opcodes.js'
import { wireLimits } from '../../src/net/wire-limits.js'
import { cellLayout } from '../../src/protocol/cell-layout.js'
import { decodeFrame } from '../../src/protocol/codec.js'
import { exampleBytes, exampleFrames } from '../../src/protocol/reference-example.js'
import { protocolJson, renderProtocolPage } from '../../src/protocol/reference-page.js'
import { GridResource } from '../../src/space/grid.js'
import { dice } from '../client/dice.js'
import {
  Bench,
  Boomed,
  CELL_SIZE_M,
  components,
  Facing,
  Health,
  Look,
  protocol,
  Shield,
  Spot,
  Where,
} from '../client/tiny-game.js'
import { JsonClient } from './json-client.js'

const tiny = { protocol, layout: cellLayout(components, CELL_SIZE_M), protocolHash: 'feedbeef' }
const game = { protocol: gameProtocol, layout: cellLayout(gameComponents, 40), protocolHash: '0123456789abcdef' }

describe('the JSON', () => {
  it('lists every opcode and code of the standard game', () => {
    const json = protocolJson(game)
    expect(json.opcodes).toHaveLength(gameProtocol.opcodes.length)
    expect(json.resultCodes).toEqual(gameProtocol.resultCodes.list)
    expect([json.protocolHash, json.cellSizeM]).toEqual(['0123456789abcdef', 40])
    for (const { id, name, direction, auth, rate, fields, doc } of json.opcodes) {
      const declared = gameProtocol.byId.get(id)?.opcode
      expect([name, direction, doc]).toEqual([declared?.name, declared?.direction, declared?.doc])
      expect(fields.map((field) => field.name)).toEqual(Object.keys(declared?.payload ?? {}))
      expect(auth === null).toBe(direction !== 'toServer')
      expect(rate === null).toBe(direction !== 'toServer')
    }
    expect(json.opcodes.map(({ id }) => id)).toEqual(json.opcodes.map(({ id }) => id).sort((a, b) => a - b))
    expect(json.opcodes.find(({ name }) => name === 'chat.say')).toEqual({
      id: 0x0e01,
      name: 'chat.say',
      direction: 'toServer',
      fields: [{ name: 'text', type: 'text(255)' }],
      auth: 'inWorld',
      rate: 'chat',
      result: true,
      durable: false,
      retired: false,
      doc: expect.stringContaining('25 m'),
    })
  })

  it('is enough to read cell frames: a client made from it sees what the SDK sees', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (seed) => {
        const roll = dice(seed)
        const bench = new Bench((world) => {
          const spot = world.columns(Spot)
          for (let slot = 1; slot <= world.entities.slotMax; slot += 1) {
            if (world.entities.alive[slot] === 0) continue
            const kind = roll(6)
            if (kind < 3) {
              spot.x[slot] = roll(16_000) / 100
              spot.z[slot] = roll(16_000) / 100
              spot.y[slot] = roll(100)
              world.resource(GridResource).put(slot, 0, 0, spot.x[slot], spot.z[slot])
            } else if (kind === 3) world.columns(Health).now[slot] = roll(1_000)
            else if (kind === 4) world.columns(Facing).heading[slot] = roll(65_536)
            else if (world.entities.has(slot, Shield)) world.commands.remove(slot, Shield)
            else world.commands.add(slot, Shield)
            if (roll(5) === 0)
              world.outlet.show(slot, Boomed, {
                who: slot,
                sort: roll(2) === 0 ? 'bang' : 'puff',
                number: roll(65_536),
                label: 'aä🦊',
              })
            if (roll(40) === 0 && world.marks.owned[slot] === 0) world.commands.despawn(slot)
          }
          if (world.entities.count < 30) world.commands.spawn([Spot, Where, Look, Health, ...(roll(2) === 0 ? [Facing] : [])])
        })
        const sdk = bench.join()
        const other = new JsonClient(JSON.parse(JSON.stringify(protocolJson(tiny))))
        const booms: unknown[] = []
        let lastTick = 0
        let compared = 0
        sdk.on(Boomed, (boom) => void booms.push(boom))
        sdk.on(CellFrame, ({ bytes }, tick) => {
          expect(other.frame(bytes)).toBe(lastTick)
          lastTick = tick
        })
        for (let tick = 0; tick < 40; tick += 1) {
          bench.step()
          expect([...other.entities.keys()].sort()).toEqual([...sdk.entities.keys()].sort())
          for (const [entity, { name, values }] of other.entities) {
            const view = sdk.entities.get(entity)
            expect(name).toBe(view?.name)
            compared += 1
            for (const { component, field } of protocolJson(tiny).layout.components.flatMap(({ fields }) => fields)) {
              const declared = components.find((one) => one.name === component)
              if (declared !== undefined) expect(values[`${component}.${field}`]).toBe(view?.get(declared, field as never))
            }
          }
          expect(other.events).toEqual(booms)
        }
        expect(compared).toBeGreaterThan(100)
        expect(booms.length).toBeGreaterThan(0)
      }),
      { numRuns: 15 },
    )
  })
})

describe('the page', () => {
  const page = renderProtocolPage({ ...game, limits: wireLimits })

  it('names every opcode by id, every field, every code and every limit', () => {
    for (const { id, name, payload } of gameProtocol.opcodes) {
      expect(page).toContain(`| 0x${id.toString(16).padStart(4, '0')} | ${name} |`)
      for (const field of Object.keys(payload)) expect(page).toContain(`\`${field}\``)
    }
    for (const { code, name, doc } of gameProtocol.resultCodes.list) expect(page).toContain(`| ${code} | ${name} | ${doc} |`)
    for (const limit of [
      '16,384 bytes',
      '65,536 bytes',
      '200 frames',
      'up to 32 messages',
      '| movement | 30 | 60 |',
      '5 × 5 cells',
      'after 5 s',
    ])
      expect(page).toContain(limit)
    expect(page).toContain('Protocol hash: `0123456789abcdef`')
  })

  it('has whole tables and nothing that was not filled in', () => {
    expect(page).not.toMatch(/undefined|NaN|\[object|\$\{/)
    let columns = 0
    for (const line of page.split('\n')) {
      if (!line.startsWith('|')) {
        columns = 0
        continue
      }
      const bars = line.replaceAll('\\|', '').split('|').length
      if (columns > 0) expect(bars, line).toBe(columns)
      columns = bars
    }
    for (const section of ['session', 'move', 'combat', 'owner, world'])
      expect(page).toMatch(new RegExp(`### \\d+\\. ${section}\n`))
  })

  it('shows messages that the codec reads as it says', () => {
    const shown = [...page.matchAll(/Example: `(.+)` is `(.+)`/g)]
    expect(shown).toHaveLength(2)
    for (const [, text, hex] of shown) {
      const bytes = Uint8Array.from(hex.split(' '), (byte) => Number.parseInt(byte, 16))
      expect(decodeFrame(bytes)).toEqual(JSON.parse(text))
    }
  })

  it('shows cell frames that the SDK reads as it says', () => {
    const { full, delta } = exampleFrames(game.layout)
    const decoder = new CellDecoder(game.layout, gameProtocol)
    const { followsTick, entered } = decoder.apply(exampleBytes(full))
    expect([followsTick, entered.length]).toEqual([0, 1])
    const [view] = entered
    expect([view.name, view.entity, view.cell.cx, view.cell.cz]).toEqual(['Ada', 1_048_583, 2, 5])
    expect(view.x).toBe((2 + 32_770.5 / 65_536) * 40)
    expect(decoder.apply(exampleBytes(delta)).followsTick).toBe(812)
    expect(view.x).toBe((2 + 100.5 / 65_536) * 40)
    expect(decoder.strays).toBe(0)
    for (const { bytes, offset, meaning } of [...full, ...delta]) {
      const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
      expect(page).toContain(`| ${offset} | \`${hex}\` | ${meaning} |`)
    }
  })

  it('explains the values that it is given meanings of, and no others', () => {
    expect(page).not.toContain('## What the values mean')
    const meanings = { 'Status.flags': 'bits: 1 dead', 'Purse.gold': 'coins' }
    const explained = renderProtocolPage({ ...game, limits: wireLimits, meanings })
    expect(explained).toContain('## What the values mean')
    expect(explained).toContain('| Status.flags | bits: 1 dead |\n| Purse.gold | coins |\n')
    const wrong = { ...game, limits: wireLimits, meanings: { 'Status.flag': 'a slip' } }
    expect(() => renderProtocolPage(wrong)).toThrow('explain Status.flag, but nothing of that name is sent')
  })

  it('names every key of the JSON', () => {
    const { layout, ...top } = protocolJson(game)
    const keys = [...Object.keys(top), ...Object.keys(layout).map((key) => `layout.${key}`)]
    const section = /## Over HTTP\n([\s\S]*?)\n## /.exec(page)?.[1]
    for (const key of keys.filter((name) => name !== 'layout.byteOrder')) expect(section).toContain(`\`${key}\``)
  })

  it('can be made of a game without places, owner columns and events', () => {
    const bare = renderProtocolPage({ ...game, layout: cellLayout([], 40), limits: wireLimits })
    expect(bare).toContain('This protocol has no owner state.')
    expect(bare).not.toMatch(/undefined|NaN/)
  })
})
