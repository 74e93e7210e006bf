import { Failed } from './failures';

export interface Patience {
  readonly timeoutMs: number;
  readonly everyMs: number;
  /** What is waited for, and where to look when it does not come. */
  readonly what: string;
  readonly nextStep: string;
}

/** Asks until there is an answer. @throws Failed after `timeoutMs`, naming what was waited for */
export async function waitFor<T>(
  ask: () => Promise<T | null>,
  { timeoutMs, everyMs, what, nextStep }: Patience,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (Date.now() > deadline)
      throw new Failed(`gave up waiting for ${what} after ${timeoutMs / 1000} s`, [], nextStep);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
