/** The `myriad` command over a store that has a fault: `planted-host.js PLANT host --store sqlite:FILE …`. Run by `npm run crash` alone. */
import { standardGame } from '../../game.js'
import { createSqliteStore } from '../../src/adapters/sqlite-store.js'
import { processIo } from '../../src/cli/io.js'
import { main } from '../../src/cli/main.js'
import { type PlantName, planted } from './plants.js'

export type PlantedArgs = [plant: PlantName, ...args: string[]]

const [plant, ...args] = process.argv.slice(2) as PlantedArgs
const path = (args[args.indexOf('--store') + 1] ?? '').slice('sqlite:'.length)
const store = planted(createSqliteStore(path), plant)
process.exit(await main(args, standardGame, { ...processIo(), ports: { store } }))
