import { type Column, rowLength } from '../ecs/columns.js'
import type { Component } from '../ecs/component.js'
import type { Slot } from '../ecs/entities.js'
import type { World } from '../ecs/world.js'
import type { SavedComponent } from '../ports/store.js'

const isZero = (value: number): boolean => value === 0

/**
 * The components of a slot that last, by name, as plain numbers. Lists (`each`) of nothing but zeros, which most are, are left
 * out.
 */
export function saveComponents(world: World, slot: Slot): Record<string, SavedComponent> {
  const saved: Record<string, SavedComponent> = {}
  for (const component of world.components) {
    if (component.persist === 'none' || !world.entities.has(slot, component)) continue
    const columns = world.columns(component)
    const fields: Record<string, readonly number[]> = {}
    for (const [name, field] of Object.entries(component.fields)) {
      const length = rowLength(field)
      const values = columns[name].subarray(slot * length, (slot + 1) * length)
      if (field.kind !== 'each' || !values.every(isZero)) fields[name] = Array.from(values)
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
const NONE: readonly number[] = Object.freeze([])
const isEditor = (target: object): target is RowEditor => 'setAt' in target

/**
 * Writes one saved component into a slot's row. `target` is what a system holds of it: columns, or the editor of a
 * marked component. A list that was left out is one of zeros; any other field that was not saved stays as it is. False when
 * nothing was saved.
 */
export function restoreComponent(component: Component, target: object, slot: Slot, saved: SavedComponent | undefined): boolean {
  if (saved === undefined) return false
  for (const [name, field] of Object.entries(component.fields)) {
    const length = rowLength(field)
    const values = saved[name] ?? (field.kind === 'each' ? NONE : undefined)
    if (values === undefined) continue
    for (let i = 0; i < length; i += 1) {
      const value = values[i] ?? 0
      if (!isEditor(target)) (target as Readonly<Record<string, Column>>)[name][slot * length + i] = value
      else if (field.kind === 'each') target.setAt(slot, name, i, value)
      else target.set(slot, name, value)
    }
  }
  return true
}
