import { defaultDataDirectory } from './data-directory';
import { DEFAULT_PORT, HOST_ACCESS, type Settings } from './settings';
import type { System } from './system';

/** What a person reads when the system is up: where it is, how to use it, and what is still missing. */
export function greeting(system: System, settings: Settings): string {
  const { directory } = system;
  const lines = [
    `Patchtide is running.`,
    ``,
    `  API         ${system.urlOf('console')}/v1`,
    `  incidents   ${system.urlOf('incident-projection')}/v1/incidents`,
    `  data        ${directory.root}`,
    `  logs        ${directory.logs}`,
    `  policies    ${directory.policies}`,
    `  tokens      ${directory.tokens} (one per role, readable by you only)`,
    ``,
    `Use the command line from this folder (it finds the tokens by itself):`,
    ``,
    ...commandLine(system, settings),
    ``,
    ...(settings.canReachHosts ? [] : missingAccess()),
    `Ctrl-C stops everything; the data stays.`,
  ];
  return lines.join('\n');
}

function missingAccess(): string[] {
  const width = Math.max(...HOST_ACCESS.map(([name]) => name.length));
  return [
    `No host can be patched yet: there is no SSH access. Set these and start again:`,
    ``,
    ...HOST_ACCESS.map(([name, meaning]) => `  ${name.padEnd(width)}  ${meaning}`),
    ``,
  ];
}

function commandLine(system: System, settings: Settings): string[] {
  const different = [
    settings.port === DEFAULT_PORT ? '' : `  export PATCHTIDE_URL=${system.urlOf('console')}`,
    settings.dataDir === defaultDataDirectory()
      ? ''
      : `  export PATCHTIDE_DATA_DIR=${quoted(settings.dataDir)}`,
  ];
  return [...different.filter((line) => line !== ''), `  npx patchtide campaign list`];
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", `'\\''`)}'`;
}
