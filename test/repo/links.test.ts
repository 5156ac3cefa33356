import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..')
/** Folders whose pages are made, or are not ours. */
const skipped = new Set(['node_modules', 'dist', '.git', '.clinic', 'coverage'])

function pagesIn(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : pagesIn(path)
    return entry.name.endsWith('.md') ? [path] : []
  })
}

/** The lines outside code blocks, each with its number from 1. A block ends at a fence at least as long as its first. */
function proseLines(text: string): readonly { readonly line: number; readonly text: string }[] {
  const prose: { line: number; text: string }[] = []
  let fence = ''
  text.split('\n').forEach((content, i) => {
    const mark = /^\s*(`{3,}|~{3,})/.exec(content)?.[1]
    if (fence === '' && mark !== undefined) fence = mark
    else if (fence === '') prose.push({ line: i + 1, text: content })
    else if (mark?.startsWith(fence) && content.trim() === mark) fence = ''
  })
  return prose
}

const withoutCode = (text: string): string => text.replace(/(`+)(?!`).*?(?<!`)\1(?!`)/g, '')

interface Link {
  readonly line: number
  readonly target: string
}

/** Inline links and images, and the definitions of reference links. */
function linksOf(text: string): readonly Link[] {
  return proseLines(text).flatMap(({ line, text: content }) => {
    const plain = withoutCode(content)
    const inline = [...plain.matchAll(/\]\(\s*<?([^()\s<>]+)>?(?:\s+"[^"]*")?\s*\)/g)].map((match) => match[1])
    const defined = /^\s{0,3}\[[^\]]+\]:\s*<?([^\s<>]+)>?/.exec(plain)?.[1]
    return [...inline, ...(defined === undefined ? [] : [defined])].map((target) => ({ line, target }))
  })
}

/** A heading's anchor as code hosts make it: lower case, hyphens for spaces, no punctuation; a repeated one is numbered. */
function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>()
  const seen = new Map<string, number>()
  for (const { text: content } of proseLines(text)) {
    for (const [, id] of content.matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.add(id)
    const heading = /^#{1,6}\s+(.*?)\s*#*\s*$/.exec(content)?.[1]
    if (heading === undefined) continue
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const slug = words.replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '').replaceAll(' ', '-')
    const before = seen.get(slug) ?? 0
    seen.set(slug, before + 1)
    anchors.add(before === 0 ? slug : `${slug}-${before}`)
  }
  return anchors
}

/** What is wrong with the links of one page, a line each. */
function problemsOf(page: string, text: string): readonly string[] {
  return linksOf(text).flatMap(({ line, target }) => {
    // Another site's pages are not ours to promise, and a test that asks them fails without a network.
    if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return []
    const where = `${relative(root, page)}:${line}: ${target}`
    const [path, anchor] = target.split('#')
    const file = path === '' ? page : resolve(dirname(page), decodeURIComponent(path))
    if (path.startsWith('/')) return [`${where} begins at the root of the disk; write it relative to the page`]
    if (!file.startsWith(root)) return [`${where} leaves the project; link to a file in it`]
    if (!existsSync(file)) return [`${where} names no file; correct the path`]
    if (anchor === undefined) return []
    if (statSync(file).isDirectory() || !file.endsWith('.md'))
      return [`${where} has an anchor into no page; leave the anchor out`]
    const aim = file === page ? text : readFileSync(file, 'utf8')
    return anchorsOf(aim).has(anchor) ? [] : [`${where} names no heading of ${relative(root, file)}; correct the anchor`]
  })
}

describe('the checker', () => {
  const page = join(root, 'docs', 'README.md')

  it.each([
    ['a file that is not there', '[a](nowhere.md)', 'names no file'],
    ['a picture that is not there', '![a](nowhere.png)', 'names no file'],
    ['a definition that leads nowhere', '[a]: nowhere.md', 'names no file'],
    ['an anchor that is not there', '# One\n\n[a](#two)', 'names no heading'],
    ['an anchor of another page', '[a](../package.json#two)', 'into no page'],
    ['a path from the root', '[a](/package.json)', 'root of the disk'],
    ['a path out of the project', '[a](../../elsewhere.md)', 'leaves the project'],
    ['the second link of a line', '[a](../package.json) and [b](nowhere.md)', 'names no file'],
  ])('finds %s', (_, text, words) => {
    expect(problemsOf(page, text)).toEqual([expect.stringContaining(words)])
  })

  it.each([
    ['a file', '[a](../package.json)'],
    ['a folder', '[a](../src)'],
    ['headings, repeated and with marks', '# A `b`: c, d\n\n## Same\n\n## Same\n\n[a](#a-b-c-d) [b](#same) [c](#same-1)'],
    ['a title', '[a](../package.json "the package")'],
    ['other sites', '[a](https://example.com/nowhere.md#x)'],
    ['code', '`[a](nowhere.md)`\n\n```\n[a](nowhere.md)\n```\n\n````\n```\n[a](nowhere.md)\n````'],
  ])('leaves %s alone', (_, text) => {
    expect(problemsOf(page, text)).toEqual([])
  })
})

describe('the pages', () => {
  const pages = pagesIn(root)

  it('are found', () => {
    expect(pages.map((page) => relative(root, page))).toContain(join('docs', 'README.md'))
  })

  it('link only to files and headings that exist', () => {
    expect(pages.flatMap((page) => problemsOf(page, readFileSync(page, 'utf8')))).toEqual([])
  })

  it('under docs/ are all reached from docs/README.md', () => {
    const open = [join(root, 'docs', 'README.md')]
    const reached = new Set(open)
    for (let page = open.pop(); page !== undefined; page = open.pop()) {
      for (const { target } of linksOf(readFileSync(page, 'utf8'))) {
        const next = resolve(dirname(page), target.split('#')[0])
        if (!next.endsWith('.md') || reached.has(next) || !existsSync(next)) continue
        reached.add(next)
        open.push(next)
      }
    }
    const lost = pages.filter((page) => page.startsWith(join(root, 'docs')) && !reached.has(page))
    expect(lost.map((page) => relative(root, page))).toEqual([])
  })
})
