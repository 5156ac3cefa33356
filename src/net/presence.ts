import type { Slot } from '../ecs/entities.js'
import { defineResource } from '../ecs/resource.js'
import { BOT_CHARACTER_ID_MIN, type CharacterRow } from '../ports/store.js'

/** The character id of the fleet's bot of that number. */
export const botCharacterId = (number: number): number => BOT_CHARACTER_ID_MIN + number

/** A loaded character that waits for the game to give it an entity. */
export interface Arrival {
  readonly session: number
  readonly seq: number
  readonly row: CharacterRow
}

/** A character that is to leave the world. The game decides when: it may keep one that is in combat. */
export interface Departure {
  readonly slot: Slot
  /** `logout`: asked for; `lost`: its grace time has passed. */
  readonly reason: 'logout' | 'lost'
}

/** Who a player's character is, beside its columns. */
export interface PlayedCharacter {
  readonly characterId: number
  readonly accountId: string
  readonly name: string
  readonly classId: number
}

/**
 * Where sessions and the game meet: `net` brings arrivals and departures, the game's own system spawns and despawns the
 * entities, and says so by `enter` and `left`.
 */
export class Presence {
  readonly arrivals: Arrival[] = []
  readonly departures: Departure[] = []
  /** 1 for slots that a session plays now. */
  readonly played: Uint8Array
  /** How often a client has come to play the slot: what was agreed with the one before does not hold for the next. */
  readonly bindings: Uint32Array
  readonly characters = new Map<Slot, PlayedCharacter>()
  readonly slotByCharacter = new Map<number, Slot>()
  /** In-world bots are characters, too, that no session plays; the fleet says who they are. */
  readonly bots = new Map<Slot, PlayedCharacter>()
  readonly slotByBot = new Map<number, Slot>()
  /** Bots that were saved and wait for the fleet to give them an entity. */
  readonly returning: CharacterRow[] = []
  /** Set by `net`. */
  onEnter: (arrival: Arrival, slot: Slot) => void = () => undefined
  onLeft: (slot: Slot, character: PlayedCharacter) => void = () => undefined
  onKick: (slot: Slot) => boolean = () => false
  onBot: (slot: Slot, bot: PlayedCharacter, what: 'created' | 'loaded' | 'removed') => void = () => undefined

  constructor(capacity: number) {
    this.played = new Uint8Array(capacity + 1)
    this.bindings = new Uint32Array(capacity + 1)
  }

  /** The arrival has its entity, with its columns filled: tells the session. */
  enter(arrival: Arrival, slot: Slot): void {
    const { characterId, accountId, name, classId } = arrival.row
    this.characters.set(slot, { characterId, accountId, name, classId })
    this.slotByCharacter.set(characterId, slot)
    this.onEnter(arrival, slot)
  }

  /** A new bot has its entity, with its columns filled; `number` is the fleet's, and no other bot's ever. */
  botCreated(slot: Slot, number: number, name: string, classId: number): void {
    this.addBot(slot, { characterId: botCharacterId(number), accountId: `bot:${number}`, name, classId }, 'created')
  }

  /** One of `returning` has its entity. */
  botReturned(slot: Slot, { characterId, accountId, name, classId }: CharacterRow): void {
    this.addBot(slot, { characterId, accountId, name, classId }, 'loaded')
  }

  private addBot(slot: Slot, bot: PlayedCharacter, what: 'created' | 'loaded'): void {
    this.bots.set(slot, bot)
    this.slotByBot.set(bot.characterId, slot)
    this.onBot(slot, bot, what)
  }

  /** The bot's entity is about to be despawned, and it will not come back. */
  botRemoved(slot: Slot): void {
    const bot = this.bots.get(slot)
    if (bot === undefined) return
    this.bots.delete(slot)
    this.slotByBot.delete(bot.characterId)
    this.onBot(slot, bot, 'removed')
  }

  /** Ends the session that plays the slot; its character leaves. False when none plays it. */
  kick(slot: Slot): boolean {
    return this.onKick(slot)
  }

  /** The character's entity is about to be despawned. Saves it first. */
  left(slot: Slot): void {
    const character = this.characters.get(slot)
    if (character === undefined) return
    this.onLeft(slot, character)
    this.characters.delete(slot)
    this.slotByCharacter.delete(character.characterId)
  }
}

/** Its contents follow from the inbox; what lasts of them is in columns. */
export const PresenceResource = defineResource('Presence', {
  create: ({ capacity }) => new Presence(capacity),
  hash: (presence) => presence.slotByCharacter.size,
})
