import type {
  Component,
  Exception,
  KindPhases,
  KindProcedure,
  KindStep,
  Policy,
  Server,
} from '@patchtide/contracts';
import { own } from '../own';
import { ExceptionIndex } from './exception-index';
import { defaultsFor, filled, procedureOf, withDefaults } from './kinds/apply-kind';
import { shippedKindOf } from './kinds/index';
import { familyOf } from './match';

/** What one component is done by, with the parameters that its attributes must fit. */
export type Procedure = Omit<KindProcedure, 'os'>;

/**
 * The procedure for one component: that of the shipped kind, or plain systemd when it has a unit; the policy's kind and
 * then its exceptions replace whole phases, each with what it says for the server's operating system. Defaults of the
 * shipped kind and of parameters hold in all of them.
 */
export function procedureFor(policy: Policy, component: Component, server: Server): Procedure {
  const known = knownOf(policy).procedures;
  const byServer = known.get(component) ?? new Map<string, Procedure>();
  known.set(component, byServer);
  const procedure = byServer.get(server.id) ?? makeProcedure(policy, component, server);
  byServer.set(server.id, procedure);
  return procedure;
}

/** Steps from elsewhere in the policy, with the defaults that hold for the component's own procedure. */
export function stepsFor(
  policy: Policy,
  component: Component,
  server: Server,
  steps: readonly KindStep[],
): KindStep[] {
  const { parameters } = procedureFor(policy, component, server);
  const defaults = defaultsFor(shippedKindOf(component), parameters, component);
  return steps.map((step) => filled(step, defaults));
}

function makeProcedure(policy: Policy, component: Component, server: Server): Procedure {
  const shipped = shippedKindOf(component);
  const layers = [
    own(policy.kinds, component.kind),
    ...exceptionsOn(policy, server, [component]).map((e) => own(e.set.kinds, component.kind)),
  ];
  const { os: _, ...procedure } = Object.assign(
    {},
    shipped && procedureOf(shipped, component),
    ...layers.flatMap((layer) => (layer === undefined ? [] : [layer, ...phasesOn(server, layer)])),
    { parameters: Object.assign({}, ...layers.map((layer) => layer?.parameters)) as object },
  ) as KindProcedure;
  return withDefaults(procedure, defaultsFor(shipped, procedure.parameters, component));
}

/** What a kind says for the server's family, and then for its very operating system. */
export function phasesOn(server: Server, { os }: KindProcedure): KindPhases[] {
  return [...new Set([familyOf(server.os), server.os])].flatMap((name) => own(os, name) ?? []);
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
  return knownOf(policy).exceptions.on(server, components);
}

/** What has been worked out for a policy: a plan of 10,000 servers asks for each procedure again and again. */
interface Known {
  readonly exceptions: ExceptionIndex;
  readonly procedures: WeakMap<Component, Map<string, Procedure>>;
}

const knownByPolicy = new WeakMap<Policy, Known>();

function knownOf(policy: Policy): Known {
  const known = knownByPolicy.get(policy) ?? {
    exceptions: new ExceptionIndex(policy.exceptions ?? []),
    procedures: new WeakMap(),
  };
  knownByPolicy.set(policy, known);
  return known;
}
