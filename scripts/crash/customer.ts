import { WebSocket } from 'ws'
import { Kind, type kindType } from '../../components/kind.js'
import { Position } from '../../components/motion.js'
import { standardGame } from '../../game.js'
import { MoveTo } from '../../protocol/move.js'
import { TradeCancel, TradeChanged, TradeClosed, TradeOpened } from '../../protocol/trade.js'
import { type Client, connect, type EntityView } from '../../src/client/index.js'
import type { SocketConstructor } from '../../src/client/socket.js'
import type { OpcodePayload, ToServer } from '../../src/protocol/opcode.js'
import type { Dice } from '../fuzz/dice.js'
import type { Book } from './book.js'
import { difference, type Effect, shownTo } from './holding.js'
import { accountOf, nameOf } from './opening.js'

/** How long a customer waits for what the server should tell it before it does something else. */
const PATIENCE_MS = 3_000

type Side = OpcodePayload<typeof TradeChanged>['mine']

/** The trade that a customer was last shown. */
export interface ShownTrade {
  readonly partner: number
  readonly revision: number
  readonly mine: Side
  readonly theirs: Side
}
const EMPTY: Side = { gold: 0, accepted: false, things: [] }

/** A client of one character, whose durable commands are all in the book. One command at a time. */
export class Customer {
  trade: ShownTrade | null = null
  /** How the last trade ended. */
  tradeEnd = ''
  private readonly fields: { readonly type: number; readonly look: number; readonly x: number; readonly z: number }

  constructor(
    readonly characterId: number,
    readonly client: Client,
    readonly book: Book,
    readonly dice: Dice,
  ) {
    this.fields = {
      type: client.field(Kind, 'type'),
      look: client.field(Kind, 'look'),
      x: client.field(Position, 'x'),
      z: client.field(Position, 'z'),
    }
    client.on(TradeOpened, ({ partner, revision }) => {
      this.trade = { partner, revision, mine: EMPTY, theirs: EMPTY }
      this.tradeEnd = ''
    })
    client.on(TradeChanged, (changed) => {
      if (this.trade !== null) this.trade = { ...this.trade, ...changed }
    })
    client.on(TradeClosed, ({ reason }) => {
      this.trade = null
      this.tradeEnd = reason
    })
  }

  /** Sends a command that moves value, and writes its answer into the book. Rejects when the server is gone. */
  async ask<O extends ToServer>(opcode: O, payload: OpcodePayload<O>, effect: Effect): Promise<string> {
    const { book, characterId, client } = this
    const { name } = opcode
    const text = `${name} ${JSON.stringify(payload)}`
    const claim = book.begin({ name, text, sides: [{ characterId, effect }] })
    const code = await client.request(opcode, payload)
    if (code === 'ok') book.confirm(claim, [shownTo(client)])
    else book.refuse(claim, [shownTo(client)])
    return code
  }

  /** Resolves once it holds, or with false after a while. Rejects when the server is gone. */
  until(holds: () => boolean): Promise<boolean> {
    const { client } = this
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        for (const off of offs) off()
        clearTimeout(timer)
        settle()
      }
      const look = (): void => {
        if (holds()) end(() => resolve(true))
      }
      const offs = [
        client.onTick(look),
        client.onClosed((reason) => end(() => reject(new Error(`the server is gone: ${reason}`)))),
      ]
      const timer = setTimeout(() => end(() => resolve(false)), PATIENCE_MS)
      look()
    })
  }

  /** Also one that a stranger opened. */
  async endTrade(): Promise<void> {
    if (this.trade !== null) await this.client.request(TradeCancel, {})
    await this.until(() => this.trade === null)
  }

  /** The nearest in view of a kind, perhaps of a certain look. */
  nearest(
    type: (typeof kindType)[keyof typeof kindType],
    wanted: (view: EntityView, look: number) => boolean,
  ): EntityView | undefined {
    const { client, fields } = this
    const { self } = client
    if (self === undefined) return undefined
    const distance = ({ values }: EntityView): number =>
      (values[fields.x] - self.values[fields.x]) ** 2 + (values[fields.z] - self.values[fields.z]) ** 2
    let best: EntityView | undefined
    for (const view of client.entities.values()) {
      if (view.values[fields.type] !== type || !wanted(view, view.values[fields.look])) continue
      if (best === undefined || distance(view) < distance(best)) best = view
    }
    return best
  }

  walk(x: number, z: number): void {
    this.client.send(MoveTo, { x, z })
  }
}

/** Connects and enters. What the server shows of its own to the character is what the book says that it has. */
export async function enterWorld(url: string, number: number, book: Book, dice: Dice): Promise<Customer> {
  const { protocol, components, space } = standardGame
  const client = await connect({
    url,
    token: accountOf(number),
    protocol,
    components,
    cellSizeM: space?.cellSizeM,
    WebSocket: WebSocket as unknown as SocketConstructor,
  })
  const known = (await client.listCharacters()).find(({ name }) => name === nameOf(number))
  if (known === undefined) throw new Error(`${nameOf(number)} is not among the characters of ${accountOf(number)}`)
  await client.enter(known.characterId)
  const customer = new Customer(known.characterId, client, book, dice)
  await customer.until(() => client.self !== undefined)
  const problem = difference(book.of(known.characterId), shownTo(client), false)
  if (problem !== '') book.violations.push(`character ${known.characterId} on entering: ${problem}`)
  return customer
}
