import type { Component } from '../ecs/component.js'
import type { Slot } from '../ecs/entities.js'
import { frameworkSystem } from '../ecs/system.js'
import type { World } from '../ecs/world.js'
import type { PlayedCharacter, Presence } from '../net/presence.js'
import { type PackedRows, ROW_HEAD_BYTES, type SavedLayout, type UnpackedRow, unpackRows } from '../ports/packed-rows.js'
import type { Batch, CharacterHead, SavedComponent, SavedResources } from '../ports/store.js'
import type { ResultCode } from '../protocol/result-codes.js'
import { WaitingMovements } from './movements.js'
import { lastingFields, layoutOf } from './rows.js'
import { SessionJournal } from './session-journal.js'

/** The last system of a tick: marks what is due to be saved whether it changed or not. */
export const journal = frameworkSystem('journal')

/** Within this time every `persist: 'lazy'` column of every character has been saved. */
export const LAZY_S = 30
const BYTES_FIRST = 64 * 1024

/** Reads a level for the character list; games without levels say 1. */
export type LevelOf = (slot: Slot) => number

/** One component that lasts, as the bytes of its columns. */
interface LastingComponent {
  readonly component: Component
  readonly fields: readonly { readonly bytes: Uint8Array; readonly rowBytes: number }[]
}

/** What a batch took, until the store has answered. */
interface Taken {
  /** The characters of the rows, with the bits of the components that the rows hold. */
  readonly marked: Map<number, number>
  readonly left: Map<number, Uint8Array>
  readonly created: Map<number, CharacterHead>
  readonly removed: Set<number>
  readonly resources: SavedResources
}

/**
 * What of the world is newer than the store. It holds no copies of what lives: a batch is packed from the columns as they stand when it
 * is taken, so that however long the store fails no more waits than there are characters. Only whoever has left is kept as a row, and
 * every movement of value is.
 */
export class Journal {
  readonly layouts: readonly SavedLayout[]
  readonly sessions: SessionJournal
  private readonly lasting: readonly LastingComponent[]
  private readonly allBits: number
  private readonly lazyBits: number
  private readonly left = new Map<number, Uint8Array>()
  private readonly created = new Map<number, CharacterHead>()
  private readonly removed = new Set<number>()
  private taken: Taken | null = null
  readonly moved = new WaitingMovements()
  /** Of each resource that lasts, the hash of what was saved last. */
  private readonly savedHashes = new Map<string, number>()
  private bytes = new Uint8Array(BYTES_FIRST)
  private view = new DataView(this.bytes.buffer)
  private at = 0
  /** Where the bytes of the batch under way end: what is packed meanwhile must not lie over them. */
  private takenBytes = 0

  constructor(
    private readonly world: World,
    private readonly presence: Presence,
    private readonly levelOf: LevelOf,
    okCode: ResultCode,
  ) {
    this.sessions = new SessionJournal(okCode)
    this.lasting = world.lasting.map((component) => ({ component, fields: lastingFields(component, world.columns(component)) }))
    this.layouts = Object.freeze(world.lasting.map(layoutOf))
    const bitsOf = (wanted: (component: Component) => boolean) =>
      world.lasting.reduce((bits, component, i) => (wanted(component) ? bits | (1 << i) : bits), 0)
    this.allBits = bitsOf(() => true)
    this.lazyBits = bitsOf(({ persist }) => persist === 'lazy')
  }

  /** Rows of characters that have left and are not in the store yet. */
  get waitingRows(): number {
    return this.left.size + (this.taken?.left.size ?? 0)
  }

  /** Marks the lazy columns of every so many-th slot, another one each tick. */
  markLazy(): void {
    const { world } = this
    const everyTicks = LAZY_S * world.tickHz
    for (let slot = world.tick % everyTicks; slot <= world.entities.slotMax; slot += everyTicks)
      if (this.characterOf(slot) !== undefined) world.marks.mark(slot, this.lazyBits)
  }

  /** All of everybody, for an end that loses nothing. */
  markAll(): void {
    for (const people of [this.presence.characters, this.presence.bots])
      for (const slot of people.keys()) this.world.marks.mark(slot, this.allBits)
  }

  /** A player's character has come: what of it was zero again would else not be known to have changed. */
  entered(slot: Slot): void {
    this.world.marks.mark(slot, this.allBits)
  }

  /** A character is about to leave the world. */
  leaving(slot: Slot, { characterId }: PlayedCharacter): void {
    this.at = this.takenBytes
    this.pack(slot, characterId, this.allBits)
    this.left.set(characterId, this.bytes.slice(this.takenBytes, this.at))
  }

  botCreated(slot: Slot, { characterId, accountId, name, classId }: PlayedCharacter): void {
    this.created.set(characterId, { characterId, accountId, name, classId })
    this.world.marks.mark(slot, this.allBits)
  }

  /** It stands in the world as it stands in the store. */
  botLoaded(slot: Slot): void {
    this.world.marks.forgetRow(slot)
  }

  botRemoved(characterId: number): void {
    if (!this.created.delete(characterId)) this.removed.add(characterId)
  }

  /** What of a character that has left is newer than the store, if anything. */
  pending(characterId: number): UnpackedRow | undefined {
    const bytes = this.left.get(characterId) ?? this.taken?.left.get(characterId)
    return bytes === undefined ? undefined : unpackRows({ layouts: this.layouts, bytes, count: 1 })[0]
  }

  /**
   * Everything that changed since the last batch, as it stands now; null when nothing did. Tell `stored` or `failed` before the next
   * one. Its bytes are good until then.
   */
  take(tick: number): Batch | null {
    const marked = new Map<number, number>()
    this.at = 0
    for (const slot of this.world.marks.rows) {
      const bits = this.world.marks.bitsOf(slot)
      const character = bits === 0 ? undefined : this.characterOf(slot)
      this.world.marks.forgetRow(slot)
      if (character === undefined) continue
      marked.set(character.characterId, bits)
      this.pack(slot, character.characterId, bits)
    }
    this.world.marks.rows.length = 0
    // Whoever is here again is newer than the row it left behind.
    for (const characterId of marked.keys()) this.left.delete(characterId)
    for (const bytes of this.left.values()) this.append(bytes)
    const { left, created, removed } = this
    const resources = this.changedResources()
    const sessions = this.sessions.take()
    const taken = { marked, left: new Map(left), created: new Map(created), removed: new Set(removed), resources }
    const others = Object.keys(resources).length + sessions.changed.length + sessions.ended.length + this.moved.waiting
    if (marked.size + left.size + created.size + removed.size + others === 0) return null
    this.taken = taken
    this.takenBytes = this.at
    this.left.clear()
    this.created.clear()
    this.removed.clear()
    const rows: PackedRows = {
      layouts: this.layouts,
      bytes: this.bytes.subarray(0, this.at),
      count: marked.size + taken.left.size,
    }
    const gone = { removed: [...taken.removed], resources }
    return { tick, created: [...taken.created.values()], rows, ...gone, sessions, moved: this.moved.take() }
  }

  stored(): void {
    this.moved.stored()
    this.taken = null
    this.takenBytes = 0
    this.sessions.stored()
  }

  /** The batch is not in the store: the next one has all of it again, as it stands then. */
  failed(): void {
    const { taken } = this
    this.sessions.failed()
    this.moved.failed()
    this.taken = null
    this.takenBytes = 0
    if (taken === null) return
    for (const [characterId, bits] of taken.marked) {
      const slot = this.slotOf(characterId)
      if (slot !== undefined) this.world.marks.mark(slot, bits)
    }
    for (const [characterId, bytes] of taken.left)
      if (!this.left.has(characterId) && this.slotOf(characterId) === undefined) this.left.set(characterId, bytes)
    // Who was removed meanwhile stays so: the batch may be in the store, and only its answer be lost.
    for (const [characterId, head] of taken.created) if (!this.removed.has(characterId)) this.created.set(characterId, head)
    for (const characterId of taken.removed) this.removed.add(characterId)
    for (const name of Object.keys(taken.resources)) this.savedHashes.delete(name)
  }

  private changedResources(): SavedResources {
    const changed: Record<string, SavedComponent> = {}
    for (const resource of this.world.lastingResources) {
      const value = this.world.resource(resource)
      const hash = resource.hash(value)
      if (this.savedHashes.get(resource.name) === hash) continue
      this.savedHashes.set(resource.name, hash)
      changed[resource.name] = resource.lasting?.save(value) ?? {}
    }
    return changed
  }

  private characterOf(slot: Slot): PlayedCharacter | undefined {
    return this.presence.characters.get(slot) ?? this.presence.bots.get(slot)
  }

  private slotOf(characterId: number): Slot | undefined {
    return this.presence.slotByCharacter.get(characterId) ?? this.presence.slotByBot.get(characterId)
  }

  private pack(slot: Slot, characterId: number, bits: number): void {
    this.room(ROW_HEAD_BYTES)
    const head = this.at
    this.view.setFloat64(head, characterId, true)
    this.view.setUint16(head + 8, this.levelOf(slot), true)
    this.at += ROW_HEAD_BYTES
    let parts = 0
    for (let i = 0; i < this.lasting.length; i += 1) {
      if ((bits & (1 << i)) === 0) continue
      const { component, fields } = this.lasting[i]
      if (!this.world.entities.has(slot, component)) continue
      parts += 1
      this.room(1)
      this.bytes[this.at] = i
      this.at += 1
      for (const { bytes, rowBytes } of fields) this.copy(bytes, slot * rowBytes, rowBytes)
    }
    this.view.setUint8(head + 10, parts)
  }

  private append(bytes: Uint8Array): void {
    this.room(bytes.length)
    this.bytes.set(bytes, this.at)
    this.at += bytes.length
  }

  private copy(from: Uint8Array, start: number, length: number): void {
    this.room(length)
    const { bytes, at } = this
    // Most fields are single numbers, for which a view would cost more than the copy.
    if (length > 32) bytes.set(from.subarray(start, start + length), at)
    else for (let i = 0; i < length; i += 1) bytes[at + i] = from[start + i]
    this.at += length
  }

  private room(length: number): void {
    if (this.at + length <= this.bytes.length) return
    const wider = new Uint8Array(Math.max(this.bytes.length * 2, this.at + length))
    wider.set(this.bytes)
    this.bytes = wider
    this.view = new DataView(wider.buffer)
  }
}
