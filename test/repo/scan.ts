/** A modest reader of TypeScript text for the checks of this folder: it knows strings, comments, brackets and imports. */

export interface Scanned {
  readonly text: string
  /** The text with comments and the insides of strings blanked; every line and column stays where it was. */
  readonly code: string
  /** The text with only the comments blanked. */
  readonly withStrings: string
}

const blank = (text: string): string => text.replace(/[^\n]/g, ' ')
/** After one of these a slash begins a regular expression; after anything else it divides. */
const beforeRegex = /(^|[(,=:[!&|?{};+\-*%<>~^]|=>|\b(return|typeof|case|in|of|void|delete|throw|new|await|yield))\s*$/

/** Where the piece that starts at `at` ends, when a piece of that kind starts there. */
function endOfPiece(
  text: string,
  at: number,
  before: string,
): { readonly kind: 'comment' | 'string'; readonly end: number } | undefined {
  const two = text.slice(at, at + 2)
  if (two === '//') return { kind: 'comment', end: endAt(text, '\n', at) }
  if (two === '/*') return { kind: 'comment', end: endAt(text, '*/', at + 2) + 2 }
  const first = text[at]
  if (first === "'" || first === '"') return { kind: 'string', end: endOfQuoted(text, at, first) }
  if (first === '/' && beforeRegex.test(before)) return { kind: 'string', end: endOfRegex(text, at) }
  return undefined
}

function endAt(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from)
  return at < 0 ? text.length : at
}

function endOfQuoted(text: string, at: number, quote: string): number {
  let i = at + 1
  while (i < text.length && text[i] !== quote && text[i] !== '\n') i += text[i] === '\\' ? 2 : 1
  return i + 1
}

function endOfRegex(text: string, at: number): number {
  let inClass = false
  for (let i = at + 1; i < text.length && text[i] !== '\n'; i += 1) {
    if (text[i] === '\\') i += 1
    else if (text[i] === '[') inClass = true
    else if (text[i] === ']') inClass = false
    else if (text[i] === '/' && !inClass) return i + 1
  }
  return at + 1
}

/** Reads the text once. Template literals count as strings, the expressions in them as code. */
export function scan(text: string): Scanned {
  let code = ''
  let withStrings = ''
  /** For each open template literal: how many braces stand open in the expression that is being read; −1 in its text. */
  const templates: number[] = []
  let at = 0
  const take = (end: number, kind: 'code' | 'string' | 'comment'): void => {
    const piece = text.slice(at, end)
    code += kind === 'code' ? piece : blank(piece)
    withStrings += kind === 'comment' ? blank(piece) : piece
    at = end
  }
  while (at < text.length) {
    const top = templates.length - 1
    const char = text[at]
    if (top >= 0 && templates[top] === -1) {
      if (char === '\\') take(at + 2, 'string')
      else if (char === '`') {
        templates.pop()
        take(at + 1, 'code')
      } else if (text.startsWith('${', at)) {
        templates[top] = 0
        take(at + 2, 'string')
      } else take(at + 1, 'string')
      continue
    }
    const piece = endOfPiece(text, at, code.slice(-60))
    if (piece !== undefined) {
      // The quotes themselves stay, so that something is seen to stand there.
      if (piece.kind === 'string') take(at + 1, 'code')
      take(piece.kind === 'string' ? piece.end - 1 : piece.end, piece.kind)
      if (piece.kind === 'string') take(Math.min(at + 1, text.length), 'code')
      continue
    }
    if (char === '`') templates.push(-1)
    else if (top >= 0 && char === '{') templates[top] += 1
    else if (top >= 0 && char === '}') {
      if (templates[top] === 0) {
        templates[top] = -1
        take(at + 1, 'string')
        continue
      }
      templates[top] -= 1
    }
    take(at + 1, 'code')
  }
  return { text, code, withStrings }
}

export const lineOf = (text: string, at: number): number => text.slice(0, at).split('\n').length

export interface Import {
  readonly from: string
  /** Nothing of it is there at run time. */
  readonly typeOnly: boolean
  readonly line: number
}

const statement = /^(?:import|export)\s+(type\s+)?([^'"`;]*?)\s*\bfrom\s*'([^']+)'/gm
const bare = /^import\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm

/** What a file imports or exports from elsewhere. `type` before each single name makes an import one of types, too. */
export function importsOf({ withStrings }: Scanned): readonly Import[] {
  const imports: Import[] = []
  for (const match of withStrings.matchAll(statement)) {
    const names = match[2]
      .replace(/[{}]/g, '')
      .split(',')
      .map((name) => name.trim())
    const typeOnly = match[1] !== undefined || names.filter((name) => name !== '').every((name) => name.startsWith('type '))
    imports.push({ from: match[3], typeOnly, line: lineOf(withStrings, match.index) })
  }
  for (const match of withStrings.matchAll(bare))
    imports.push({ from: match[1] ?? match[2], typeOnly: false, line: lineOf(withStrings, match.index) })
  return imports
}

/** The place of the bracket that closes the one at `open`. */
function closing(code: string, open: number): number {
  let depth = 0
  for (let i = open; i < code.length; i += 1) {
    if ('([{'.includes(code[i])) depth += 1
    else if (')]}'.includes(code[i])) {
      depth -= 1
      if (depth === 0) return i
    }
  }
  return code.length
}

/** The place of the bracket that the one at `close` closes. */
function opening(code: string, close: number): number {
  let depth = 0
  for (let i = close; i >= 0; i -= 1) {
    if (')]}'.includes(code[i])) depth += 1
    else if ('([{'.includes(code[i])) {
      depth -= 1
      if (depth === 0) return i
    }
  }
  return 0
}

const blockWord = /\b(if|for|while|switch|catch|with|for await)\s*$/
const returnType = /^\s*(:\s*[^\s=;][^=;]*)?$/

/** Whether nothing, or a whole type, stands between a function's parameters and its body. */
function isReturnType(text: string): boolean {
  if (!returnType.test(text.replaceAll('=>', '→')) || /\b(class|interface|enum|const|let|return|export|new)\b/.test(text))
    return false
  let depth = 0
  for (const char of text) {
    if ('([{'.includes(char)) depth += 1
    else if (')]}'.includes(char)) depth -= 1
    if (depth < 0) return false
  }
  return depth === 0
}

/** Where the head of the function begins whose body opens at `brace`; undefined when no function's body opens there. */
function headOf(code: string, brace: number): number | undefined {
  const before = code.slice(0, brace)
  const arrow = /=>\s*$/.exec(before)
  let end = arrow === null ? brace : arrow.index
  for (let tries = 0; tries < 4; tries += 1) {
    const close = code.lastIndexOf(')', end - 1)
    if (close < 0 || brace - close > 400) break
    if (isReturnType(code.slice(close + 1, arrow === null ? brace : arrow.index))) {
      const open = opening(code, close)
      return blockWord.test(code.slice(Math.max(0, open - 12), open)) ? undefined : open
    }
    end = close
  }
  return arrow === null ? undefined : arrow.index
}

export interface FunctionSpan {
  readonly line: number
  readonly lines: number
  /** The text before its parameters, on the same line. */
  readonly before: string
}

/** Every function with a body in braces, with the lines from its head to its closing brace. */
export function functionsOf({ code }: Scanned): readonly FunctionSpan[] {
  const found: FunctionSpan[] = []
  for (let brace = code.indexOf('{'); brace >= 0; brace = code.indexOf('{', brace + 1)) {
    const head = headOf(code, brace)
    if (head === undefined) continue
    const first = lineOf(code, head)
    const before = code.slice(code.lastIndexOf('\n', head) + 1, head)
    found.push({ line: first, lines: lineOf(code, closing(code, brace)) - first + 1, before })
  }
  return found
}

/** The lines that stand in no bracket, with their numbers: what a module does when it is loaded. */
export function topLevelLines({ code }: Scanned): readonly { readonly line: number; readonly text: string }[] {
  const lines: { line: number; text: string }[] = []
  let depth = 0
  code.split('\n').forEach((text, i) => {
    if (depth === 0 && text.trim() !== '') lines.push({ line: i + 1, text })
    for (const char of text) {
      if ('([{'.includes(char)) depth += 1
      else if (')]}'.includes(char)) depth -= 1
    }
  })
  return lines
}
