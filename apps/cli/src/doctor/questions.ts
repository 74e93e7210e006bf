import type { Fault, Landscape, Policy } from '@patchtide/contracts';
import { withPositions } from '@patchtide/connectors/cmdb';
import { checkPolicyAgainst, planRound, type Round } from '@patchtide/domain';
import { Failed, Misused } from '../failures';
import { type Read, readLandscape } from '../read-document';
import { readPolicy } from '../read-policy';
import { NOBODY } from './login';

/** The files that say what a night needs. */
export interface NeedFiles {
  readonly landscape: string;
  readonly mapping?: string;
  readonly policy?: string;
}

/**
 * Whom to ask what, by the files; all servers, or those of these ids or names. At least one is to be asked.
 * @throws Failed with every fault of every file, Misused for a server that is not there
 */
export async function readRound(files: NeedFiles, names: readonly string[], at: string): Promise<Round> {
  const [landscape, policy] = await Promise.all([
    readLandscape(files.landscape, files.mapping),
    files.policy === undefined ? null : readPolicy(files.policy, at),
  ]);
  const faults = [...landscape.faults, ...(policy?.faults ?? []), ...mismatches(landscape, policy)];
  if (!landscape.value || faults.length > 0) throw new Failed(NOBODY, faults);
  const round = planRound(landscape.value, policy?.value ?? null, serversOf(landscape.value, names));
  if (round.questions.length === 0) throw new Failed(NOBODY, round.leftOut.map(leftOutFault));
  return round;
}

function mismatches(landscape: Read<Landscape>, policy: Read<Policy> | null): Fault[] {
  if (!landscape.value || !policy?.value) return [];
  return withPositions(checkPolicyAgainst(policy.value, landscape.value), landscape.locate);
}

function serversOf({ servers }: Landscape, names: readonly string[]): string[] {
  if (names.length === 0) return servers.map(({ id }) => id);
  return names.flatMap((name) => {
    const found = servers.filter((server) => server.id === name || server.name === name);
    if (found.length === 0) throw new Misused(`the landscape has no server "${name}"`);
    return found.map(({ id }) => id);
  });
}

function leftOutFault({ server, reason }: Round['leftOut'][number]): Fault {
  return {
    path: server,
    message: reason,
    remedy: 'Ask about other servers, or correct landscape and policy.',
  };
}
