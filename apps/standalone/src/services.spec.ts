import { environmentOf, type ServiceContext, SERVICES, type ServiceName } from './services';

const context: ServiceContext = {
  databaseUrl: 'postgresql://secret@db/patchtide',
  natsUrl: 'nats://token@bus',
  policyDir: '/policies',
  tokens: 'operator:x',
  logLevel: 'info',
  urlOf: (service) => `http://${service}`,
  given: { PATH: '/bin', DATABASE_URL: 'postgresql://given', AGENT_SSH_KEY: '/key', AGENT_SUDO: 'on' },
};

const environment = (name: ServiceName, given = context.given): NodeJS.ProcessEnv => {
  const spec = SERVICES.find((service) => service.name === name);
  return spec ? environmentOf(spec, { ...context, given }) : {};
};

describe('the environment of a service', () => {
  it('does not tell the execution agent where the database is', () => {
    expect(Object.values(environment('execution-agent')).join(' ')).not.toContain('postgresql:');
    expect(environment('campaign-control').DATABASE_URL).toBe(context.databaseUrl);
  });

  it('reaches every service with the bus, the tokens and what the person has set', () => {
    for (const { name } of SERVICES) {
      expect(environment(name)).toMatchObject({
        NATS_URL: context.natsUrl,
        PATCHTIDE_TOKENS: context.tokens,
        LOG_LEVEL: 'info',
        PATH: '/bin',
        AGENT_SSH_KEY: '/key',
      });
    }
    expect(environment('console', { ...context.given, LOG_LEVEL: 'debug' }).LOG_LEVEL).toBe('debug');
  });

  it("gives suppression the agent's access to hosts unless it has its own", () => {
    expect(environment('monitoring-suppression')).toMatchObject({
      SUPPRESSION_SSH_KEY: '/key',
      SUPPRESSION_SSH_SUDO: 'on',
    });
    const own = { ...context.given, SUPPRESSION_SSH_KEY: '/own' };
    expect(environment('monitoring-suppression', own).SUPPRESSION_SSH_KEY).toBe('/own');
  });

  it('tells the console where the incidents are and the planner where the policies are', () => {
    expect(environment('console').INCIDENTS_URL).toBe('http://incident-projection');
    expect(environment('plan-generator').POLICY_DIR).toBe('/policies');
  });
});
