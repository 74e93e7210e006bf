import type { Fault, Policy } from '@patchtide/contracts';
import { withPositions } from '@patchtide/connectors/cmdb';
import { checkLandscape, checkPolicy, checkPolicyAgainst } from '@patchtide/domain';
import { readLandscape } from '../read-document';
import { readPolicy } from '../read-policy';

/** Everything that is wrong with a policy, and, where a landscape is given, with the two of them together. */
export async function policyFaults(
  file: string,
  { landscape: source, mapping }: { readonly landscape?: string; readonly mapping?: string },
  at: string,
): Promise<{ readonly policy: Policy | null; readonly faults: readonly Fault[] }> {
  const [policy, landscape] = await Promise.all([
    readPolicy(file, at),
    source === undefined ? null : readLandscape(source, mapping),
  ]);
  const own = policy.value ? withPositions(checkPolicy(policy.value, at), policy.locate) : policy.faults;
  const together =
    landscape?.value && policy.value
      ? withPositions(
          [
            ...checkLandscape(landscape.value, policy.value.breaks),
            ...checkPolicyAgainst(policy.value, landscape.value),
          ],
          landscape.locate,
        )
      : [];
  return { policy: policy.value, faults: [...own, ...(landscape?.faults ?? []), ...together] };
}
