import { describe, expect, test } from 'vitest'
import { createStage, FRAME_BYTES_MAX, type HarnessFactory, HOST, listener, type Stage, text200 } from './transport-harness.js'
import { answersContract, failuresContract } from './transport-http.contract.js'
import { postsContract } from './transport-posts.contract.js'
import { closingContract, limitsContract, messagesContract } from './transport-sockets.contract.js'
import { subprotocolContract, textContract } from './transport-text.contract.js'

/** What every transport promises. */
export function transportContract(name: string, createHarness: HarnessFactory): void {
  describe(name, () => {
    const stage = createStage(createHarness)
    messagesContract(stage)
    closingContract(stage)
    limitsContract(stage)
    subprotocolContract(stage)
    textContract(stage)
    listeningContract(stage)
    answersContract(stage)
    failuresContract(stage)
    postsContract(stage)
  })
}

function listeningContract({ create, start }: Stage): void {
  test('a taken port is refused with what to do, and is free again after stop', async () => {
    const first = await start()
    const options = { host: HOST, port: first.port, frameBytesMax: FRAME_BYTES_MAX }
    const text = `port ${first.port} on 127.0.0.1 is taken by another process; stop it or pass --port with another number`
    const taken = { code: 'PORT_TAKEN', message: text }
    const second = create({})
    await expect(second.transport.listen(options, listener().handlers)).rejects.toMatchObject(taken)
    await first.transport.stop()
    expect(await second.transport.listen(options, listener().handlers)).toBe(first.port)
    // A port that was asked for by number could be shared by the system, unlike one that the system chose.
    await expect(first.transport.listen(options, listener().handlers)).rejects.toMatchObject(taken)
  })

  test('two listeners keep their sockets apart', async () => {
    const one = await start(() => text200('one'))
    const two = await start(() => text200('two'))
    expect(one.port).not.toBe(two.port)
    const client = await one.connect()
    expect([one.sockets, two.sockets]).toEqual([[1], []])
    expect(two.transport.send(1, Uint8Array.of(1))).toBe('dropped')
    one.transport.send(1, Uint8Array.of(2))
    expect([...(await client.next())]).toEqual([2])
    expect([(await one.get('/')).body, (await two.get('/')).body]).toEqual(['one', 'two'])
  })

  test('listening twice is our mistake', async () => {
    const { transport } = await start()
    const again = transport.listen({ host: HOST, port: 0, frameBytesMax: FRAME_BYTES_MAX }, listener().handlers)
    await expect(again).rejects.toThrow('once at a time')
  })

  test('stop ends every socket, each reported once, and may be called again', async () => {
    const { transport, connect, events } = await start()
    const clients = [await connect(), await connect()]
    await transport.stop()
    await transport.stop()
    for (const client of clients) expect((await client.closed).code).toBe(1001)
    expect(events.filter((event) => event.startsWith('close'))).toEqual(['close 1 1001', 'close 2 1001'])
    expect(transport.send(1, Uint8Array.of(1))).toBe('dropped')
    await expect(connect()).rejects.toThrow()
  })

  test('stop before listen does nothing', async () => {
    await create({}).transport.stop()
  })
}
