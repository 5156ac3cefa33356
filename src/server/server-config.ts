import { createAccountIdentity } from '../adapters/account-identity.js'
import { createArgon2Passwords } from '../adapters/argon2-passwords.js'
import { createGuestIdentity } from '../adapters/guest-identity.js'
import { createJwtIdentity, readSecret } from '../adapters/jwt-identity.js'
import { createMemoryAccounts } from '../adapters/memory-accounts.js'
import { createMemoryStore } from '../adapters/memory-store.js'
import { createPinoLog } from '../adapters/pino-log.js'
import { createSqliteStore } from '../adapters/sqlite-store.js'
import { createSystemClock } from '../adapters/system-clock.js'
import { createSystemUsage } from '../adapters/system-usage.js'
import { createUwsTransport } from '../adapters/uws-transport.js'
import { oneLine } from '../config.js'
import { type Config, configKeys, keysOf } from '../config-keys.js'
import type { ConfigKey } from '../config-kinds.js'
import { MyriadError } from '../errors.js'
import type { Accounts } from '../ports/accounts.js'
import type { Clock } from '../ports/clock.js'
import type { Identity } from '../ports/identity.js'
import type { Log } from '../ports/log.js'
import type { Passwords } from '../ports/passwords.js'
import type { Store } from '../ports/store.js'
import type { Transport } from '../ports/transport.js'
import type { Usage } from '../ports/usage.js'
import type { WorldSettings } from './game-module.js'

/** The settings of `myriad host`; docs/reference/configuration.md lists them. */
export type ServerConfig = Config<'host'>

/** Everything outside the world that a server talks to. */
export interface ServerPorts {
  readonly transport: Transport
  readonly identity: Identity
  readonly store: Store
  /** Where accounts with passwords last: with the store, or nowhere when another store is given without it. */
  readonly accounts: Accounts
  readonly passwords: Passwords
  readonly clock: Clock
  readonly log: Log
  readonly usage: Usage
}

/** Adds the defaults. Throws `BAD_CONFIG` for a key that does not exist or a value that cannot be used, all of them at once. */
export function serverConfig(given: Partial<ServerConfig>): ServerConfig {
  const problems: string[] = []
  const config: Record<string, unknown> = {}
  const names: readonly string[] = keysOf('host')
  for (const name of Object.keys(given)) {
    if (!names.includes(name)) problems.push(`config has the unknown key ${oneLine(name)}; known are ${names.join(', ')}`)
  }
  for (const name of keysOf('host')) {
    const key: ConfigKey = configKeys[name]
    const value: unknown = (given as Readonly<Record<string, unknown>>)[name] ?? key.default
    const checked = key.schema.safeParse(value)
    if (checked.success) config[name] = checked.data
    else problems.push(`config.${name} is ${oneLine(value)} but must be ${key.limit}; correct it or leave it out`)
  }
  if (problems.length > 0) throw new MyriadError('BAD_CONFIG', problems.join('\n'))
  return Object.freeze(config) as unknown as ServerConfig
}

/** What of the configuration is part of the world. */
export function settingsOf(config: ServerConfig): WorldSettings {
  const { seed, tickHz, bots, creatures, clientsMax, graceS, outerRing, outerEvery } = config
  const { botLevels, botClasses, botPlaces, botArrivalsPerS } = config
  const { decisionsPerTick, botCaches, abilityCacheMs, targetCacheMs } = config
  return Object.freeze({
    seed,
    tickHz,
    bots,
    creatures,
    clientsMax,
    graceS,
    outerRing,
    outerEvery,
    botLevels,
    botClasses,
    botPlaces,
    botArrivalsPerS,
    decisionsPerTick,
    botCaches,
    abilityCacheMs,
    targetCacheMs,
  })
}

/** True for an address that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

/** True when the log is to be written for people. */
export function isPretty({ logPretty }: ServerConfig): boolean {
  return logPretty === 'auto' ? process.stdout.isTTY : logPretty === 'on'
}

/** True when single decisions are to be timed. */
export function isProfiling({ profiling, report }: ServerConfig): boolean {
  return profiling === 'auto' ? report : profiling === 'on'
}

function guestsAllowed({ allowGuests, host }: ServerConfig): boolean {
  return allowGuests === 'auto' ? isLoopback(host) : allowGuests === 'on'
}

/** The store of the setting; nothing of it is touched before it is opened. */
function createStores(setting: string): Pick<ServerPorts, 'store' | 'accounts'> {
  const path = /^sqlite:(.+)$/.exec(setting)?.[1]
  if (path === undefined) return { store: createMemoryStore(), accounts: createMemoryAccounts() }
  const store = createSqliteStore(path)
  return { store, accounts: store.accounts }
}

/** What accounts with passwords need: a secret for their tokens, and a way on which nobody reads the passwords. */
function checkAccounts({ accounts, jwtSecretFile, host, tlsCert, proxies }: ServerConfig): void {
  if (accounts === 'off') return
  if (jwtSecretFile === '')
    throw new MyriadError(
      'BAD_CONFIG',
      `accounts is ${accounts}, but nothing signs their tokens; name a secret with --jwt-secret-file`,
    )
  if (tlsCert !== '' || proxies.length > 0 || isLoopback(host)) return
  const what = `accounts is ${accounts}, but passwords would come to ${oneLine(host)} in the clear`
  throw new MyriadError('BAD_CONFIG', `${what}; give --tls-cert and --tls-key, or name the proxy that speaks TLS with --proxies`)
}

function createIdentity(config: ServerConfig, accounts: Accounts): Identity {
  const guests = createGuestIdentity({ allowGuests: guestsAllowed(config), moderators: config.moderators })
  if (config.jwtSecretFile === '') return guests
  const secret = readSecret(config.jwtSecretFile)
  const signed = createJwtIdentity(secret, guests)
  return config.accounts === 'off' ? signed : createAccountIdentity(secret, accounts, signed)
}

/** The adapters of `myriad host`: uWebSockets.js, guests, the store that the setting names, the machine's clock, pino. `given` replaces single ones. */
export function serverPorts(config: ServerConfig, given: Partial<ServerPorts> = {}): ServerPorts {
  const log = given.log ?? createPinoLog({ level: config.logLevel, pretty: isPretty(config) })
  if ((config.tlsCert === '') !== (config.tlsKey === ''))
    throw new MyriadError('BAD_CONFIG', 'tlsCert and tlsKey belong together; give both, or neither for plain ws and http')
  const tls = config.tlsCert === '' ? undefined : { certFile: config.tlsCert, keyFile: config.tlsKey }
  const { origins, proxies } = config
  checkAccounts(config)
  const stores = given.store === undefined ? createStores(config.store) : { store: given.store, accounts: createMemoryAccounts() }
  const accounts = given.accounts ?? stores.accounts
  const onHttpError = (error: unknown, path: string) => log.error({ path, error: oneLine(error) }, 'an HTTP request failed')
  return {
    log,
    clock: given.clock ?? createSystemClock(),
    usage: given.usage ?? createSystemUsage(),
    transport: given.transport ?? createUwsTransport({ onHttpError, origins, proxies, tls }),
    identity: given.identity ?? createIdentity(config, accounts),
    store: stores.store,
    accounts,
    passwords: given.passwords ?? createArgon2Passwords(),
  }
}
