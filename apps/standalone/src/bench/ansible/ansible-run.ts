import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureDebianPackage } from '@patchtide/embedded';
import { TASKS } from './estate';
import type { BenchHosts } from './hosts';
import { runMetered } from './metered-program';
import { type ReaperFigures, underReaper } from './reaper';
import type { Figures } from './table';

export interface AnsibleOptions {
  /** How each task is done: by Python on the host, or as a plain command. */
  readonly module: 'command' | 'raw';
  /** Ansible's forks. */
  readonly parallel: number;
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** Ansible with everything that makes it fast: forks, pipelining, kept connections, no facts, minimal output. */
export async function runAnsible(hosts: BenchHosts, options: AnsibleOptions): Promise<Figures> {
  const { module, folder, signal } = options;
  const ansible = await ensureDebianPackage('ansible-playbook', 'ansible-core');
  const at = (name: string): string => join(folder, name);
  await mkdir(at('cp'), { recursive: true });
  await writeFile(at('ansible.cfg'), configOf(hosts, options));
  await writeFile(at('inventory'), hosts.addresses.map((address) => `${address}\n`).join(''));
  await writeFile(at('playbook.yml'), playbookOf(module));
  const playbook = [ansible, '-i', at('inventory'), at('playbook.yml')];
  const program = await underReaper(at('ansible.json'), playbook);
  const own = { ANSIBLE_CONFIG: at('ansible.cfg'), ANSIBLE_HOME: at('ansible'), LC_ALL: 'C.UTF-8' };
  const { output, peakMb } = await runMetered(program, { env: { ...process.env, ...own }, signal });
  const { seconds, cpuSeconds } = JSON.parse(await readFile(at('ansible.json'), 'utf8')) as ReaperFigures;
  const tasks = output.match(/^127\.\S+ \| CHANGED /gm)?.length ?? 0;
  return { tasks, seconds, controlCpu: { ansible: cpuSeconds }, peakMb };
}

function configOf(
  { port, user, privateKey, knownHosts }: BenchHosts,
  { parallel, folder }: AnsibleOptions,
): string {
  const persist = '-o ControlMaster=auto -o ControlPersist=60s';
  return `[defaults]
forks = ${parallel}
gathering = explicit
stdout_callback = minimal
interpreter_python = /usr/bin/python3
remote_user = ${user}
remote_port = ${port}
private_key_file = ${privateKey}
local_tmp = ${join(folder, 'ansible', 'tmp')}
host_key_checking = True
[ssh_connection]
pipelining = True
ssh_args = -F none ${persist} -o UserKnownHostsFile=${knownHosts}
control_path_dir = ${join(folder, 'cp')}
`;
}

function playbookOf(module: 'command' | 'raw'): string {
  const tasks = Array.from({ length: TASKS }, () => `    - ${module}: "true"\n`);
  return `- hosts: all\n  gather_facts: false\n  tasks:\n${tasks.join('')}`;
}
