import {
  SessionCreateCharacter,
  SessionEnter,
  SessionHello,
  SessionListCharacters,
  SessionLogout,
} from '../../src/net/opcodes.js'
import { encode } from '../../src/protocol/codec.js'
import type { Surroundings } from './actor.js'
import type { Dice } from './dice.js'
import { Peer } from './peer.js'

const PEERS = 3
/** Resume tokens of the account that are kept to be tried, also after they were used. */
const TOKENS_MAX = 6

/**
 * Several connections of one account that log in, resume, enter, log out and hang up without waiting for any answer: what
 * one of them has under way another one takes over.
 */
export class Racer {
  private readonly peers: (Peer | undefined)[] = new Array<Peer | undefined>(PEERS).fill(undefined)
  private readonly tokens: string[] = []
  private characters: readonly number[] = []
  /** Shared, as a resumed session goes on counting: no two of the account's requests have the same seq. */
  private seq = 0

  constructor(
    private readonly surroundings: Surroundings,
    private readonly dice: Dice,
    private readonly name: string,
  ) {}

  get connected(): readonly Peer[] {
    return this.peers.filter((peer) => peer !== undefined)
  }

  tick(): void {
    this.learn()
    for (let turn = 0; turn < PEERS; turn += 1) {
      // Who goes first within a tick is part of the race.
      const at = this.dice.below(PEERS)
      const peer = this.peers[at]
      if (peer?.isOpen === true && this.dice.chance(12)) this.pounce(peer, (at + 1) % PEERS)
      else if (peer?.isOpen === true) this.move(peer)
      else if (this.dice.chance(40)) this.join(at)
    }
  }

  private nextSeq(): number {
    this.seq += 1
    return this.seq
  }

  private learn(): void {
    for (const peer of this.connected) {
      if (peer.characters.length > 0) this.characters = peer.characters
      if (peer.resumeToken === '' || this.tokens.includes(peer.resumeToken)) continue
      this.tokens.push(peer.resumeToken)
      if (this.tokens.length > TOKENS_MAX) this.tokens.shift()
    }
  }

  private join(at: number): void {
    const { stage, protocol } = this.surroundings
    const peer = new Peer(stage.transport, protocol)
    this.peers[at] = peer
    this.hello(peer)
  }

  /** One asks for something slow, and in the same tick another resumes its session. */
  private pounce(peer: Peer, at: number): void {
    this.peers[at]?.close()
    const { stage, protocol } = this.surroundings
    const other = new Peer(stage.transport, protocol)
    this.peers[at] = other
    const resume = () => this.send(other, [SessionHello.id, this.nextSeq(), `guest:${this.name}`, peer.resumeToken, ''])
    const isLate = this.dice.chance(50)
    if (!isLate) resume()
    if (this.characters.length > 0) this.send(peer, [SessionEnter.id, this.nextSeq(), this.characters[0]])
    if (isLate) resume()
  }

  private hello(peer: Peer): void {
    const resume = this.tokens.length > 0 && this.dice.chance(60) ? this.dice.pick(this.tokens) : ''
    this.send(peer, [SessionHello.id, this.nextSeq(), `guest:${this.name}`, resume, ''])
  }

  private move(peer: Peer): void {
    const { dice, characters } = this
    const lot = dice.below(100)
    if (lot < 30 && characters.length > 0) this.send(peer, [SessionEnter.id, this.nextSeq(), dice.pick(characters)])
    else if (lot < 40) this.send(peer, [SessionListCharacters.id, this.nextSeq()])
    else if (lot < 44) this.hello(peer)
    else if (lot < 47) this.send(peer, [SessionLogout.id, this.nextSeq()])
    else if (lot < 52) peer.close()
    else if (lot < 55 && characters.length < 2)
      this.send(peer, [SessionCreateCharacter.id, this.nextSeq(), `${this.name}${dice.pick(['A', 'B'])}`, 1])
  }

  private send(peer: Peer, message: readonly unknown[]): void {
    this.surroundings.send(peer, encode(message), 'race')
  }
}
