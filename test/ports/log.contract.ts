import { describe, expect, test } from 'vitest'
import type { LogLevel } from '../../src/adapters/log-level.js'
import type { Log } from '../../src/ports/log.js'

export interface Line {
  readonly level: string
  readonly text: string
  readonly fields: Readonly<Record<string, unknown>>
}

export interface LogHarness {
  readonly log: Log
  /** What has been written, oldest first. */
  lines(): readonly Line[]
}

/** What every log promises. */
export function logContract(name: string, create: (level: LogLevel) => LogHarness): void {
  const writeAll = (log: Log) => {
    log.debug({}, 'd')
    log.info({}, 'i')
    log.warn({}, 'w')
    log.error({}, 'e')
  }

  describe(`${name}: log`, () => {
    test('a line has its level, its fields and its text, and is out when the call returns', () => {
      const { log, lines } = create('debug')
      log.info({ tick: 12, zone: 'harbour', late: true, none: null, missing: undefined }, 'tick was late')
      expect(lines()).toEqual([
        { level: 'info', text: 'tick was late', fields: { tick: 12, zone: 'harbour', late: true, none: null } },
      ])
    })

    test.each([
      ['debug', 'diwe'],
      ['info', 'iwe'],
      ['warn', 'we'],
      ['error', 'e'],
      ['silent', ''],
    ] as const)('%s lets through "%s"', (level, through) => {
      const { log, lines } = create(level)
      writeAll(log)
      expect(
        lines()
          .map((line) => line.text)
          .join(''),
      ).toBe(through)
    })

    test('fields that change after the call do not change the line', () => {
      const { log, lines } = create('info')
      const fields = { tick: 1 }
      log.info(fields, 'a')
      fields.tick = 2
      expect(lines()[0]?.fields).toEqual({ tick: 1 })
    })

    test('whatever stands in a text or a field, one call is one line', () => {
      const { log, lines } = create('info')
      const nasty = 'a %s %d %% %o\n{"level":"error"}\r\u2028"\\\0\u001b[31m'
      log.info({ nasty }, nasty)
      expect(lines()).toEqual([{ level: 'info', text: nasty, fields: { nasty } }])
    })

    test('flush resolves, with and without lines', async () => {
      const { log, lines } = create('info')
      await log.flush()
      for (let index = 0; index < 500; index += 1) log.info({ index }, 'x')
      await log.flush()
      expect(lines().map((line) => line.fields.index)).toEqual(Array.from({ length: 500 }, (_, index) => index))
    })
  })
}
