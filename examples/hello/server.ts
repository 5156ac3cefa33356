import * as m from 'myriad'

const Greetings = m.defineComponent('Greetings', { count: m.u32 })
const rules = { auth: 'inWorld', rate: 'action', handler: 'greeter' } as const
export const Greet = m.toServer({ id: 0x3001, name: 'hello.greet', payload: {}, ...rules, doc: 'Greets the world.' })
export const Greeted = m.toClient({ id: 0xb001, name: 'hello.greeted', payload: { count: m.u32 }, doc: 'Greetings so far.' })

const greeter = m.defineSystem({
  name: 'greeter',
  writes: { greetings: Greetings },
  intents: [Greet],
  tells: [Greeted],
  run({ greetings, intents, tell, answer }) {
    for (const intent of intents) {
      greetings.count[intent.actor] += 1
      tell(intent.actor, Greeted, { count: greetings.count[intent.actor] })
      answer(intent, m.coreResultCodes.code.ok)
    }
  },
})

const phases = { enter: [m.sessions], dispatch: [m.intentDispatch], simulate: [greeter], replicate: [m.replication] }
const protocol = m.defineProtocol({ opcodes: [...m.frameworkOpcodes, Greet, Greeted] })
const parts = { components: [Greetings], avatar: [Greetings], protocol, pipeline: m.definePipeline(phases) }
export const game = m.defineGame({ name: 'hello', ...parts, capacity: ({ clientsMax }) => clientsMax })
export const server = m.createServer({ game, config: { bots: 0, port: Number(process.env.PORT ?? 7777) } })
await server.start()
