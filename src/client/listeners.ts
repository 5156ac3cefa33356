/**
 * Callbacks in the order in which they were added. One that throws stops neither the others nor the message that is being
 * applied: its error is thrown again outside, where the runtime reports it.
 */
export class Listeners<A extends readonly unknown[]> {
  private readonly callbacks = new Set<(...values: A) => void>()

  /** Returns the function that takes it off again. Each call adds, also with a callback that was added before. */
  add(callback: (...values: A) => void): () => void {
    const own = (...values: A): void => callback(...values)
    this.callbacks.add(own)
    return () => void this.callbacks.delete(own)
  }

  call(...values: A): void {
    for (const callback of this.callbacks) {
      try {
        callback(...values)
      } catch (error) {
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }
}
