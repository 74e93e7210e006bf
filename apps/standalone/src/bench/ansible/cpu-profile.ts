/** What `node --cpu-prof` writes, as far as we read it. Times are microseconds on the clock of `process.hrtime`. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly startTime: number;
  /** The node that was on top at each sample, and the time before that sample. */
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
}

export interface Span {
  readonly fromUs: number;
  readonly toUs: number;
}

/** Share of a process's busy time, 0 to 1, in which something was on top of the stack. */
export interface Share {
  readonly name: string;
  readonly share: number;
}

const WAITING = new Set(['(idle)', '(root)']);

/**
 * Where a process spent its busy time in a span: by module and by function, the most first. Shares, because samples are
 * taken by the clock: on a machine with more work than processors they add up to more than the CPU time.
 */
export function whereTimeWent(profile: CpuProfile, span: Span): { modules: Share[]; functions: Share[] } {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  const modules = new Map<string, number>();
  const functions = new Map<string, number>();
  let atUs = profile.startTime;
  for (const [index, id] of profile.samples.entries()) {
    const us = profile.timeDeltas[index] ?? 0;
    atUs += us;
    const frame = nodes.get(id);
    if (!frame || atUs < span.fromUs || atUs > span.toUs || WAITING.has(frame.functionName)) continue;
    const module = moduleOf(frame);
    add(modules, module, us);
    add(functions, `${frame.functionName || '(anonymous)'} ${placeOf(frame, module)}`, us);
  }
  return { modules: mostFirst(modules), functions: mostFirst(functions) };
}

/** `@patchtide/messaging` and `pg` for packages, `node:net` for Node's own, `(garbage collector)` and the like for V8's. */
function moduleOf({ url, functionName }: ProfileNode['callFrame']): string {
  if (url === '') return functionName.startsWith('(') ? functionName : '(native)';
  if (url.startsWith('node:')) return url.split('/')[0] ?? url;
  const ofPackage = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url);
  if (ofPackage) return ofPackage[1] ?? url;
  const ofProject = /\/(?:libs|apps)\/([^/]+)\//.exec(url);
  return ofProject ? `@patchtide/${ofProject[1]}` : url;
}

function placeOf({ url, lineNumber }: ProfileNode['callFrame'], module: string): string {
  const file = url.split('/').at(-1) ?? '';
  return file === '' ? module : `${module} ${file}:${lineNumber + 1}`;
}

function add(sums: Map<string, number>, name: string, us: number): void {
  sums.set(name, (sums.get(name) ?? 0) + us);
}

function mostFirst(sums: ReadonlyMap<string, number>): Share[] {
  const total = [...sums.values()].reduce((sum, us) => sum + us, 0);
  return [...sums].map(([name, us]) => ({ name, share: us / total })).sort((a, b) => b.share - a.share);
}
