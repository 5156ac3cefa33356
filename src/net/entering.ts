import type { AnyIntent } from '../protocol/opcode.js'
import type { ResultCode } from '../protocol/result-codes.js'
import { ControlsResource } from './controls.js'
import type { InboxEntry } from './inbox.js'
import { SessionCharacters } from './opcodes.js'
import type { Playing } from './playing.js'
import type { Arrival } from './presence.js'
import type { Session } from './session.js'
import { ask, type SessionsSetup } from './sessions-setup.js'

const nameForm = /^[A-Za-z][A-Za-z0-9_-]{2,23}$/

/** An account's characters, and the way of one of them into the world. */
export class Entering {
  private readonly arriving = new Map<Arrival, Session>()

  constructor(
    private readonly setup: SessionsSetup,
    private readonly playing: Playing,
  ) {
    setup.presence.onEnter = (arrival, slot) => this.entered(arrival, slot)
  }

  list(session: Session, { seq }: AnyIntent): undefined {
    return ask(this.setup, session, { kind: 'characters', session: session.socket, seq, accountId: session.accountId })
  }

  create(session: Session, { seq, payload }: AnyIntent): ResultCode | undefined {
    const { code, options } = this.setup
    const name = String(payload.name)
    const classId = Number(payload.class)
    if (!nameForm.test(name)) return code.badName
    if (classId < 1 || classId > options.classMax) return code.malformed
    return ask(this.setup, session, {
      kind: 'create',
      session: session.socket,
      seq,
      accountId: session.accountId,
      name,
      classId,
    })
  }

  characters(session: Session, entry: Extract<InboxEntry, { kind: 'characters' }>): void {
    const { code, hooks } = this.setup
    const { created, list, seq } = entry
    if (created === null || created.ok) {
      const shown = list.map(({ characterId, name, classId, level }) => ({ characterId, name, class: classId, level }))
      hooks.tell(session, SessionCharacters, { list: shown })
    }
    hooks.result(session, seq, created === null || created.ok ? code.ok : code[created.code])
  }

  /** The code to answer at once, or undefined when the answer comes through the inbox. */
  enter(session: Session, seq: number, characterId: number): ResultCode | undefined {
    const { code, presence, roster } = this.setup
    if (session.slot !== 0) return code.alreadyDone
    if (presence.slotByCharacter.has(characterId)) return this.takeUp(session, characterId)
    if (this.isFull()) return code.serverFull
    // Two rows of one character under way at once: the later could bring back what the earlier has spent.
    for (const other of roster.bySocket.values())
      if (other.loading === characterId && other.accountId === session.accountId) return code.busy
    for (const { row } of this.arriving.keys()) if (row.characterId === characterId) return code.busy
    session.loading = characterId
    const { socket, accountId } = session
    return ask(this.setup, session, { kind: 'load', session: socket, seq, accountId, characterId })
  }

  loaded(session: Session, entry: Extract<InboxEntry, { kind: 'row' }>): void {
    const { code, presence, hooks } = this.setup
    // Others may have taken the last room while this row was being loaded.
    if (entry.row === null || this.isFull()) {
      session.pending = false
      session.loading = 0
      hooks.result(session, entry.seq, entry.row === null ? code.noSuchTarget : code.serverFull)
      return
    }
    // It came into the world by another session that was lost meanwhile: what stands there is newer than the row.
    if (presence.slotByCharacter.has(entry.row.characterId)) {
      session.pending = false
      session.loading = 0
      return hooks.result(session, entry.seq, this.takeUp(session, entry.row.characterId))
    }
    const arrival = { session: session.socket, seq: entry.seq, row: entry.row }
    this.arriving.set(arrival, session)
    presence.arrivals.push(arrival)
  }

  /** Characters in the world count while they linger, too: each has an entity. Without memory for more it is full whatever its number. */
  isFull(): boolean {
    const { world, presence, roster, options } = this.setup
    if (world.resource(ControlsResource).get('memoryLevel') === 2) return true
    // Whoever logged out in combat is in nobody's list but that of the characters.
    const present = Math.max(roster.bySlot.size + roster.lingering.size, presence.characters.size)
    return present + this.arriving.size >= options.clientsMax
  }

  private entered(arrival: Arrival, slot: number): void {
    const { world, code, roster, hooks } = this.setup
    const session = this.arriving.get(arrival)
    this.arriving.delete(arrival)
    if (session === undefined || roster.bySocket.get(session.socket) !== session) {
      roster.lingering.set(slot, world.tick)
      return
    }
    session.pending = false
    session.loading = 0
    session.characterId = arrival.row.characterId
    this.playing.bind(session, slot)
    hooks.result(session, arrival.seq, code.ok)
  }

  /** The character is in the world already: the session plays it from now on. */
  private takeUp(session: Session, characterId: number): ResultCode {
    const { code, presence, roster, hooks } = this.setup
    const slot = presence.slotByCharacter.get(characterId) ?? 0
    if (presence.characters.get(slot)?.accountId !== session.accountId) return code.noSuchTarget
    const other = roster.bySlot.get(slot)
    if (other !== undefined) {
      this.playing.unbind(other)
      hooks.close(other, 'takenOver')
    }
    session.characterId = characterId
    this.playing.bind(session, slot)
    return code.ok
  }
}
