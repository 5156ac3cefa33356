export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const

/** Lines below the level are not written; `silent` writes none. */
export type LogLevel = (typeof LOG_LEVELS)[number]
