import { describe, expect, it } from 'vitest'
import { Dice } from '../../scripts/fuzz/dice.js'
import { Disk, type Loss, losses, SECTOR_BYTES } from '../../scripts/powerloss/disk.js'
import { type DiskEvent, readTrace } from '../../scripts/powerloss/trace.js'

const FILE = '/disk/world.db'
const write = (offset: number, text: string, path = FILE): DiskEvent => ({
  kind: 'write',
  path,
  offset,
  bytes: Buffer.from(text),
})
const create: DiskEvent = { kind: 'create', path: FILE }
const sync = (path: string): DiskEvent => ({ kind: 'sync', path })
const synced = [create, sync(FILE), sync('/disk')] as const

function filesAfter(events: readonly DiskEvent[], loss: Loss, seed = 1): Map<string, string> {
  const disk = new Disk('/disk')
  for (const event of events) disk.apply(event)
  return new Map([...disk.after(loss, new Dice(seed))].map(([path, bytes]) => [path, bytes.toString()]))
}

describe('a disk when the power goes', () => {
  it('has what was synced, whatever is lost', () => {
    for (const loss of losses)
      expect(filesAfter([create, write(0, 'first'), sync(FILE), sync('/disk')], loss)).toEqual(new Map([[FILE, 'first']]))
  })

  it('has of what was not synced all, nothing, or some: also the later without the earlier', () => {
    const events = [...synced, write(0, 'aaaa'), write(4, 'bbbb')]
    expect(filesAfter(events, 'kept').get(FILE)).toBe('aaaabbbb')
    expect(filesAfter(events, 'dropped').get(FILE)).toBe('')
    const drawn = new Set(Array.from({ length: 60 }, (_, seed) => filesAfter(events, 'at random', seed).get(FILE)))
    expect(drawn).toEqual(new Set(['', 'aaaa', 'aaaabbbb', '\0\0\0\0bbbb']))
  })

  it('tears a write between sectors, and never within one', () => {
    const page = 'x'.repeat(SECTOR_BYTES * 4)
    for (let seed = 1; seed <= 40; seed += 1) {
      const found = filesAfter([...synced, write(0, page)], 'cut short', seed).get(FILE) ?? ''
      for (let at = 0; at < found.length; at += SECTOR_BYTES)
        expect(new Set(found.slice(at, at + SECTOR_BYTES)).size, `seed ${seed}`).toBe(1)
    }
    // A write across the end of a sector is in two parts.
    const across = [...synced, write(SECTOR_BYTES - 2, 'yyyy')]
    const ends = Array.from({ length: 60 }, (_, seed) => filesAfter(across, 'cut short', seed).get(FILE)?.replaceAll('\0', ''))
    expect(new Set(ends)).toEqual(new Set(['', 'yy', 'yyyy']))
  })

  it('has a new name only when its folder was synced, and so for the folder above', () => {
    const folder: DiskEvent = { kind: 'folder', path: '/disk/data' }
    const inside = '/disk/data/world.db'
    const made = [folder, { kind: 'create', path: inside }, write(0, 'x', inside), sync(inside)] as const
    expect(filesAfter(made, 'dropped').size).toBe(0)
    expect(filesAfter([...made, sync('/disk/data')], 'dropped').size).toBe(0)
    expect(filesAfter([...made, sync('/disk/data'), sync('/disk')], 'dropped').get(inside)).toBe('x')
  })

  it('may have what was removed, until the folder is synced', () => {
    const removed = [...synced, { kind: 'remove', path: FILE }] as const
    expect(filesAfter(removed, 'dropped').has(FILE)).toBe(true)
    expect(filesAfter([...removed, sync('/disk')], 'dropped').has(FILE)).toBe(false)
  })

  it('may have lost for good what a failed sync was to bring, whatever is synced later, but not what is written over it', () => {
    const failed: DiskEvent = { kind: 'failedSync', path: FILE }
    const events = [...synced, write(0, 'aaaa'), failed, write(4, 'bbbb'), sync(FILE)]
    expect(filesAfter(events, 'kept').get(FILE)).toBe('aaaabbbb')
    expect(filesAfter(events, 'dropped').get(FILE)).toBe('\0\0\0\0bbbb')
    const again = [...events, write(0, 'cccc'), sync(FILE)]
    for (const loss of losses) expect(filesAfter(again, loss).get(FILE)).toBe('ccccbbbb')
  })

  it('may have lost what was cut off, or have it still', () => {
    const cut = [...synced, write(0, 'abcdef'), sync(FILE), { kind: 'truncate', path: FILE, size: 2 }] as const
    expect(filesAfter(cut, 'kept').get(FILE)).toBe('ab')
    expect(filesAfter(cut, 'dropped').get(FILE)).toBe('abcdef')
  })
})

const hex = (text: string): string => [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')

describe('a recording', () => {
  it('is read in the order in which calls ended, also those that another thread interrupted', () => {
    const lines = [
      `10 openat(AT_FDCWD<${hex('/t')}>, "${hex(FILE)}", O_RDWR|O_CREAT|O_CLOEXEC, 0600) = 23<${hex(FILE)}>`,
      `10 pwrite64(23<${hex(FILE)}>, "${hex('abc')}", 3, 8 <unfinished ...>`,
      `11 write(1</dev/null>, "${hex('tick 1\n')}", 7) = 7`,
      '10 <... pwrite64 resumed>) = 2',
      `10 fdatasync(23<${hex(FILE)}>) = 0`,
      `10 fsync(23<${hex(FILE)}>) = -1 EIO (Input/output error)`,
      `10 pwrite64(23<${hex('/else/where')}>, "${hex('no')}", 2, 0) = 2`,
    ]
    expect(readTrace(lines.join('\n'), '/disk')).toEqual([
      create,
      { kind: 'said', text: 'tick 1' },
      { ...write(8, 'ab') },
      sync(FILE),
      { kind: 'failedSync', path: FILE },
    ])
  })

  it('with a call that the replay cannot follow is refused', () => {
    const opened = `10 openat(AT_FDCWD<${hex('/t')}>, "${hex(FILE)}", O_RDWR|O_CREAT, 0600) = 23<${hex(FILE)}>`
    const strange = `10 fallocate(23<${hex(FILE)}>, 0, 0, 4096) = 0`
    expect(() => readTrace(`${opened}\n${strange}`, '/disk')).toThrow('fallocate of /disk/world.db was recorded')
  })
})
