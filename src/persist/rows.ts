import { type Column, rowLength } from '../ecs/columns.js'
import type { Component } from '../ecs/component.js'
import type { Slot } from '../ecs/entities.js'
import type { World } from '../ecs/world.js'
import type { SavedComponent } from '../ports/store.js'

/** The components of a slot that last, by name, as plain numbers. */
export function saveComponents(world: World, slot: Slot): Record<string, SavedComponent> {
  const saved: Record<string, SavedComponent> = {}
  for (const component of world.components) {
    if (component.persist === 'none' || !world.entities.has(slot, component)) continue
    const columns = world.columns(component)
    const fields: Record<string, readonly number[]> = {}
    for (const [name, field] of Object.entries(component.fields)) {
      const length = rowLength(field)
      fields[name] = Array.from(columns[name].subarray(slot * length, (slot + 1) * length))
    }
    saved[component.name] = fields
  }
  return saved
}

/** The write path of a marked component. */
interface RowEditor {
  set(slot: Slot, field: string, value: number): void
  setAt(slot: Slot, field: string, index: number, value: number): void
}
const isEditor = (target: object): target is RowEditor => 'setAt' in target

/**
 * Writes one saved component into a slot's row. `target` is what a system holds of it: columns, or the editor of a
 * marked component. False when nothing was saved.
 */
export function restoreComponent(component: Component, target: object, slot: Slot, saved: SavedComponent | undefined): boolean {
  if (saved === undefined) return false
  for (const [name, field] of Object.entries(component.fields)) {
    const values = saved[name]
    if (values === undefined) continue
    const length = rowLength(field)
    for (let i = 0; i < Math.min(length, values.length); i += 1) {
      if (!isEditor(target)) (target as Readonly<Record<string, Column>>)[name][slot * length + i] = values[i]
      else if (field.kind === 'each') target.setAt(slot, name, i, values[i])
      else target.set(slot, name, values[i])
    }
  }
  return true
}
