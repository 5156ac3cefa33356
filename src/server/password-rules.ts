/** Longest password, in code points of its NFKC form: longer ones add nothing but work. */
export const PASSWORD_CHARS_MAX = 128
/** The same names that guests have. */
const NAME = /^[A-Za-z0-9_-]{3,24}$/
/** Control characters, and halves of characters, which different passwords would share once they are bytes. */
const UNUSABLE = /[\p{Cc}\p{Cs}]/u

export const isAccountName = (name: string): boolean => NAME.test(name)

/** Whether it can be one; short ones are refused where a password is chosen, not where it is checked. */
export function isPassword(password: string, charsMin: number): boolean {
  if (UNUSABLE.test(password)) return false
  const { length } = [...password.normalize('NFKC')]
  return length >= charsMin && length <= PASSWORD_CHARS_MAX
}
