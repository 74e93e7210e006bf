import type { KindStep } from '@patchtide/contracts';

/** `probe`: is it up right now? It changes nothing, so it may be asked at any time. */
export const PHASES = ['stop', 'verifyStopped', 'start', 'verifyStarted', 'patch', 'probe'] as const;
export type Phase = (typeof PHASES)[number];

/** What a component may or must say about itself in the CMDB. Without a default and not optional, it must be given. */
export interface KindAttribute {
  readonly name: string;
  readonly type: 'text' | 'number';
  readonly oneOf?: readonly string[];
  readonly maximum?: number;
  /** A value, or `{name}` for that of another attribute. */
  readonly default?: string | number;
  readonly optional?: true;
  /** One sentence, as it stands in the documentation. */
  readonly means: string;
}

/** A step that is left out where the component lacks the attribute `when`. */
export type ShippedStep = KindStep & { readonly when?: string };

/** How Patchtide handles an application that it knows: data, which the policy may replace phase by phase. */
export interface ShippedKind {
  readonly title: string;
  /** The systemd unit: its usual name, or whether the component has to name it. */
  readonly unit: { readonly default: string } | 'required' | 'none';
  readonly attributes: readonly KindAttribute[];
  readonly phases: Readonly<Partial<Record<Phase, readonly ShippedStep[]>>>;
}
