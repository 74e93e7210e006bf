/** Injection token of an AbortSignal that aborts when the service begins to shut down, also while it still starts. */
export const SHUTDOWN = Symbol('shutdown');
