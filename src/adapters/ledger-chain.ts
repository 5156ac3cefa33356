import { createHash, type Hash } from 'node:crypto'
import { type Balance, type LedgerLink, type Movement, movedKinds } from '../ports/ledger.js'

/**
 * The canonical bytes of the ledger, and the hashes over them. Numbers are f64, little-endian:
 *
 *     entry   = u8 kind (0 mint, 1 burn, 2 transfer, 255 none of them) | u8 bytes of the reason | the reason, UTF-8
 *             | tick | from | to | item | count | uid | gold | session | seq
 *     balance = party | item | uid | amount
 *     digest  = SHA-256 of the entries of a commit in their order, or of the balances by rising party, item, uid
 *     hash    = SHA-256 of the hash before (zeros at first) | u8 kind (0 moved, 1 opening) | link | epoch | tick | count | base | digest
 */
export const HASH_BYTES = 32
const BLOCK_BYTES = 16_384
const REASON_BYTES_MAX = 255
/** More than one entry takes. */
const ROOM_BYTES = 2 + REASON_BYTES_MAX + 9 * 8

/** Gathers small pieces: a hash takes few large ones faster. */
class Bytes {
  private readonly bytes = new Uint8Array(BLOCK_BYTES)
  private readonly view = new DataView(this.bytes.buffer)
  private at = 0

  constructor(private readonly hash: Hash) {}

  /** Before each piece. */
  room(): void {
    if (this.at + ROOM_BYTES > BLOCK_BYTES) this.flush()
  }

  u8(value: number): void {
    this.bytes[this.at] = value
    this.at += 1
  }

  numbers(...values: readonly number[]): void {
    for (const value of values) {
      this.view.setFloat64(this.at, value, true)
      this.at += 8
    }
  }

  copy(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.at)
    this.at += bytes.length
  }

  end(): Uint8Array {
    this.flush()
    return new Uint8Array(this.hash.digest())
  }

  private flush(): void {
    this.hash.update(this.bytes.subarray(0, this.at))
    this.at = 0
  }
}

/** Takes entries one by one and gives their digest. */
export class EntryDigest {
  private readonly bytes = new Bytes(createHash('sha256'))
  private readonly reasons = new Map<string, Uint8Array>()
  count = 0

  add({ kind, reason, tick, from, to, item, count, uid, gold, session, seq }: Movement): void {
    const { bytes } = this
    const name = this.reasonBytes(reason)
    bytes.room()
    bytes.u8(movedKinds.indexOf(kind))
    bytes.u8(name.length)
    bytes.copy(name)
    bytes.numbers(tick, from, to, item, count, uid, gold, session, seq)
    this.count += 1
  }

  end(): Uint8Array {
    return this.bytes.end()
  }

  private reasonBytes(reason: string): Uint8Array {
    let bytes = this.reasons.get(reason)
    if (bytes === undefined) {
      bytes = new TextEncoder().encode(reason).subarray(0, REASON_BYTES_MAX)
      this.reasons.set(reason, bytes)
    }
    return bytes
  }
}

/** Balances by rising party, item and uid. */
export function digestOfBalances(balances: Iterable<Balance>): { readonly digest: Uint8Array; readonly count: number } {
  const bytes = new Bytes(createHash('sha256'))
  let many = 0
  for (const { party, item, uid, amount } of balances) {
    bytes.room()
    bytes.numbers(party, item, uid, amount)
    many += 1
  }
  return { digest: bytes.end(), count: many }
}

/** The hash of a link whose digest is given, after one that had the hash `before`. */
export function hashOf(before: Uint8Array, link: Omit<LedgerLink, 'hash'>): Uint8Array {
  const bytes = new Bytes(createHash('sha256'))
  bytes.copy(before)
  bytes.u8(link.kind === 'moved' ? 0 : 1)
  bytes.numbers(link.link, link.epoch, link.tick, link.count, link.base)
  bytes.copy(link.digest)
  return bytes.end()
}

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0
export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
