import { idlers } from './idler.js'

/** What the server's process asks of the one that holds the sockets. */
export interface HoldOrder {
  readonly port: number
  readonly first: number
  readonly count: number
  readonly isInWorld: boolean
}

/** Holds what it is told to hold until its parent kills it; answers each order when all its clients are there. */
export function hold(): void {
  process.on('message', async (order: HoldOrder) => {
    const { port, first, count, isInWorld } = order
    await idlers(port, first, count, isInWorld, (name, code) => {
      throw new Error(`the server closed the socket of ${name} with code ${code}`)
    })
    process.send?.('held')
  })
}
