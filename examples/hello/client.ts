import { connect } from 'myriad/client'
import { WebSocket } from 'ws'
import { Greet, Greeted, game, server } from './server.js'

// The SDK speaks from the same declarations as the server. Importing them from there starts it, too: both sides in one process.
const { protocol, components } = game
const client = await connect({ url: `ws://127.0.0.1:${server.port}/`, token: 'guest:ada', protocol, components, WebSocket })
client.on(Greeted, ({ count }) => console.log(`greeted ${count} times`))
for (let i = 0; i < 3; i += 1) console.log(await client.request(Greet, {}))
await client.logout()
await server.stop()
