/** Something that must hold did not. */
export class FuzzFailure extends Error {
  override readonly name = 'FuzzFailure'
}

export function must(condition: boolean, text: () => string): void {
  if (!condition) throw new FuzzFailure(text())
}
