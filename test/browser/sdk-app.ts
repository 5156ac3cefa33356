import { components } from '../../components/index.js'
import { protocol } from '../../protocol/index.js'
import { MoveTo } from '../../protocol/move.js'
import { type Client, connect, type Regained, type Socket, type SocketConstructor } from '../../src/client/index.js'

/** Of the longest wait before each attempt: 0.125 s, 0.25 s, 0.5 s and so on. */
const WAIT_SHARE = 0.25

type BrowserSocket = Socket & { addEventListener(event: 'open' | 'error', listener: () => void): void }

/** The browser's own sockets; `failed` hears of each that cannot be opened. */
function counted(failed: () => void): SocketConstructor {
  const native = Reflect.get(globalThis, 'WebSocket') as new (url: string, protocols?: string | string[]) => BrowserSocket
  return class extends native {
    constructor(url: string, protocols?: string | string[]) {
      super(url, protocols)
      let isOpen = false
      this.addEventListener('open', () => {
        isOpen = true
      })
      this.addEventListener('error', () => {
        if (!isOpen) failed()
      })
    }
  }
}

/** The SDK in a page of its own, without anything drawn. A test reads and drives it as `sdk`. */
class App {
  client: Client | undefined
  /** Why the connection was lost, each time. */
  readonly losses: string[] = []
  readonly regained: Regained[] = []
  /** Sockets that could not be opened. */
  failures = 0
  private answer = 'none'

  async join(url: string, name: string): Promise<void> {
    const reconnect = { random: () => WAIT_SHARE }
    const WebSocket = counted(() => {
      this.failures += 1
    })
    const client = await connect({ url, token: `guest:${name}`, protocol, components, reconnect, WebSocket })
    client.onLost((reason) => void this.losses.push(reason))
    client.onResumed((regained) => void this.regained.push(regained))
    await client.enterAs(name, 1)
    this.client = client
  }

  /** Asks to walk there; `answered` tells what came of it. */
  walkTo(x: number, z: number): void {
    this.answer = 'waiting'
    this.client?.request(MoveTo, { x, z }).then(
      (code) => {
        this.answer = code
      },
      (error: unknown) => {
        this.answer = String(error)
      },
    )
  }

  get answered(): string {
    return this.answer
  }

  /** All that is in view, as of one tick. */
  view() {
    const { client } = this
    if (client === undefined) return undefined
    const entities = [...client.entities.values()].map(({ entity, name, mask, values }) => ({
      entity,
      name,
      mask,
      values: Array.from(values),
    }))
    const { holes, strays, skipped, reconnects } = client.statistics
    const counts = { holes, strays, skipped, reconnects }
    return { tick: client.tick, me: client.me, entities, cells: [...client.cells.values()], counts }
  }
}

Object.assign(globalThis, { sdk: new App() })
