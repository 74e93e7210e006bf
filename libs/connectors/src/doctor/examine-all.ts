import { setMaxListeners } from 'node:events';
import type { Examination, Question } from '@patchtide/domain';
import { Slots } from '../remote-shell/slots';
import type { HostDoctor } from './host-doctor';

export interface RoundOptions {
  signal: AbortSignal;
  /** How many hosts are looked at side by side; logins are paced by the shell besides. Default 32. */
  parallel?: number;
  /** Called after each host with how many are done. */
  onDone?: (done: number) => void;
}

const PARALLEL = 32;

/** Looks at all hosts, in the order of the questions. Rejects with the signal's reason when the caller gives up. */
export async function examineAll(
  doctor: Pick<HostDoctor, 'examine'>,
  questions: readonly Question[],
  { signal, parallel = PARALLEL, onDone }: RoundOptions,
): Promise<Examination[]> {
  // All of them wait on one signal; node's warning about eleven listeners is meant for leaks.
  setMaxListeners(0, signal);
  const slots = new Slots(parallel);
  let done = 0;
  return Promise.all(
    questions.map(async (question) => {
      const release = await slots.acquire(signal);
      try {
        return await doctor.examine(question, signal);
      } finally {
        release();
        done += 1;
        onDone?.(done);
      }
    }),
  );
}
