import type { CompiledQuery } from 'kysely'

/** SQL with the names of its parameters in the order in which it wants them. */
export interface Statement {
  readonly sql: string
  readonly parameters: readonly string[]
}

class Parameter {
  constructor(readonly name: string) {}
}
/** Stands where a value will be; typed as the column is, which the builder checks. */
const given = <T>(name: string): T => new Parameter(name) as unknown as T
export const number = (name: string): number => given<number>(name)
export const text = (name: string): string => given<string>(name)
export const bytes = (name: string): Uint8Array => given<Uint8Array>(name)

export function compiled(query: { compile(): CompiledQuery }): Statement {
  const { sql, parameters } = query.compile()
  const names = parameters.map((value, place) => {
    if (!(value instanceof Parameter)) throw new Error(`parameter ${place} of ${sql} has no name`)
    return value.name
  })
  return Object.freeze({ sql, parameters: names })
}
