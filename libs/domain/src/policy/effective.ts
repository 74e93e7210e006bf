import type { Component, Exception, KindProcedure, Policy, Server } from '@patchtide/contracts';
import { own } from '../own';
import { procedureOf, withDefaults } from './kinds/apply-kind';
import { shippedKindOf } from './kinds/index';

/**
 * The procedure for one component: that of the shipped kind, or plain systemd when it has a unit; the policy's kind and
 * then its exceptions replace whole phases. Defaults of the shipped kind hold in all of them.
 */
export function procedureFor(policy: Policy, component: Component, server: Server): KindProcedure {
  const shipped = shippedKindOf(component);
  const overrides = exceptionsOn(policy, server, [component]).map(
    (e) => own(e.set.kinds, component.kind) ?? {},
  );
  const procedure = Object.assign(
    {},
    shipped && procedureOf(shipped, component),
    own(policy.kinds, component.kind),
    ...overrides,
  ) as KindProcedure;
  return shipped === undefined ? procedure : withDefaults(procedure, shipped, component);
}

/** Whether and when a server reboots; the policy's last exception for the server, or for what runs on it, decides. */
export function rebootFor(
  policy: Policy,
  server: Server,
  components: readonly Component[],
): 'never' | 'if-needed' | 'always' {
  const set = exceptionsOn(policy, server, components).flatMap((e) => e.set.reboot ?? []);
  return set.at(-1) ?? policy.reboot ?? 'if-needed';
}

/** Exceptions that match a server or any of the components on it, in the policy's order. */
export function exceptionsOn(
  policy: Policy,
  server: Server,
  components: readonly Component[],
): readonly Exception[] {
  return (policy.exceptions ?? []).filter(({ match }) =>
    [undefined, ...components].some(
      (component) => matchesServer(match, server) && matchesComponent(match, component),
    ),
  );
}

type Match = Exception['match'];

function matchesServer(match: Match, server: Server): boolean {
  return isOneOf(match.server, server.id) && isOneOf(match.tag, ...(server.tags ?? []));
}

function matchesComponent(match: Match, component: Component | undefined): boolean {
  return (
    isOneOf(match.component, component?.id, component?.name) &&
    isOneOf(match.application, component?.application) &&
    isOneOf(match.cluster, component?.cluster)
  );
}

/** What an exception does not ask for, everything fulfils. */
function isOneOf(wanted: string | undefined, ...values: readonly (string | undefined)[]): boolean {
  return wanted === undefined || values.includes(wanted);
}
