import type { Component, Exception, KindProcedure, Policy, Server } from '@patchtide/contracts';

const UNIT_PROCEDURE: KindProcedure = {
  stop: { unit: 'stop' },
  verifyStopped: { unit: 'inactive' },
  start: { unit: 'start' },
  verifyStarted: { unit: 'active' },
};

/** The procedure for one component: the kind's own, else plain systemd when it has a unit; exceptions override parts. */
export function procedureFor(policy: Policy, component: Component, server: Server): KindProcedure {
  const fallback = component.unit === undefined ? {} : UNIT_PROCEDURE;
  const overrides = exceptionsFor(policy, server, component).map((e) => e.set.kinds?.[component.kind] ?? {});
  return Object.assign({}, fallback, policy.kinds?.[component.kind], ...overrides) as KindProcedure;
}

/** Whether and when a server reboots, exceptions included. */
export function rebootFor(policy: Policy, server: Server): 'never' | 'if-needed' | 'always' {
  const set = exceptionsFor(policy, server).flatMap((e) => e.set.reboot ?? []);
  return set.at(-1) ?? policy.reboot ?? 'if-needed';
}

/** Exceptions that match a server, or a component on it. */
export function exceptionsFor(policy: Policy, server: Server, component?: Component): readonly Exception[] {
  return (policy.exceptions ?? []).filter(({ match }) => {
    const ofServer =
      (match.server === undefined || match.server === server.id) &&
      (match.tag === undefined || (server.tags ?? []).includes(match.tag));
    const ofComponent =
      (match.component === undefined ||
        match.component === component?.id ||
        match.component === component?.name) &&
      (match.application === undefined || match.application === component?.application) &&
      (match.cluster === undefined || match.cluster === component?.cluster);
    return ofServer && ofComponent;
  });
}
