import { defineComponent } from '../src/ecs/component.js'
import { u8, u16 } from '../src/schema/fields.js'
import { identity } from '../src/schema/wire-forms.js'

export const kindType = Object.freeze({ character: 1, creature: 2, npc: 3, object: 4 })

/** What an entity is. `type`: one of `kindType`; `look`: the id of its class, creature kind or NPC in the content. */
export const Kind = defineComponent('Kind', { type: u8, look: u16 }, { replicate: { type: identity(8), look: identity(16) } })
