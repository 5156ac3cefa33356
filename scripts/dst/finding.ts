/** Something that must hold did not: the run ends with it. */
export class Finding extends Error {
  override readonly name = 'Finding'
}

/** Throws a `Finding` unless it holds. */
export function must(holds: boolean, text: () => string): asserts holds {
  if (!holds) throw new Finding(text())
}
