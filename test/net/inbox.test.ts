import { describe, expect, it } from 'vitest'
import { Inbox, SOCKET_BYTES_PER_S_MAX, SOCKET_MESSAGES_PER_S_MAX, SOCKET_PLACES_MAX } from '../../src/net/inbox.js'

const BURST_S = 2
const small = Uint8Array.of(1, 2, 3)

function opened(): Inbox {
  const inbox = new Inbox()
  inbox.opened(1, 0)
  inbox.drain(50, 0)
  return inbox
}

describe('the inbox', () => {
  it('keeps what came in the order it came, and gives it away once', () => {
    const inbox = opened()
    inbox.opened(2, 0)
    inbox.frame(2, small, 0)
    inbox.frame(1, small, 0)
    inbox.gone(2)
    const { entries, elapsedMs, calendarMs } = inbox.drain(48, 7)
    expect(entries.map(({ kind }) => kind)).toEqual(['opened', 'frame', 'frame', 'gone'])
    expect({ elapsedMs, calendarMs }).toEqual({ elapsedMs: 48, calendarMs: 7 })
    expect(inbox.drain(50, 8).entries).toEqual([])
  })

  it('copies the bytes, which the transport uses again', () => {
    const inbox = opened()
    const buffer = Buffer.from([1, 2, 3])
    inbox.frame(1, buffer, 0)
    buffer.fill(9)
    const [entry] = inbox.drain(50, 0).entries
    expect(entry.kind === 'frame' && [...entry.bytes]).toEqual([1, 2, 3])
  })

  it(`has ${SOCKET_PLACES_MAX} places a socket between two drains`, () => {
    const inbox = opened()
    inbox.opened(2, 0)
    for (let i = 0; i < SOCKET_PLACES_MAX; i += 1) expect(inbox.frame(1, small, 0)).toBe('taken')
    expect(inbox.frame(1, small, 0)).toBe('places')
    // Another socket has its own.
    expect(inbox.frame(2, small, 0)).toBe('taken')
    expect(inbox.drain(50, 0).entries).toHaveLength(SOCKET_PLACES_MAX + 2)
    expect(inbox.frame(1, small, 50)).toBe('taken')
  })

  it('holds a socket to its messages a second', () => {
    const inbox = opened()
    let nowMs = 0
    let taken = 0
    const send = (count: number): number => {
      const before = taken
      for (let i = 0; i < count; i += 1) {
        if (i % SOCKET_PLACES_MAX === 0) inbox.drain(0, 0)
        if (inbox.frame(1, small, nowMs) === 'taken') taken += 1
      }
      return taken - before
    }
    expect(send(SOCKET_MESSAGES_PER_S_MAX * BURST_S)).toBe(SOCKET_MESSAGES_PER_S_MAX * BURST_S)
    inbox.drain(0, 0)
    expect(inbox.frame(1, small, nowMs)).toBe('messages')
    nowMs = 10_000
    expect(send(SOCKET_MESSAGES_PER_S_MAX * BURST_S)).toBe(SOCKET_MESSAGES_PER_S_MAX * BURST_S)
  })

  it('holds a socket to its bytes a second', () => {
    const inbox = opened()
    const half = new Uint8Array(SOCKET_BYTES_PER_S_MAX)
    expect(inbox.frame(1, half, 0)).toBe('taken')
    expect(inbox.frame(1, half, 0)).toBe('taken')
    expect(inbox.frame(1, small, 0)).toBe('bytes')
    expect(inbox.frame(1, half, 2_000)).toBe('taken')
  })

  it('says once that a socket is gone, and takes nothing of it afterwards', () => {
    const inbox = opened()
    inbox.gone(1)
    inbox.gone(1)
    inbox.frame(1, small, 0)
    inbox.frame(99, small, 0)
    expect(inbox.drain(50, 0).entries).toEqual([{ kind: 'gone', session: 1 }])
  })
})

describe('what is kept of a frame', () => {
  it('is made of a taken frame only, and its own length does not count against the limits', () => {
    const inbox = opened()
    let made = 0
    const keep = (bytes: Uint8Array) => {
      made += 1
      return Uint8Array.of(bytes[0] + 1)
    }
    const frame = new Uint8Array(16_384).fill(7)
    for (let i = 0; i < 8; i += 1) expect(inbox.frame(1, frame, 0, keep)).toBe('taken')
    expect(inbox.frame(1, frame, 0, keep)).toBe('bytes')
    expect(made).toBe(8)
    const kept = inbox.drain(50, 0).entries.filter((entry) => entry.kind === 'frame')
    expect(kept.map(({ bytes }) => [...bytes])).toEqual(Array.from({ length: 8 }, () => [8]))
  })
})
