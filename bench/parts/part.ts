import { type ChildProcess, fork } from 'node:child_process'
import type { ClientsOrder, ServerOrder, StoreOrder, TradersOrder } from './orders.js'

/** What an answer to an order says. */
interface Answer {
  readonly value?: unknown
  readonly error?: string
}

type PartName = 'server' | 'bare' | 'clients' | 'traders' | 'store'
type AnyOrder = ServerOrder | ClientsOrder | TradersOrder | StoreOrder

/** Each loads no more than it needs: it is to be there soon. */
async function obeying(name: string): Promise<(order: never) => Promise<unknown>> {
  if (name === 'clients') return (await import('./clients.js')).crowd()
  if (name === 'traders') return (await import('./traders.js')).market()
  if (name === 'store') return (await import('./store-world.js')).keeper()
  const { obeyer } = await import('./measurable.js')
  return obeyer(name === 'bare' ? (await import('./bare.js')).bare : (await import('./server.js')).host)
}

/** In the part's own process: obeys until its parent is gone. */
export function runPart(name: string): void {
  const ready = obeying(name)
  process.on('disconnect', () => process.exit(0))
  process.on('message', (order) => {
    ready
      .then((obey) => obey(order as never))
      .then(
        (value) => process.send?.({ value } satisfies Answer),
        (error: unknown) => process.send?.({ error: String(error) } satisfies Answer),
      )
  })
}

/** A process that takes orders. It ends with `end`, or with this process. */
export class Part<Order extends AnyOrder> {
  private readonly child: ChildProcess

  private constructor(name: PartName) {
    this.child = fork(process.argv[1], ['--part', name], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  }

  static server(): Part<ServerOrder> {
    return new Part('server')
  }

  /** Nothing but a transport. */
  static bare(): Part<ServerOrder> {
    return new Part('bare')
  }

  static clients(): Part<ClientsOrder> {
    return new Part('clients')
  }

  static traders(): Part<TradersOrder> {
    return new Part('traders')
  }

  /** A world with a store, but no sockets. */
  static store(): Part<StoreOrder> {
    return new Part('store')
  }

  /** Rejects when it fails, ends, or does not answer within `timeoutMs`. */
  ask<Value>(order: Order, timeoutMs = 60_000): Promise<Value> {
    const { child } = this
    return new Promise((resolve, reject) => {
      const settle = (done: () => void): void => {
        clearTimeout(timer)
        child.off('message', onMessage)
        child.off('exit', onExit)
        done()
      }
      const onMessage = (message: unknown): void => {
        const { value, error } = message as Answer
        settle(() => (error === undefined ? resolve(value as Value) : reject(new Error(`${order.kind}: ${error}`))))
      }
      const onExit = (code: number | null): void =>
        settle(() => reject(new Error(`${order.kind}: the process ended with ${code}`)))
      const timer = setTimeout(() => settle(() => reject(new Error(`${order.kind}: no answer in ${timeoutMs} ms`))), timeoutMs)
      child.on('message', onMessage)
      child.on('exit', onExit)
      child.send(order)
    })
  }

  /** Resolves when the process is gone, so that its time counts as this one’s. */
  async end(): Promise<void> {
    const { child } = this
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }
}
