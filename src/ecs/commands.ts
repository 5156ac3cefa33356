import type { ColumnShape } from '../schema/fields.js'
import type { Component } from './component.js'
import type { Entities, Slot } from './entities.js'
import { mix } from './hash.js'
import type { Commands } from './system.js'

/** What the framework does when entities come and go (grid, sessions). */
export interface StructureListener {
  joined?(slot: Slot): void
  /** Called while the entity's columns and mask are still whole. */
  leaving?(slot: Slot): void
  /** It has got or lost that component since it joined. */
  reshaped?(slot: Slot, component: Component): void
}

type Step =
  | { readonly kind: 'spawn'; readonly slot: Slot; readonly components: readonly Component[] }
  | { readonly kind: 'despawn'; readonly slot: Slot }
  | { readonly kind: 'add' | 'remove'; readonly slot: Slot; readonly component: Component<string, ColumnShape> }

const kindCode = { spawn: 1, despawn: 2, add: 3, remove: 4 } as const

/** Structural changes wait here until the system that asked for them has ended. */
export class CommandBuffer implements Commands {
  private steps: Step[] = []
  /** How many of `steps` are removals; while there is none, an `add` need not look for one to undo. */
  private removals = 0
  /** Mixed into the running system's digest. */
  digest = 0

  constructor(
    private readonly entities: Entities,
    private readonly reset: (slot: Slot, component: Component) => void,
    private readonly listeners: readonly StructureListener[],
  ) {}

  private push(step: Step): void {
    this.digest = mix(mix(this.digest, kindCode[step.kind]), step.slot)
    this.steps.push(step)
  }

  spawn(components: readonly Component[]): Slot {
    const slot = this.entities.allocate()
    for (const component of components) {
      this.reset(slot, component)
      this.entities.setMask(slot, component, true)
    }
    this.push({ kind: 'spawn', slot, components })
    return slot
  }

  despawn(slot: Slot): void {
    this.push({ kind: 'despawn', slot })
  }

  add(slot: Slot, component: Component): void {
    if (this.entities.has(slot, component) && !this.removing(slot, component)) return
    this.reset(slot, component)
    this.reshape(slot, component, true)
    this.push({ kind: 'add', slot, component })
  }

  remove(slot: Slot, component: Component): void {
    this.removals += 1
    this.push({ kind: 'remove', slot, component })
  }

  /** Whether the last word on this component so far is its removal. */
  private removing(slot: Slot, component: Component): boolean {
    if (this.removals === 0) return false
    const last = this.steps.findLast(
      (step) => (step.kind === 'add' || step.kind === 'remove') && step.slot === slot && step.component === component,
    )
    return last?.kind === 'remove'
  }

  flush(): void {
    if (this.steps.length === 0) return
    const steps = this.steps
    this.steps = []
    this.removals = 0
    for (const step of steps) this.apply(step)
    this.entities.commit()
  }

  private apply(step: Step): void {
    const { entities } = this
    if (entities.alive[step.slot] !== 1) return
    if (step.kind === 'spawn') {
      for (const component of step.components) entities.join(step.slot, component)
      for (const listener of this.listeners) listener.joined?.(step.slot)
    } else if (step.kind === 'despawn') {
      for (const listener of this.listeners) listener.leaving?.(step.slot)
      entities.release(step.slot)
    } else if (step.kind === 'add') {
      // A removal that stood before it in the list has cleared the bit again.
      this.reshape(step.slot, step.component, true)
      entities.join(step.slot, step.component)
    } else if (entities.has(step.slot, step.component)) {
      this.reshape(step.slot, step.component, false)
      entities.part(step.slot, step.component)
    }
  }

  private reshape(slot: Slot, component: Component, on: boolean): void {
    this.entities.setMask(slot, component, on)
    for (const listener of this.listeners) listener.reshaped?.(slot, component)
  }
}
