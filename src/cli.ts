#!/usr/bin/env node
import { standardGame } from '../game.js'
import { processIo } from './cli/io.js'
import { main } from './cli/main.js'

const exitCode = await main(process.argv.slice(2), standardGame, processIo())
// Node gives the signals back to the system while it ends by itself, and a second Ctrl-C in that moment would kill it after a
// clean stop. What was written is out before: both callbacks come after it.
process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)))
