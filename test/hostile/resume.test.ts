import { expect, it } from 'vitest'
import { InputQueue } from '../../components/motion.js'
import { SessionCreateCharacter, SessionEnter, SessionHello } from '../../src/net/opcodes.js'
import { Scene } from './scene.js'

/** Races of one account's connections, as the fuzzer found them. */

it('a session that is resumed while its character arrives has one character, however often it asks to enter', async () => {
  const { server } = await Scene.open()
  const one = server.connect('guest:alice')
  await server.step(3)
  one.request(SessionCreateCharacter, { name: 'Alice', class: 1 })
  await server.step(3)
  const [{ characterId }] = await server.store.charactersOf('guest:alice')
  const two = server.connect(null)
  one.request(SessionEnter, { characterId })
  two.request(SessionHello, { token: 'guest:alice', resume: one.resumeToken, protocolHash: '' })
  await server.step()
  // Taken in before the other connection takes the session over, and carried out after it.
  one.request(SessionEnter, { characterId })
  for (let tick = 0; tick < 8; tick += 1) {
    await server.step()
    expect(server.world.entities.query([InputQueue]).length).toBeLessThanOrEqual(1)
  }
  expect(server.world.entities.query([InputQueue]).length).toBe(1)
  expect(one.closed?.reason).toBe('takenOver')
  expect(two.closed).toBeNull()
})

it('what a connection asks for before it is known to resume a session is answered', async () => {
  const scene = await Scene.open()
  const { server } = scene
  const { client } = await scene.enter('Alice')
  client.close()
  await server.step()
  const again = server.connect(null)
  const hello = (seq: number, resume: string) => again.sendValue([SessionHello.id, seq, 'guest:alice', resume, ''])
  hello(1_001, client.resumeToken)
  await server.step()
  hello(1_002, '')
  await server.step(6)
  expect(again.results.get(1_001)).toBe('ok')
  expect(again.results.has(1_002)).toBe(true)
  expect([...again.resultCounts.values()].every((count) => count === 1)).toBe(true)
})

it('a resume token works once, and for its own account only', async () => {
  const scene = await Scene.open()
  const { server } = scene
  const { client, entity } = await scene.enter('Alice')
  const thief = server.connect(null)
  thief.request(SessionHello, { token: 'guest:thief', resume: `${client.resumeToken.slice(0, -1)}x`, protocolHash: '' })
  await server.step(4)
  expect(client.closed).toBeNull()
  const token = client.resumeToken
  const heir = server.connect(null)
  heir.request(SessionHello, { token: '', resume: token, protocolHash: '' })
  await server.step(4)
  expect(heir.take('session.entered')).toMatchObject({ entity })
  expect(client.closed?.reason).toBe('takenOver')
  const late = server.connect(null)
  const seq = late.request(SessionHello, { token: '', resume: token, protocolHash: '' })
  await server.step(4)
  expect(late.results.get(seq)).toBe('notAllowed')
  expect(heir.closed).toBeNull()
})
