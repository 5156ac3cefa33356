/** A place that the server gave a client, by the entity that it plays. */
export type Spot = readonly [entity: number, x: number, z: number]

/** When a tick had been worked out, in ms since 1970. */
export type TickEnd = readonly [tick: number, atMs: number]

/** What the bench asks of the process that holds the server. */
export type ServerOrder =
  | HostOrder
  /** Spreads the clients over places from which about so many entities are in view. */
  | { readonly kind: 'spread'; readonly inView: number }
  /** Puts the clients side by side by twos, each pair away from the others, with what they can trade. */
  | { readonly kind: 'pairUp' }
  | { readonly kind: 'measure'; readonly seconds: number }
  | { readonly kind: 'stop' }

/** A world of so much, or, of a bare transport, messages of so many bytes. */
export interface HostOrder {
  readonly kind: 'host'
  readonly bots: number
  readonly creatures: number
  readonly clientsMax: number
  readonly bytes: number
  /** The file of its database; in memory unless given. */
  readonly database?: string
}

/** What a store was asked since it was opened. */
export interface StoreSums {
  readonly commits: number
  readonly commitMs: number
  /** Rows of characters. */
  readonly rows: number
}

/** What a server did in the seconds that it was measured. */
export interface ServerFigures {
  readonly seconds: number
  readonly cpuMs: number
  readonly ticks: number
  /** Of the world's work in one tick, sending included. */
  readonly p50Ms: number
  readonly p99Ms: number
  readonly bytesSent: number
  readonly framesSent: number
  readonly stored: StoreSums
  /** Sockets that it closed since it started. */
  readonly closed: number
  readonly clients: number
  /** Mean over the clients at the end; 0 of a bare server. */
  readonly inView: number
  readonly tickEnds: readonly TickEnd[]
}

/** What the bench asks of the process that holds the clients. */
export type ClientsOrder =
  | { readonly kind: 'enter'; readonly port: number; readonly count: number }
  /** Connects without a word. */
  | { readonly kind: 'connect'; readonly port: number; readonly count: number }
  /** Everybody walks a few metres to and fro, by a click every other second or by inputs in every tick. */
  | { readonly kind: 'walk'; readonly spots: readonly Spot[]; readonly byInputs: boolean }
  /** So many stop reading for good. */
  | { readonly kind: 'stall'; readonly count: number }
  | { readonly kind: 'listen' }
  | { readonly kind: 'report'; readonly tickEnds: readonly TickEnd[] }

/** Two clients that trade with each other, by the entities that they play. */
export type Pair = readonly [entity: number, entity: number]

/** What the bench asks of the process that holds the traders. */
export type TradersOrder =
  | { readonly kind: 'enter'; readonly port: number; readonly count: number }
  /** Each pair begins a trade every so many ms, or as soon as the one before is done. */
  | { readonly kind: 'trade'; readonly pairs: readonly Pair[]; readonly everyMs: number }
  | { readonly kind: 'count' }
  | { readonly kind: 'report' }

/** What traders did between `count` and `report`. */
export interface TraderFigures {
  readonly seconds: number
  /** Trades of which both sides have their durable `ok`. */
  readonly done: number
  /** Trades that came to nothing. */
  readonly failed: number
  /** From sending an accept to its `ok`. */
  readonly okP50Ms: number
  readonly okP99Ms: number
  /** Of this process. */
  readonly cpuMs: number
  /** Connections that ended. */
  readonly lost: number
}

/** What the bench asks of a process that holds a world with a store, but no sockets. */
export type StoreOrder =
  | StoreWorldOrder
  /** Ticks at their time, with so many loots a second. */
  | { readonly kind: 'run'; readonly ticks: number; readonly lootsPerS: number }
  /** As many queries of each kind, one every few ms, while the world ticks at its time. */
  | { readonly kind: 'query'; readonly count: number }
  /** Stores everything and gives the world up. */
  | { readonly kind: 'close' }

/** A world that has run for so many ticks; of a store that is a file, or in memory. */
export interface StoreWorldOrder {
  readonly kind: 'open'
  readonly bots: number
  readonly creatures: number
  readonly looters: number
  readonly database: string | undefined
  readonly warmTicks: number
}

export interface StoreRun {
  readonly seconds: number
  /** Of each tick, with what its turn does after it. */
  readonly tickMs: readonly number[]
  readonly cpuMs: number
  readonly bots: number
  readonly loots: number
  /** Refused of what the looters asked for. */
  readonly refused: number
  /** The longest that a change waited at the end of a tick. */
  readonly lagMsMax: number
  readonly commitMs: readonly number[]
  readonly rows: number
  /** Of rows of characters. */
  readonly rowBytes: number
  /** That this process had written to the disk; undefined where the system does not tell. */
  readonly diskBytes: number | undefined
  /** Bytes that the database became longer by. */
  readonly grownBytes: number
}

/** Times of single queries from asking to answer, in ms, by the store's call. */
export type QueryTimes = Readonly<Record<string, readonly number[]>>

/** What clients that read got while they were listening. */
export interface ClientFigures {
  readonly messages: number
  /** From the end of the world's work in a tick to the whole message in the client's process. */
  readonly delayP50Ms: number
  readonly delayP99Ms: number
  /** Connections that ended. */
  readonly lost: number
}

/** Milliseconds since 1970 with their fractions: the same in all processes of a machine. */
export const sharedNowMs = (): number => performance.timeOrigin + performance.now()
