import type { Role } from './identity.js'

/** An account with a password, as it lasts. */
export interface AccountRow {
  /** As it was registered. Two names are one without regard to case. */
  readonly name: string
  /** What `Passwords` made of the password; never the password itself. */
  readonly passwordHash: string
  readonly role: Role
  readonly isLocked: boolean
  /** Rises when tokens issued until then are good no longer. Begins at 1. */
  readonly generation: number
}

/** What is to be another from now on; what is left out stays. A new password and a lock raise the generation. */
export interface AccountChange {
  readonly passwordHash?: string
  readonly role?: Role
  readonly isLocked?: boolean
}

/**
 * Where accounts with passwords last. It belongs to no world and needs no owner: an operator's command may change an account while a
 * server runs. Rejections are `STORE_FAILED`.
 */
export interface Accounts {
  /** `null` when there is none of that name. */
  findAccount(name: string): Promise<AccountRow | null>
  /** A new player. `null`, and nothing changed, when the name is taken. */
  createAccount(name: string, passwordHash: string): Promise<AccountRow | null>
  /** The account as it is afterwards; `null` when there is none of that name. */
  changeAccount(name: string, change: AccountChange): Promise<AccountRow | null>
}

/** The row after the change. */
export function changed(row: AccountRow, { passwordHash, role, isLocked }: AccountChange): AccountRow {
  const revokes = passwordHash !== undefined || (isLocked === true && !row.isLocked)
  return {
    name: row.name,
    passwordHash: passwordHash ?? row.passwordHash,
    role: role ?? row.role,
    isLocked: isLocked ?? row.isLocked,
    generation: row.generation + (revokes ? 1 : 0),
  }
}
