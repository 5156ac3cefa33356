import { describe, expect, it } from 'vitest'
import { functionsOf, importsOf, scan, topLevelLines } from './scan.js'

/** The checks of this folder are worth what their reader is worth. */
describe('scan', () => {
  it('blanks comments and strings, and leaves everything in its place', () => {
    const text = `const a = 'Math.sin' // Math.cos\n/* Date\nDate */ const b = "it's" + 1`
    const { code, withStrings } = scan(text)
    expect(code).toBe(`const a = '        '            \n       \n        const b = "    " + 1`)
    expect(withStrings).toContain(`'Math.sin'`)
    expect(withStrings).not.toContain('Math.cos')
    expect(code.length).toBe(text.length)
  })

  it('reads what stands in a template literal as code, however deep', () => {
    const { code } = scan('const a = `sin {§{f({ x: `§{Math.sin(1)}` })} cos}` + end'.replaceAll('§', '$'))
    expect(code).toContain('Math.sin(1)')
    expect(code).toContain('f({ x: ')
    expect(code).not.toContain('cos')
    expect(code.endsWith('+ end')).toBe(true)
  })

  it('tells a regular expression from a division', () => {
    expect(scan(`const a = /['"{]/.test(b) ? 1 : 2`).code).toMatch(/^const a = \/ {5}\/\.test\(b\) \? 1 : 2$/)
    expect(scan('const a = (b + c) / d / e').code).toBe('const a = (b + c) / d / e')
    expect(scan('return /[/{]/').code).toBe('return /    /')
  })

  it('is not misled by escapes', () => {
    expect(scan(`const a = '\\'{' + b`).code).toBe(`const a = '   ' + b`)
    expect(scan('const a = `\\`{` + b').code).toBe('const a = `   ` + b')
  })
})

describe('importsOf', () => {
  it('finds every kind of import and knows types from values', () => {
    const text = [
      `import type { A } from './a.js'`,
      `import { type B, type C } from './b.js'`,
      `import {\n  d,\n  type E,\n} from './d.js'`,
      `import * as f from 'node:fs'`,
      `export { g } from './g.js'`,
      `export type { H } from './h.js'`,
      `import './i.js'`,
      `const j = await import('./j.js')`,
      `// import { k } from './k.js'`,
      `const l = "import { l } from './l.js'"`,
    ].join('\n')
    expect(importsOf(scan(text)).map(({ from, typeOnly }) => `${from}${typeOnly ? ' type' : ''}`)).toEqual([
      './a.js type',
      './b.js type',
      './d.js',
      'node:fs',
      './g.js',
      './h.js type',
      './i.js',
      './j.js',
    ])
  })
})

describe('functionsOf', () => {
  const linesOf = (text: string) => functionsOf(scan(text)).map(({ line, lines }) => [line, lines])

  it('finds functions, methods and arrows with their lines', () => {
    expect(linesOf('function a() {\n  b()\n}')).toEqual([[1, 3]])
    expect(linesOf('const a = (b: number) => {\n\n}')).toEqual([[1, 3]])
    expect(linesOf('const a = b => {\n}')).toEqual([[1, 2]])
    expect(linesOf('class A {\n  constructor(readonly b: number) {}\n  get c(): number {\n    return 1\n  }\n}')).toEqual([
      [2, 1],
      [3, 3],
    ])
    expect(linesOf('defineSystem({\n  run({ a, b }) {\n  },\n})')).toEqual([[2, 2]])
  })

  it('counts from the head, also of long parameters and types', () => {
    expect(linesOf('function a(\n  b: number,\n): { x: number } {\n  return { x: b }\n}')).toEqual([[1, 5]])
    expect(linesOf('function a(b: (c: number) => void): (d: string) => void {\n}')).toEqual([[1, 2]])
  })

  it('finds no function in blocks, classes, objects and types', () => {
    expect(linesOf('if (a) {\n}\nfor (const b of c()) {\n}\nswitch (d) {\n}\nelse {\n}')).toEqual([])
    expect(linesOf('const a = f()\nclass B {\n}\nconst c = { d: f(), e: {\n} }\ninterface F {\n}')).toEqual([])
    expect(linesOf('const a = (b: number): number => b * 2\nexport class C {\n}\n')).toEqual([])
    expect(linesOf('const a = f() as B\nconst g: H = {\n}')).toEqual([])
  })
})

describe('topLevelLines', () => {
  it('are those in no bracket', () => {
    const text = 'let a = 1\nfunction b() {\n  let c = 2\n}\nconst d = [\n  1,\n]\nlet e'
    expect(topLevelLines(scan(text)).map(({ line }) => line)).toEqual([1, 2, 5, 8])
  })
})
