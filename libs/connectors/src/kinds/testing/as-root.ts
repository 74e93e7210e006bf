/** `describe` for servers that run as a user of their own, which only root can give them; for others the tests count as skipped. */
export const describeAsRoot = process.getuid?.() === 0 ? describe : describe.skip;
