import { describe, expect, it } from 'vitest'
import { type Scanned, scan, topLevelLines } from './scan.js'
import { listed, scanned, sources } from './sources.js'

/** Everything that a tick runs, or that a client must compute alike. */
const tickFolders = [
  'systems/',
  'components/',
  'protocol/',
  'src/ecs/',
  'src/net/',
  'src/space/',
  'src/schema/',
  'src/protocol/',
  'src/persist/',
]
/** Run at start or by hand, never in a tick: they read content with zod, and write the reference page. */
const besideTheTick = [/^systems\/content\//, /^src\/protocol\/reference-/]
const inTick = sources.filter(
  (path) => tickFolders.some((start) => path.startsWith(start)) && !besideTheTick.some((p) => p.test(path)),
)

/** What gives the same bits on every machine. Trigonometry is in `src/ecs/maths.ts`. */
const exactMaths = ['abs', 'ceil', 'clz32', 'floor', 'fround', 'imul', 'max', 'min', 'round', 'sign', 'sqrt', 'trunc']

const banned: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`\\bMath\\.(?!(?:${exactMaths.join('|')})\\b)\\w+`, 'g'), 'is not the same everywhere; use src/ecs/maths.ts'],
  [/\bMath\s*\[|=\s*Math\b(?!\s*[.[])|\bglobalThis\b/g, 'hides what is called; name it'],
  [/\*\*/g, 'is not the same everywhere; multiply'],
  [/(?<!\.)\bDate\b|(?<!\.)\bperformance\b|\bprocess\s*[.[]|\bhrtime\b/g, 'is outside; systems know the header’s time alone'],
  [/\b(?:setTimeout|setInterval|setImmediate|queueMicrotask|requestAnimationFrame)\b/g, 'runs outside the tick; count ticks'],
  [/\b(?:async|await|Promise)\b/g, 'ends in another tick; leave by a message and return through the inbox'],
  [/\bconsole\s*\./g, 'writes in a tick; count it instead'],
  [/\bcrypto\b|\bIntl\b|\blocaleCompare\b|\btoLocale\w+/g, 'differs between machines or runs'],
  [/\bfor\s*\(\s*(?:const|let)\s+[\w{}[\], ]+\s+in\b/g, 'goes by an order that nobody chose; use Object.keys or a list'],
  [/\bWeak(?:Map|Set|Ref)\b|\bFinalizationRegistry\b/g, 'depends on when memory is collected'],
]

function bannedIn({ code }: Scanned): readonly string[] {
  return banned.flatMap(([pattern, why]) =>
    [...code.matchAll(pattern)].map((match) => `${code.slice(0, match.index).split('\n').length}: ${match[0].trim()} ${why}`),
  )
}

describe('what runs in a tick', () => {
  it('is found', () => {
    expect(inTick.length).toBeGreaterThan(70)
  })

  it('uses nothing that another run or machine would see differently', () => {
    expect(listed(inTick.flatMap((path) => bannedIn(scanned(path)).map((problem) => `${path}:${problem}`)))).toBe('')
  })

  it.each([
    'x = Math.sin(1)',
    'x = Math.atan2(y, 1)',
    'x = Math.hypot(1, 2)',
    'x = Math.random()',
    'x = Math.log10(1)',
    'const { sin } = Math',
    'x = Math["cos"](1)',
    'x = a ** 2',
    'x **= 2',
    'x = new Date()',
    'x = Date.now()',
    'x = performance.now()',
    'setTimeout(f, 1)',
    'x = process.env.HOME',
    'async function f() {}',
    'console.log(1)',
    'for (const key in table) f(key)',
    'names.sort((a, b) => a.localeCompare(b))',
    'const seen = new WeakMap()',
    'x = `§{Math.cos(1)}`',
  ])('would be caught with %s', (line) => {
    expect(bannedIn(scan(line.replace('§', '$')))).toHaveLength(1)
  })

  it.each([
    'x = Math.sqrt(2) + Math.floor(1.5)',
    '// Math.sin is banned',
    "const text = 'Date'",
    'const updated = update(a)',
    'state.performance',
  ])('may have %s', (line) => {
    expect(bannedIn(scan(line))).toEqual([])
  })
})

const collection = /^(?:export )?const (\w+)(?:: ([^=]+?))? = (?:new (Map|Set|Array)\b|(\[|\{)|Array\.(?:from|of)\b)/
const typedArray = /^(?:export )?const (\w+)(?:: [^=]+?)? = new (?:Uint8|Int8|Uint16|Int16|Uint32|Int32|Float32|Float64)Array\b/
/** Made once and never changed by use, as far as anybody can see. */
const stateless = ['TextEncoder', 'TextDecoder', 'Packr', 'Unpackr', 'RegExp', 'DataView', 'Map', 'Set', 'Array', 'URL']
const readonlyType = /^(?:readonly |Readonly|ReadonlyMap|ReadonlySet|ReadonlyArray)/

/** Whether the file itself changes what `name` holds. */
function changes(code: string, name: string): boolean {
  const calls = 'set|add|delete|clear|push|pop|shift|unshift|splice|sort|reverse|fill|copyWithin'
  return new RegExp(
    `(?<![.\\w])${name}(?:\\.(?:${calls})\\(|(?:\\[[^\\]]*\\]|\\.\\w+)+ *(?:[-+*/|&^%]|<<|>>>?)?=(?![=>])|\\[[^\\]]*\\](?:\\+\\+|--))`,
  ).test(code)
}

/** Memory that is written and read within one call holds no state, only saves an allocation; its comment says so. */
const isScratch = ({ text }: Scanned, line: number): boolean => /\bscratch\b/i.test(text.split('\n')[line - 2] ?? '')

/** State that every world of the process would share. */
function moduleState(file: Scanned): readonly string[] {
  return topLevelLines(file).flatMap(({ line, text }) => {
    const problem = stateProblem(file, line, text)
    return problem === undefined ? [] : [`${line}: ${problem}`]
  })
}

function stateProblem(file: Scanned, line: number, text: string): string | undefined {
  if (/^(?:export )?(?:let|var)\b/.test(text)) return 'a variable of the module; put it into a resource'
  const scratch = typedArray.exec(text)
  if (scratch !== null) {
    if (!changes(file.code, scratch[1]) && !text.startsWith('export ')) return undefined
    return isScratch(file, line) ? undefined : `${scratch[1]} is written to; put it into a resource, or say "Scratch:" above it`
  }
  const list = collection.exec(text)
  if (list !== null) {
    if (changes(file.code, list[1]))
      return isScratch(file, line) ? undefined : `${list[1]} is changed; put it into a resource, or say "Scratch:" above it`
    const open = list[3] !== undefined && text.startsWith('export ') && !readonlyType.test(list[2] ?? '')
    return open ? `${list[1]} is exported and can be changed; give it a readonly type` : undefined
  }
  const made = /^(?:export )?const (\w+)(?:: [^=]+?)? = new (\w+)/.exec(text)
  if (made !== null && !stateless.includes(made[2])) return `${made[1]} is one ${made[2]} for all worlds; put it into a resource`
  return undefined
}

describe('modules', () => {
  const stateful = sources.filter((path) => /^(src|systems|components|protocol)\//.test(path) || path === 'game.ts')

  it('hold no state: two worlds in one process share nothing', () => {
    expect(listed(stateful.flatMap((path) => moduleState(scanned(path)).map((problem) => `${path}:${problem}`)))).toBe('')
  })

  it.each([
    'let count = 0',
    'export let count = 0',
    'export const seen = new Map()',
    'const seen = new Set<number>()\nexport const f = (n: number) => seen.add(n)',
    'const list: number[] = []\nfunction f() {\n  list.push(1)\n}',
    'const table = { a: 1 }\nfunction f() {\n  table.a = 2\n}',
    'const table = { a: 1 }\nfunction f() {\n  table.a += 2\n}',
    'const scratch = new Float64Array(1)\nfunction f() {\n  scratch[0] = 1\n}',
    'export const world = new World()',
  ])('would be caught with %j', (text) => {
    expect(moduleState(scan(text))).toHaveLength(1)
  })

  it.each([
    'const seen = new Set(["a"])\nexport const f = (n: string) => seen.has(n)',
    'export const codes: ReadonlyMap<string, number> = new Map()',
    '// Scratch: written and read within one call.\nconst scratch = new Float64Array(1)\nfunction f() {\n  scratch[0] = 1\n}',
    'const widths = new Int8Array([1, 2])\nconst f = (n: number) => widths[n] === 1',
    'const encoder = new TextEncoder()',
    'function f() {\n  let count = 0\n  count += 1\n}',
    'const table = { a: 1 }\nconst f = (n: number) => table.a === n || table.a <= n',
  ])('may have %j', (text) => {
    expect(moduleState(scan(text))).toEqual([])
  })
})
