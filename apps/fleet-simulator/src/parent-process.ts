/** Read when this file is loaded, which should be first: a parent that dies while the rest loads is missed, too. */
const parent = process.ppid;

const CHECK_MS = 500;

/** Calls `run` once when the process that started this one is gone. The result stops looking. */
export function whenParentEnds(run: () => void): () => void {
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    run();
  }, CHECK_MS);
  return () => clearInterval(look);
}
