/** The world broke: the service manager may start it again. */
export const CRASH_EXIT_CODE = 70
export const FAILED_EXIT_CODE = 1
/** What the shell says of a process that was ended by SIGINT. */
export const INTERRUPTED_EXIT_CODE = 130
