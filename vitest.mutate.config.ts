import { defineConfig } from 'vitest/config'

/**
 * What `npm run mutate` runs against each mutant: quick tests of the mutated files by themselves. None of them opens a socket:
 * Stryker runs tests in threads, and an unclosed socket server in a thread ends the process.
 */
export default defineConfig({
  test: {
    include: [
      'test/rules/*.test.ts',
      'test/systems/*-rules.test.ts',
      'test/systems/{chat,quest,quest-hand-in}.test.ts',
      'test/protocol/codec.test.ts',
      'test/net/{crossings,interest,lag,leaving,outbox,outer-ring}.test.ts',
    ],
    testTimeout: 20_000,
  },
})
