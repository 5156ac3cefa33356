/** What an account may do; each role includes the ones before it. */
export type Role = 'player' | 'moderator' | 'gameMaster'

export type Identified =
  | {
      readonly ok: true
      readonly accountId: string
      readonly role: Role
      /** Which of the account's logins this is: rises when those until then are void. Absent, or 0: they never are. */
      readonly generation?: number
    }
  /** `badName`: the token names nobody that could be; `notAllowed`: it is not accepted here. */
  | { readonly ok: false; readonly code: 'badName' | 'notAllowed' }

/** Turns the token of `session.hello` into an account. Never throws for a bad token; rejects only when it cannot tell. */
export interface Identity {
  verify(token: string, address: string): Promise<Identified>
  /**
   * Whether the account of a session that plays, or is to be resumed, may still do so, and what it may do now. `generation` is that of
   * the login which the session began with, 0 where there was none. Without it, what was true when the session began stays so. Rejects
   * only when it cannot tell.
   */
  stillAllows?(accountId: string, role: Role, generation: number): Promise<Identified>
}
