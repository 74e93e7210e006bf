import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CpuProfile, type Share, type Span, whereTimeWent } from './cpu-profile';

const TOP_MODULES = 8;
const TOP_FUNCTIONS = 12;

/** Makes every Node process write a profile into the folder when it ends. */
export function profilingInto(folder: string): NodeJS.ProcessEnv {
  return { NODE_OPTIONS: `--require="${join(__dirname, 'profile-preload.js')}"`, PATCHTIDE_PROFILES: folder };
}

export interface Profiled {
  /** Names of the processes by process id. */
  readonly names: ReadonlyMap<number, string>;
  /** CPU seconds in the span, by name. */
  readonly cpuSeconds: Readonly<Record<string, number>>;
  readonly span: Span;
}

/** What the profiles in a folder say about a span, as text: a section for every service, the busiest first. */
export async function profileReport(folder: string, { names, cpuSeconds, span }: Profiled): Promise<string> {
  const sections = await Promise.all(
    (await readdir(folder)).map(async (file) => {
      const profile = JSON.parse(await readFile(join(folder, file), 'utf8')) as CpuProfile;
      const name = names.get(Number.parseInt(file, 10)) ?? file;
      return { name, seconds: cpuSeconds[name] ?? 0, ...whereTimeWent(profile, span) };
    }),
  );
  return sections
    .sort((a, b) => b.seconds - a.seconds)
    .map(({ name, seconds, modules, functions }) =>
      [
        `${name}: ${seconds.toFixed(2)} s of CPU`,
        ...top(modules, TOP_MODULES),
        ' by function:',
        ...top(functions, TOP_FUNCTIONS),
      ].join('\n'),
    )
    .join('\n\n');
}

function top(shares: readonly Share[], count: number): string[] {
  return shares
    .slice(0, count)
    .map(({ name, share }) => `${(share * 100).toFixed(1).padStart(6)} %  ${name}`);
}
