import { describe, expect, it } from 'vitest'
import { Place } from '../../components/motion.js'
import { flag } from '../../components/status.js'
import { ChatHeard, ChatSay } from '../../protocol/chat.js'
import type { Slot } from '../../src/ecs/entities.js'
import { PresenceResource } from '../../src/net/presence.js'
import { NamesResource } from '../../src/space/names.js'
import { chat } from '../../systems/chat.js'
import { cleanLine, type Flood, say } from '../../systems/chat-rules.js'
import { SmallWorld, TICK_HZ } from './small-world.js'

function scene() {
  const small = new SmallWorld([chat])
  const player = (x: number): Slot => {
    const slot = small.character({ x })
    small.resource(PresenceResource).played[slot] = 1
    return slot
  }
  const speaker = player(1000)
  small.resource(NamesResource).set(speaker, 'Ida')
  const heard = (slot: Slot): string[] => small.toldOf(slot, ChatHeard).map((line) => line.text)
  return { small, player, speaker, heard }
}

describe('cleanLine', () => {
  const cases: readonly [text: string, clean: string][] = [
    ['hello', 'hello'],
    ['  hello there ', 'hello there'],
    ['a\u0000b\u0007c\u001bd\u007fe\u009bf', 'abcdef'],
    ['one\r\ntwo\tthree', 'onetwothree'],
    ['line\u2028separator', 'lineseparator'],
    ['right\u202eto left', 'rightto left'],
    ['half \ud83d of a pair', 'half  of a pair'],
    ['Grüße, 世界 👩‍🌾', 'Grüße, 世界 👩‍🌾'],
    ['\u0000 \n ', ''],
    ['', ''],
  ]
  for (const [text, clean] of cases) it(JSON.stringify(text), () => expect(cleanLine(text)).toBe(clean))
})

describe('flood', () => {
  const run = (ticks: readonly number[]): boolean[] => {
    let flood: Flood = { windowTick: 0, said: 0, mutedTick: 0 }
    return ticks.map((tick) => {
      const { heard, ...next } = say(flood, tick, TICK_HZ)
      flood = next
      return heard
    })
  }
  const burst = (from: number, count: number): number[] => new Array<number>(count).fill(from)
  const every = (count: number, step: number): number[] => Array.from({ length: count }, (_, i) => 1 + i * step)

  it('lets ten pass, then mutes for ten seconds', () => {
    expect(run(burst(5, 11))).toEqual([...new Array<boolean>(10).fill(true), false])
    expect(run([...burst(5, 11), 5 + 199, 5 + 200])).toEqual([...new Array<boolean>(10).fill(true), false, false, true])
  })

  it('begins anew ten seconds after the first', () => {
    expect(run([...burst(5, 10), 204])).toContain(false)
    expect(run([...burst(5, 10), 205])).not.toContain(false)
  })

  it('never mutes who says one a second', () => {
    expect(run(every(300, TICK_HZ))).not.toContain(false)
  })

  it('is not lengthened by trying', () => {
    expect(run([...burst(5, 40), 205]).at(-1)).toBe(true)
  })
})

describe('chat.say', () => {
  it('is heard by every player within 25 m, the speaker too', () => {
    const { small, player, speaker, heard } = scene()
    const near = player(1024.9)
    const edge = player(975)
    const far = player(1025.1)
    const bot = small.character({ x: 1001 })
    expect(small.now(speaker, ChatSay, { text: ' well\u0000 met ' })).toBe('ok')
    expect([speaker, near, edge, far, bot].map((slot) => heard(slot).length)).toEqual([1, 1, 1, 0, 0])
    const line = { speaker: small.entity(speaker), name: 'Ida', text: 'well met' }
    expect(small.toldOf(near, ChatHeard)).toEqual([line])
  })

  it('of a bot is heard as well', () => {
    const { small, speaker, heard } = scene()
    const bot = small.character({ x: 1001 })
    expect(small.now(bot, ChatSay, { text: 'hail' })).toBe('ok')
    expect(heard(speaker)).toEqual(['hail'])
    expect(heard(bot)).toEqual([])
  })

  it('stays within its copy of the zone', () => {
    const { small, player, speaker, heard } = scene()
    const elsewhere = player(1000)
    small.column(Place, 'instance')[elsewhere] = 1
    small.now(speaker, ChatSay, { text: 'hello' })
    expect(heard(elsewhere)).toEqual([])
  })

  it('is refused when nothing is left of it, and counts for nothing then', () => {
    const { small, speaker, heard } = scene()
    for (let i = 0; i < 20; i += 1) expect(small.now(speaker, ChatSay, { text: '\n\t ' })).toBe('malformed')
    expect(small.now(speaker, ChatSay, { text: 'hello' })).toBe('ok')
    expect(heard(speaker)).toEqual(['hello'])
  })

  it('is refused to the dead and to ghosts', () => {
    const { small, speaker, heard } = scene()
    for (const flags of [flag.dead, flag.ghost]) {
      small.setFlags(speaker, flags)
      expect(small.now(speaker, ChatSay, { text: 'boo' })).toBe('dead')
    }
    expect(heard(speaker)).toEqual([])
  })

  it('mutes the eleventh of one tick, and only its speaker', () => {
    const { small, player, speaker, heard } = scene()
    const other = player(1001)
    const replies = Array.from({ length: 11 }, (_, i) => small.ask(speaker, ChatSay, { text: `${i}` }))
    const reply = small.ask(other, ChatSay, { text: 'what?' })
    small.step()
    expect(replies.map((r) => r.code)).toEqual([...new Array<string>(10).fill('ok'), 'muted'])
    expect(reply.code).toBe('ok')
    expect(heard(other)).toHaveLength(11)
    small.step(10 * TICK_HZ - 2)
    expect(small.now(speaker, ChatSay, { text: 'sorry' })).toBe('muted')
    expect(small.now(speaker, ChatSay, { text: 'sorry' })).toBe('ok')
  })
})
