import { InvalidArgumentError } from 'commander'

/** Reads a flag's whole number within bounds; commander prints the error with the flag and its value. */
export function whole(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!Number.isInteger(value) || value < low || value > high)
      throw new InvalidArgumentError(`it is not a whole number from ${low} to ${high}; correct it`)
    return value
  }
}
