/** One thing that the recorded process did to its folder, in its order. */
export type DiskEvent =
  | { readonly kind: 'folder' | 'create' | 'remove' | 'sync' | 'failedSync'; readonly path: string }
  | { readonly kind: 'write'; readonly path: string; readonly offset: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly path: string; readonly size: number }
  /** It has said so: from here on it is promised. */
  | { readonly kind: 'said'; readonly text: string }

/** What strace is to write down: all by which a process changes files, and what it says. */
export const tracedCalls = [
  'mkdir,mkdirat,open,openat,creat,unlink,unlinkat,rename,renameat,renameat2,link,linkat,symlink,symlinkat',
  'write,writev,pwrite64,pwritev,pwritev2,ftruncate,truncate,fallocate,copy_file_range,sendfile',
  'fsync,fdatasync,sync,syncfs,sync_file_range,msync',
].join(',')
/** Bytes of one call that are written down; SQLite writes pages of 4 KiB. */
export const STRACE_BYTES = 1_048_576

const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll('\\x', ''), 'hex')
const textOf = (hex: string): string => bytesOf(hex).toString()
/** A string, and a file descriptor with the path behind it, as strace -xx -y prints them. */
const STRING = /"((?:\\x[0-9a-f]{2})*)"/
const DESCRIPTOR = /^(\d+)<((?:\\x[0-9a-f]{2}|[^>\\])*)>/

function pathOf(descriptor: string): string {
  const path = DESCRIPTOR.exec(descriptor)?.[2] ?? ''
  return path.startsWith('\\x') ? textOf(path) : path
}

function lastNumber(given: string): number {
  const text = /, (\d+)$/.exec(given)?.[1]
  if (text === undefined) throw new Error(`a recorded call ends without a number: ${given.slice(-80)}`)
  return Number(text)
}

/** Whole calls: one that another thread's interrupted is put together again, at the place where it ended. */
function* wholeCalls(text: string): Generator<string> {
  const begun = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, thread = '', call = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? []
    const end = /^<\.\.\. \w+ resumed>(.*)$/.exec(call)
    if (call.endsWith('<unfinished ...>')) begun.set(thread, call.slice(0, -'<unfinished ...>'.length).trimEnd())
    else if (end !== null) yield `${begun.get(thread) ?? ''}${end[1]}`
    else if (call !== '') yield call
  }
}

/** What a trace says that was done within `folder`, and what was said. Throws for what it cannot follow: a guess would prove nothing. */
export function readTrace(text: string, folder: string): DiskEvent[] {
  const events: DiskEvent[] = []
  const known = new Set<string>()
  for (const call of wholeCalls(text)) {
    const [, name, given, answer] = /^(\w+)\((.*)\)\s+= (-?\d+)/s.exec(call) ?? []
    if (name === undefined || (Number(answer) < 0 && !isSync(name))) continue
    const event = eventOf(name, given, Number(answer), known)
    if (event === undefined) continue
    if (event.kind !== 'said' && !event.path.startsWith(folder)) continue
    if (event.kind !== 'said' && /-shm$/.test(event.path)) continue
    if (event.kind === 'create') {
      if (known.has(event.path)) continue
      known.add(event.path)
    }
    if (event.kind === 'remove') known.delete(event.path)
    events.push(event)
  }
  return events
}

const isSync = (name: string): boolean => name === 'fsync' || name === 'fdatasync'

function eventOf(name: string, given: string, answer: number, known: ReadonlySet<string>): DiskEvent | undefined {
  const text = STRING.exec(given)?.[1] ?? ''
  if (name === 'write' && given.startsWith('1<')) return { kind: 'said', text: textOf(text).trim() }
  if (name === 'mkdir') return { kind: 'folder', path: textOf(text) }
  if (name === 'openat') return /O_CREAT/.test(given) ? { kind: 'create', path: textOf(text) } : undefined
  if (name === 'unlink') return { kind: 'remove', path: textOf(text) }
  if (isSync(name)) return { kind: answer < 0 ? 'failedSync' : 'sync', path: pathOf(given) }
  const path = pathOf(given)
  if (name === 'ftruncate') return { kind: 'truncate', path, size: lastNumber(given) }
  if (name === 'pwrite64') {
    return { kind: 'write', path, offset: lastNumber(given), bytes: bytesOf(text).subarray(0, answer) }
  }
  const touched = [path, textOf(text)].find((one) => known.has(one))
  if (touched !== undefined) throw new Error(`${name} of ${touched} was recorded, and the replay does not know that call`)
  return undefined
}
