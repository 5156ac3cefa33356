import { parseArgs } from 'node:util'
import { connect } from 'myriad/client'
import { WebSocket } from 'ws'
import { Campfire } from './component.js'
import { campfireGame } from './game.js'
import { CampBurnedOut, CampLight } from './protocol.js'

const { values } = parseArgs({ options: { url: { type: 'string', default: 'ws://127.0.0.1:7777/' } } })

// The client speaks from the same declarations as the server: their order gives the byte layout.
const { protocol, components } = campfireGame
const client = await connect({ url: values.url, token: 'guest:camper', protocol, components, WebSocket })

client.onEntity({
  entered(view) {
    if (!view.has(Campfire)) return
    const whose = view.get(Campfire, 'keeper') === client.me ? 'my' : "somebody's"
    console.log(`I see ${whose} fire at ${view.x.toFixed(0)}, ${view.z.toFixed(0)}, logs: ${view.get(Campfire, 'logs')}`)
  },
})
const burnedOut = new Promise<void>((resolve, reject) => {
  client.on(CampBurnedOut, () => resolve())
  client.onClosed((reason) => reject(new Error(`the connection ended: ${reason}`)))
})

await client.enterAs('Camper', 1)
console.log(`camp.light: ${await client.request(CampLight, { logs: 1 })}`)
console.log(`camp.light again: ${await client.request(CampLight, { logs: 1 })}`)
await burnedOut
console.log('my fire is out')
await client.logout()
