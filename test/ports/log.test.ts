import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { createMemoryLog } from '../../src/adapters/memory-log.js'
import { createPinoLog } from '../../src/adapters/pino-log.js'
import { type Line, logContract } from './log.contract.js'

const folder = mkdtempSync(join(tmpdir(), 'myriad-log-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
const nextFile = () => {
  files += 1
  return join(folder, `${files}.log`)
}
const linesOf = (file: string) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')

const parse = (line: string): Line => {
  const { level, time, msg, ...fields } = JSON.parse(line) as Record<string, unknown>
  expect(time).toBeTypeOf('number')
  return { level: String(level), text: String(msg), fields }
}

logContract('pino', (level) => {
  const destination = nextFile()
  return { log: createPinoLog({ level, pretty: false, destination }), lines: () => linesOf(destination).map(parse) }
})

logContract('memory', (level) => {
  const log = createMemoryLog(level)
  return { log, lines: () => log.lines }
})

test('pino: a field cannot take the place of the level, the time or the text', () => {
  const destination = nextFile()
  createPinoLog({ level: 'info', pretty: false, destination }).warn({ level: 7, time: 8, msg: 'field', tick: 1 }, 'text')
  expect(linesOf(destination).map(parse)).toEqual([
    { level: 'warn', text: 'text', fields: { level_: 7, time_: 8, msg_: 'field', tick: 1 } },
  ])
})

test('pino: readable lines have time, level, text and fields, one line a call, and are out when the call returns', () => {
  const destination = nextFile()
  const log = createPinoLog({ level: 'info', pretty: true, destination })
  log.debug({}, 'hidden')
  log.info({ port: 7777 }, 'listening')
  log.warn({}, 'plain')
  log.error({ name: 'x\ny\u009b', stack: 'a', level: 3 }, 'cannot\nlisten')
  const lines = readFileSync(destination, 'utf8').trimEnd().split('\n').map(stripVTControlCharacters)
  const expected = ['INFO: listening {"port":7777}', 'WARN: plain']
  expected.push('ERROR: cannot\\u000alisten {"name":"x\\ny\\u009b","stack":"a","level_":3}')
  expect(lines.map((line) => line.replace(/^\[\d\d:\d\d:\d\d\.\d{3}\] /, ''))).toEqual(expected)
})

test('memory: keeps the last thousand lines', () => {
  const log = createMemoryLog()
  for (let index = 0; index < 1_005; index += 1) log.info({ index }, 'x')
  expect(log.lines).toHaveLength(1_000)
  expect([log.lines[0]?.fields.index, log.lines[999]?.fields.index]).toEqual([5, 1_004])
})
