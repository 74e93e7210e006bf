/** Asks until there is an answer. @throws after `timeoutMs`, naming what was waited for */
export async function waitFor<T>(
  ask: () => Promise<T | null>,
  { timeoutMs, everyMs, what }: { timeoutMs: number; everyMs: number; what: string },
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (Date.now() > deadline) throw new Error(`gave up waiting for ${what} after ${timeoutMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
