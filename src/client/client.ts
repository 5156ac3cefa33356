import { MyriadError } from '../errors.js'
import {
  OwnerChanged,
  OwnerState,
  SessionCharacters,
  SessionCreateCharacter,
  SessionEnter,
  SessionListCharacters,
  SessionLogout,
} from '../net/opcodes.js'
import type { ReplicatedComponent } from '../protocol/cell-layout.js'
import type { OpcodePayload, ToServer } from '../protocol/opcode.js'
import type { CharacterSummary, ClientOptions, Entered } from './client-types.js'
import { Connection } from './connection.js'
import type { CellPlace, EntityView } from './entity-view.js'
import { RefusedError } from './errors.js'
import { Interpolation, type Pose } from './interpolation.js'
import { Listeners } from './listeners.js'
import { type OwnerListener, OwnerValues } from './owner.js'
import type { Link } from './socket.js'

/** One connection to a server, and the world as it sees it. Made by `connect`. */
export class Client extends Connection {
  readonly owner: OwnerValues
  private readonly ownerListeners = new Listeners<Parameters<OwnerListener>>()
  private characters: readonly CharacterSummary[] = []
  /** Whom the session plays, to enter as the same again; 0 for nobody, or in games without characters. */
  private characterId = 0
  /** Made by the first question for an interpolated place: whoever never asks, pays nothing. */
  private interpolation: Interpolation | undefined

  constructor(options: ClientOptions, link: Link) {
    super(options, link)
    this.owner = new OwnerValues(this.layout, options.components)
    const told: OwnerListener = (...change) => this.ownerListeners.call(...change)
    this.on(SessionCharacters, ({ list }) => {
      this.characters = list
    })
    this.on(OwnerState, ({ values }) => this.owner.replace(values, told))
    this.on(OwnerChanged, (change) => this.owner.change(change, told))
    this.inbound.left.add((view) => this.interpolation?.forget(view))
  }

  /** Everything in view, by entity. Changes with the server's messages. */
  get entities(): ReadonlyMap<number, EntityView> {
    return this.decoder.entities
  }
  /** The cells being watched, by their number. */
  get cells(): ReadonlyMap<number, CellPlace> {
    return this.decoder.cells
  }
  /** The own entity; 0 before entering. */
  get me(): number {
    return this.entered?.entity ?? 0
  }
  /** The own entity's view, once its cell has been seen. */
  get self(): EntityView | undefined {
    return this.decoder.entities.get(this.me)
  }

  /**
   * Where a field stands in every view's `values`: look it up once, read it often. Throws `BAD_DECLARATION` when it does not
   * travel in cells.
   */
  field<C extends ReplicatedComponent>(component: C, name: keyof C['fields'] & string): number {
    const index = this.decoder.table.indexOf(component.name, name)
    if (index >= 0) return index
    throw new MyriadError('BAD_DECLARATION', `${component.name}.${name} does not travel in cells; declare how, under replicate`)
  }

  /** The tick, with its fraction, that others are to be shown at now: 2 to 6 ticks before the newest. It only rises. */
  renderTick(nowMs = this.nowMs()): number {
    return this.interpolating().renderTick(nowMs)
  }

  /**
   * Where to show an entity at that tick (see `renderTick`): on its way between two updates, for a moment beyond the last
   * one. Undefined when it is not in view. What was seen before the first such question does not count.
   */
  viewAt(entity: number, renderTick: number, into: Pose = { x: 0, y: 0, z: 0, heading: 0 }): Pose | undefined {
    const view = this.entities.get(entity)
    return view === undefined ? undefined : this.interpolating().at(view, renderTick, this.nowMs(), into)
  }

  /** Where to show an entity now. Fills and returns `into` where it is given, so that a frame need not make new objects. */
  interpolated(view: EntityView, nowMs = this.nowMs(), into: Pose = { x: 0, y: 0, z: 0, heading: 0 }): Pose {
    const interpolation = this.interpolating()
    return interpolation.at(view, interpolation.renderTick(nowMs), nowMs, into)
  }

  private interpolating(): Interpolation {
    if (this.interpolation === undefined) {
      const nowMs = this.nowMs()
      this.interpolation = new Interpolation(this.clock, this.statistics, nowMs)
      this.heard(nowMs)
    }
    return this.interpolation
  }

  protected override heard(nowMs: number): void {
    this.interpolation?.note(this.tick, this.entities, this.cells, nowMs)
  }

  /** Entities that come into view and go out of it. One that crosses into another watched cell does neither. */
  onEntity(listeners: { entered?(view: EntityView): void; left?(view: EntityView): void }): () => void {
    const offs = [
      this.inbound.entered.add((view) => listeners.entered?.(view)),
      this.inbound.left.add((view) => listeners.left?.(view)),
    ]
    return () => {
      for (const off of offs) off()
    }
  }

  /** Each value of the own columns that changed, with its component's and its field's name. */
  onOwner(listener: OwnerListener): () => void {
    return this.ownerListeners.add(listener)
  }

  /** Rejects with `RefusedError` when the server says no, as do the calls that follow. */
  async listCharacters(): Promise<readonly CharacterSummary[]> {
    await this.expectOk(SessionListCharacters, {})
    return this.characters
  }

  /** All characters of the account, the new one among them. */
  async createCharacter(name: string, classId: number): Promise<readonly CharacterSummary[]> {
    await this.expectOk(SessionCreateCharacter, { name, class: classId })
    return this.characters
  }

  async enter(characterId: number): Promise<Entered> {
    await this.expectOk(SessionEnter, { characterId })
    if (this.entered === undefined) throw new RefusedError(SessionEnter.name, 'ok without session.entered')
    this.characterId = characterId
    return this.entered
  }

  /** Enters as the account's character of that name, which is created with that class when there is none. */
  async enterAs(name: string, classId: number): Promise<Entered> {
    const same = (character: CharacterSummary): boolean => character.name.toLowerCase() === name.toLowerCase()
    const known = (await this.listCharacters()).find(same)
    const character = known ?? (await this.createCharacter(name, classId)).find(same)
    if (character === undefined) throw new RefusedError(SessionCreateCharacter.name, 'ok without the character')
    return this.enter(character.characterId)
  }

  /** In a new session that took the place of a lost one: enters as the same character, if one was played. Called by `reconnect`. */
  async enterAgain(): Promise<void> {
    this.forget()
    if (this.characterId === 0) return
    const code = await this.askEarly(SessionEnter, { characterId: this.characterId })
    if (code !== 'ok') throw new RefusedError(SessionEnter.name, code)
  }

  /** Resolves when the server has ended the session. */
  async logout(): Promise<void> {
    const closed = new Promise<void>((resolve) => void this.onClosed(() => resolve()))
    if (this.ended === undefined) await this.expectOk(SessionLogout, {})
    await closed
  }

  /** Leaves without a word; the character stays in the world for the server's grace time. */
  close(): void {
    this.end('left')
  }

  private async expectOk<O extends ToServer>(opcode: O, payload: OpcodePayload<O>): Promise<void> {
    const code = await this.request(opcode, payload)
    if (code !== 'ok') throw new RefusedError(opcode.name, code)
  }
}
