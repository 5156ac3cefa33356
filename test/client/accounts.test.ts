import { describe, expect, it } from 'vitest'
import { AccountError, type Fetch, login, register } from '../../src/client/index.js'

const given = { account: 'Ada', password: 'nine lives!' }

/** A server of one answer, which keeps what it was asked. */
function server(status: number, body: string) {
  const asked: { readonly url: string; readonly init: Parameters<Fetch>[1] }[] = []
  const fetch: Fetch = async (url, init) => {
    asked.push({ url, init })
    return { ok: status < 300, status, json: async () => JSON.parse(body) as unknown }
  }
  return { asked, fetch }
}

describe('register and login', () => {
  it.each([
    ['ws://localhost:7777/', 'http://localhost:7777/login'],
    ['wss://play.example', 'https://play.example/login'],
    ['https://play.example/some/page?x=1', 'https://play.example/login'],
  ])('ask the server of %s at %s', async (url, expected) => {
    const { asked, fetch } = server(200, '{"account":"Ada","token":"a.b.c","expiresS":60}')
    expect(await login({ ...given, url, fetch })).toEqual({ account: 'Ada', token: 'a.b.c', expiresS: 60 })
    expect(asked).toHaveLength(1)
    expect(asked[0]).toMatchObject({ url: expected, init: { method: 'POST', headers: { 'content-type': 'application/json' } } })
    expect(JSON.parse(asked[0]!.init.body)).toEqual(given)
  })

  it('tell why they were refused, and when it is worth another try', async () => {
    const taken = server(409, '{"error":"nameTaken","text":"Somebody else has this name."}')
    const refused = await register({ ...given, url: 'http://a', fetch: taken.fetch }).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(AccountError)
    expect(refused).toMatchObject({
      code: 'CONNECT_FAILED',
      reason: 'nameTaken',
      retryAfterS: 0,
      message: 'register was refused: Somebody else has this name.',
    })
    const { fetch } = server(429, '{"error":"tooMany","text":"Wait.","retryAfterS":7}')
    await expect(login({ ...given, url: 'http://a', fetch })).rejects.toMatchObject({ reason: 'tooMany', retryAfterS: 7 })
  })

  it.each([
    [405, '', 'cannot login at http://a/login: it answered 405, so there are no accounts with passwords'],
    [502, '<html>', 'cannot login at http://a/login: it answered 502'],
    [200, '{"token":7}', 'cannot login at http://a/login: it answered 200'],
    [400, '{"error":"toString"}', 'cannot login at http://a/login: it answered 400'],
    [400, 'null', 'cannot login at http://a/login: it answered 400'],
  ])('say what came from something that is no such server: %i %s', async (status, body, message) => {
    const { fetch } = server(status, body)
    await expect(login({ ...given, url: 'http://a', fetch })).rejects.toMatchObject({ code: 'CONNECT_FAILED', message })
  })

  it('say so when nobody answers, without the password', async () => {
    const fetch: Fetch = () => Promise.reject(new Error('connection refused'))
    const error = await login({ ...given, url: 'ws://a', fetch }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ message: 'cannot login at http://a/login: connection refused' })
    expect(error).not.toBeInstanceOf(AccountError)
    expect(JSON.stringify(error)).not.toContain('lives')
  })
})
