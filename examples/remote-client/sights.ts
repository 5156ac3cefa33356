import { distance } from 'myriad'
import type { Client, EntityView } from 'myriad/client'
import { Kind, kindType, Status, Vitals } from 'myriad/game'

const SHOWN_MAX = 5
const typeNames: Readonly<Record<number, string>> = {
  [kindType.character]: 'character',
  [kindType.creature]: 'creature',
  [kindType.npc]: 'townsperson',
}

/** How many are in view, and the nearest of them, one line each. */
export function describeSights(client: Client): string[] {
  const { self } = client
  if (self === undefined) return ['nothing is in view yet']
  const away = (view: EntityView): number => distance(self.x, self.z, view.x, view.z)
  const others = [...client.entities.values()].filter((view) => view !== self).sort((a, b) => away(a) - away(b))
  const nearest = others.slice(0, SHOWN_MAX).map((view) => `  ${describe(view)}, ${away(view).toFixed(0)} m away`)
  return [`sees ${others.length} others`, ...nearest]
}

function describe(view: EntityView): string {
  // Columns are read by the same declarations that the server writes them by; undefined is what an entity does not have.
  const type = typeNames[view.get(Kind, 'type') ?? 0] ?? 'thing'
  // Characters have names of their own; creatures and townspeople are named by their kind, in the content.
  const name = view.name === '' ? `of kind ${view.get(Kind, 'look')}` : view.name
  return `${type} ${name}, level ${view.get(Status, 'level')}, health ${view.get(Vitals, 'health')}/${view.get(Vitals, 'healthMax')}`
}
