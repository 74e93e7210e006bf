import type { DemoFleet } from './demo-fleet';
import type { DemoSystem } from './demo-system';

/** How to look further: into the system that stays up, or with another run. */
export function furtherLooks(
  { system, fleet }: DemoSystem<DemoFleet>,
  campaign: string,
  isKept: boolean,
): string {
  const commands = [
    `  npx patchtide campaign show ${campaign}`,
    `  npx patchtide incident list --all`,
    `  npx patchtide audit replay ${campaign}`,
    `  npx patchtide audit export ${campaign} --out evidence.json`,
    `  npx patchtide audit verify evidence.json`,
  ];
  if (!isKept) {
    return [
      'To look further, run it again with --keep; it then stays up and you can use the command line, such as',
      ...commands,
      'To use it with your own servers: npm start.',
    ].join('\n');
  }
  return [
    'The system stays up until Ctrl-C:',
    `  API   ${system.urlOf('console')}/v1`,
    `  logs  ${system.directory.logs}`,
    ...fleet.looks,
    'In another terminal:',
    `  export PATCHTIDE_URL=${system.urlOf('console')}`,
    `  export PATCHTIDE_TOKEN=${system.tokens.operator}`,
    ...commands,
  ].join('\n');
}
