/** What a service's environment is made from. */
export interface ServiceContext {
  readonly databaseUrl: string;
  readonly natsUrl: string;
  readonly policyDir: string;
  /** Value of PATCHTIDE_TOKENS. */
  readonly tokens: string;
  readonly logLevel: string;
  readonly urlOf: (service: ServiceName) => string;
  /** What the person who starts the system has set. */
  readonly given: NodeJS.ProcessEnv;
}

export type ServiceName =
  | 'campaign-control'
  | 'cmdb-import'
  | 'plan-generator'
  | 'execution-agent'
  | 'monitoring-suppression'
  | 'incident-projection'
  | 'console';

/** One service: which of the two servers it talks to, and what it needs besides. */
export interface ServiceSpec {
  readonly name: ServiceName;
  /** The agent stands where no database is; it must not even know its address. */
  readonly database: boolean;
  readonly settings: (context: ServiceContext) => NodeJS.ProcessEnv;
}

const none = (): NodeJS.ProcessEnv => ({});

/** Every service of the system in the order of starting. */
export const SERVICES: readonly ServiceSpec[] = [
  { name: 'campaign-control', database: true, settings: none },
  { name: 'cmdb-import', database: true, settings: none },
  { name: 'plan-generator', database: true, settings: ({ policyDir }) => ({ POLICY_DIR: policyDir }) },
  { name: 'execution-agent', database: false, settings: none },
  { name: 'monitoring-suppression', database: true, settings: ({ given }) => suppressionSsh(given) },
  { name: 'incident-projection', database: true, settings: none },
  {
    name: 'console',
    database: true,
    settings: ({ urlOf }) => ({ INCIDENTS_URL: urlOf('incident-projection') }),
  },
];

// Holds are set on the same hosts that are patched, so the agent's access is the default for them too.
const SUPPRESSION_ACCESS = [
  ['SUPPRESSION_SSH_USER', 'AGENT_SSH_USER'],
  ['SUPPRESSION_SSH_KEY', 'AGENT_SSH_KEY'],
  ['SUPPRESSION_SSH_KNOWN_HOSTS', 'AGENT_KNOWN_HOSTS'],
  ['SUPPRESSION_SSH_SUDO', 'AGENT_SUDO'],
] as const;

function suppressionSsh(given: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(SUPPRESSION_ACCESS.map(([own, agents]) => [own, given[own] ?? given[agents]]));
}

/** The whole environment of one service: what was given, without what is not its business, and its own settings. */
export function environmentOf(service: ServiceSpec, context: ServiceContext): NodeJS.ProcessEnv {
  const { DATABASE_URL: _notForEverybody, ...given } = context.given;
  return {
    LOG_LEVEL: context.logLevel,
    ...given,
    ...(service.database ? { DATABASE_URL: context.databaseUrl } : {}),
    NATS_URL: context.natsUrl,
    PATCHTIDE_TOKENS: context.tokens,
    ...service.settings(context),
  };
}
