import { run, runOrThrow } from './command';

const TIMEOUT_MS = 60_000;
const UPDATE_TIMEOUT_MS = 300_000;
const SUITE = 'bookworm';
const FORMAT = '$(ORIGIN)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)';

/**
 * The `deb` lines of Debian 12, from the machine's own package sources, so that a mirror or a snapshot is respected. On
 * another release of Debian its mirror is asked for Debian 12. PATCHTIDE_REAL_FLEET_SOURCES (lines) goes before all.
 */
export async function debianSources(): Promise<string[]> {
  const chosen = process.env.PATCHTIDE_REAL_FLEET_SOURCES?.split('\n').map((line) => line.trim());
  if (chosen) return chosen.filter((line) => line !== '');
  const known = await knownTargets();
  if (known.length > 0) return known;
  // Images of containers come without package lists, and without those apt cannot tell whose archive an address is.
  await runOrThrow(['apt-get', '-q', 'update'], { timeoutMs: UPDATE_TIMEOUT_MS });
  const updated = await knownTargets();
  if (updated.length > 0) return updated;
  throw new Error(
    'none of the package sources of this machine is a Debian archive: ' +
      'set PATCHTIDE_REAL_FLEET_SOURCES to the `deb …` lines of a Debian 12 mirror',
  );
}

async function knownTargets(): Promise<string[]> {
  const argv = ['apt-get', 'indextargets', '--format', FORMAT, 'Created-By: Packages'];
  return debLines((await run(argv, { timeoutMs: TIMEOUT_MS })).stdout);
}

/** Debian's `main` archives among apt's index targets (one `origin|uri|release|component` per line) as `deb` lines. */
export function debLines(targets: string): string[] {
  const lines = targets.split('\n').flatMap((target) => {
    const [origin, uri, release = '', component] = target.split('|');
    // Backports, proposed updates and the like are not wanted. `trixie-updates` is `bookworm-updates` for us.
    const part = /^[a-z]+(|-updates|-security)$/.exec(release)?.[1];
    if (origin !== 'Debian' || component !== 'main' || part === undefined) return [];
    return [`deb ${uri} ${SUITE}${part} main`];
  });
  return [...new Set(lines)];
}

/** What apt goes through to reach its mirror, as environment: mmdebstrap does not read the machine's apt settings. */
export async function proxyEnvironment(): Promise<Record<string, string>> {
  const { stdout } = await run(['apt-config', 'dump', '--format', '%F "%v";%n'], { timeoutMs: TIMEOUT_MS });
  const settings = stdout.matchAll(/^Acquire::(https?)::Proxy "(\S+)";$/gim);
  return Object.fromEntries([...settings].map(([, scheme = '', value = '']) => [`${scheme}_proxy`, value]));
}
