interface Attempt {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly timeoutMs: number;
}

/** That a request had no answer, and what to do about it. */
export interface NoAnswer {
  readonly message: string;
  readonly nextStep: string;
}

/** Reads what `fetch` threw. It may come from another realm and be no `Error` of ours: it goes by what it says. */
export function noAnswer(error: unknown, { url, method, timeoutMs }: Attempt): NoAnswer {
  const { name, cause } = error as { name?: unknown; cause?: { message?: unknown; code?: unknown } };
  if (name === 'TimeoutError') {
    const unknown = 'Whether it was carried out is not known: look at the present state, then repeat.';
    const nextStep = method === 'GET' ? 'Try again in a moment.' : unknown;
    return { message: `${url} did not answer within ${timeoutMs / 1000} s`, nextStep };
  }
  const why = String(cause?.message ?? error);
  if (why.includes('SSL routines'))
    return { message: `${url} does not speak TLS`, nextStep: 'Write http:// instead of https://.' };
  const isTrusted = !/CERT|SIGNATURE/.test(String(cause?.code));
  return {
    message: `no Patchtide server answers at ${url} (${why})`,
    nextStep: isTrusted
      ? 'Start it with "npm start", or name another server with --url or PATCHTIDE_URL.'
      : "Name the file with its authority's certificate in NODE_EXTRA_CA_CERTS.",
  };
}
