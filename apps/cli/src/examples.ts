import type { Command } from 'commander';

/** Command lines to copy, by verb. */
export const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  'landscape import': [
    'landscape import landscape.csv --offline',
    'landscape import cmdb-export.csv --mapping cmdb-mapping.yaml',
  ],
  'landscape validate': [
    'landscape validate landscape.yaml',
    'landscape validate landscape.yaml --policy policy.yaml',
  ],
  'plan build': [
    'plan build --landscape landscape.yaml --policy policy.yaml --change change.yaml',
    'plan build --landscape landscape.yaml --policy policy.yaml --change change.yaml --json > plan.json',
    'plan build --landscape landscape.yaml --policy policy.yaml --change change.yaml --gantt plan.svg',
    'plan build --landscape landscape.yaml --policy policy.yaml --change change.yaml --history durations.json',
  ],
  'plan diff': ['plan diff approved.json plan.json', 'plan diff approved.json plan.json --exit-code'],
  'plan explain': [
    'plan explain STOP_DB_crm-db-01 --plan plan.json',
    'plan explain STOP_DB_crm-db-01 --landscape landscape.yaml --policy policy.yaml --change change.yaml',
  ],
  'plan what-if': [
    'plan what-if --landscape landscape.yaml --policy policy.yaml --change change.yaml --limits campaign=80 tier.db=2',
    'plan what-if --landscape landscape.yaml --policy policy.yaml --change change.yaml --without crm',
    'plan what-if --landscape landscape.yaml --policy policy.yaml --change change.yaml --window-end 2026-11-30T03:00:00+01:00',
  ],
  'policy validate': [
    'policy validate policy.yaml',
    'policy validate policy.yaml --landscape landscape.yaml',
  ],
  'policy explain': ['policy explain crm-db-01 --policy policy.yaml --landscape landscape.yaml'],
  'change submit': ['change submit change.yaml'],
  'campaign list': ['campaign list'],
  'campaign show': ['campaign show CHG0031337'],
  'campaign plan': ['campaign plan CHG0031337'],
  'campaign watch': ['campaign watch CHG0031337'],
  'campaign approve': ['campaign approve CHG0031337 --reason "read with team-crm"'],
  'campaign start': ['campaign start CHG0031337'],
  'campaign pause': ['campaign pause CHG0031337 --reason "storage is slow"'],
  'campaign resume': ['campaign resume CHG0031337 --reason "storage is well again"'],
  'campaign abort': ['campaign abort CHG0031337 --reason "major incident elsewhere"'],
  'job list': ['job list CHG0031337 --status failed', 'job list CHG0031337 --server srv-0003'],
  'job show': ['job show CHG0031337 STOP_DB_crm-db-01'],
  'job retry': ['job retry CHG0031337 STOP_DB_crm-db-01 --reason "killed the hanging backup"'],
  'job skip': ['job skip CHG0031337 PATCH_OS_crm-web-01 --reason "patched last week"'],
  'job complete': ['job complete CHG0031337 STOP_DB_crm-db-01 --reason "stopped by hand"'],
  'job take-over': ['job take-over CHG0031337 STOP_DB_crm-db-01 --reason "I stop it by hand"'],
  'job hand-back': ['job hand-back CHG0031337 STOP_DB_crm-db-01 --reason "it can be stopped now"'],
  'incident list': ['incident list', 'incident list --all --campaign CHG0031337'],
  'incident show': ['incident show CHG0031337~stop-crm-db'],
  'incident ack': ['incident ack CHG0031337~stop-crm-db --note "looking at it"'],
  'incident resolve': ['incident resolve dead-4711 --note "told the sender"'],
  'condition list': ['condition list CHG0031337'],
  'condition publish': [
    'condition publish CHG0031337 month-end-closed --reason "accounting called"',
    'condition publish CHG0031337 month-end-closed --reason "accounting called" --until 2026-11-30T02:00:00+01:00',
  ],
  'condition withdraw': ['condition withdraw CHG0031337 month-end-closed --reason "one posting is missing"'],
  'obligation list': ['obligation list CHG0031337'],
  'audit export': ['audit export CHG0031337 --out CHG0031337.json'],
  'audit verify': ['audit verify CHG0031337.json'],
  'audit replay': ['audit replay CHG0031337', 'audit replay CHG0031337 --at 2026-11-29T23:15:00+01:00'],
  'report compliance': [
    'report compliance CHG0031337',
    'report compliance CHG0031337 --output CHG0031337.pdf',
    'report compliance CHG0031337 --output CHG0031337.html',
    'report compliance CHG0031337 --format csv > CHG0031337.csv',
  ],
};

/** Puts the examples into the help of every verb, and the first of each into that of its noun. */
export function addExamples(program: Command): void {
  for (const noun of program.commands) {
    const ofVerbs = noun.commands.map((verb) => EXAMPLES[`${noun.name()} ${verb.name()}`] ?? []);
    noun.commands.forEach((verb, i) => show(verb, ofVerbs[i] ?? []));
    show(
      noun,
      ofVerbs.flatMap((lines) => lines.slice(0, 1)),
    );
  }
}

function show(command: Command, lines: readonly string[]): void {
  if (lines.length === 0) return;
  const title = lines.length === 1 ? 'Example:' : 'Examples:';
  command.addHelpText('after', ['', title, ...lines.map((line) => `  patchtide ${line}`)].join('\n'));
}
