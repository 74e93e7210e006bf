import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** What is left on this machine of a fleet: processes, mounts, folders and control groups, as readable lines. */
export function tracesOf(fleet: { folder: string; block: number }): string[] {
  return [
    ...processesWith(fleet.folder),
    ...readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .filter((mount) => mount.includes(fleet.folder)),
    ...[fleet.folder, ...controlGroups(fleet.block)].filter((path) => existsSync(path)),
  ];
}

function controlGroups(block: number): string[] {
  return ['', '/systemd', '/unified'].map(
    (hierarchy) => `/sys/fs/cgroup${hierarchy}/patchtide-real-fleet/${block}`,
  );
}

/** Processes whose command line names the folder, or that have their root in it. */
function processesWith(folder: string): string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((pid) => `process ${pid}: ${textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')}`)
    .filter((line) => line.includes(folder));
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // It ended meanwhile.
    return '';
  }
}
