import { describe, expect, it } from 'vitest'
import { Purse } from '../../components/bag.js'
import type { Editor } from '../../src/ecs/columns.js'
import { SessionLogout } from '../../src/net/opcodes.js'
import { quietServer } from '../net/players.js'
import { gatedStore } from '../ports/store-gate.js'

describe('the bytes of a batch', () => {
  it('stay as they are until the store has answered, whoever leaves meanwhile', async () => {
    const gate = gatedStore()
    const server = await quietServer({ graceS: 600 }, { store: gate.store })
    const alice = await server.enter('Alice')
    const bert = await server.enter('Bert')
    await server.step(40)
    const purse = server.world.editor(Purse) as Editor<(typeof Purse)['fields']>
    gate.hold()
    for (const { slot } of [bert, alice]) purse.set(slot, 'gold', 77)
    await server.step(40)
    alice.client.request(SessionLogout, {})
    await server.step(2)
    gate.release()
    await server.step(60)
    expect(server.host.storage.commits.failures).toBe(0)
    for (const [account, { characterId }] of [
      ['guest:alice', alice],
      ['guest:bert', bert],
    ] as const)
      expect((await server.store.loadCharacter(account, characterId))?.components.Purse).toEqual({ gold: [77] })
  })
})
