/** `fault`: the night would fail of it. `warning`: it would not, but somebody should know before. */
export type FindingLevel = 'fault' | 'warning';

export interface FindingKind {
  readonly level: FindingLevel;
  /** What a list of findings is headed with. */
  readonly title: string;
  /** What it means for the night. */
  readonly means: string;
  readonly remedy: string;
}

const faults = {
  unreachable: {
    title: 'not reachable',
    means: 'Nothing answers at its address, so every job on it would end as unreachable.',
    remedy: 'Start the host, open the way to its SSH port, or correct address and port in the CMDB.',
  },
  'unknown-name': {
    title: 'unknown host name',
    means: 'Its address is a name that cannot be resolved from here.',
    remedy:
      'Correct the address in the CMDB, or add the name to the DNS that this machine and the agents ask.',
  },
  'bad-address': {
    title: 'unusable address',
    means: 'Its address is neither an IP address nor a host name.',
    remedy: 'Correct the address in the CMDB.',
  },
  'host-key-unknown': {
    title: 'no host key pinned',
    means: 'Nobody has vouched for its host key, and hosts that are not known are refused.',
    remedy: 'Look at its key with ssh-keyscan, compare it with the host itself, then add it to known_hosts.',
  },
  'host-key-changed': {
    title: 'another host key',
    means: 'It does not present the pinned host key: it was installed anew, or it is another machine.',
    remedy: 'Find out why the key changed; only then replace it in known_hosts.',
  },
  'login-refused': {
    title: 'login refused',
    means: 'The host does not let this user in with this key.',
    remedy: "Add the public key to the user's authorized_keys there, and allow the user in sshd_config.",
  },
  'no-shell': {
    title: 'no shell',
    means: 'The login works, but sh cannot be run there.',
    remedy: 'Give the user /bin/sh as its login shell, without a forced command.',
  },
  'sudo-refused': {
    title: 'sudo refused',
    means: 'Steps run as "sudo -n", and sudo wants a password, a terminal, or does not allow it.',
    remedy:
      'Install sudo and allow it in /etc/sudoers.d, for a user patch: "patch ALL=(root) NOPASSWD: ALL".',
  },
  'not-root': {
    title: 'not root',
    means: 'Steps would run as a user who may neither change packages nor stop services.',
    remedy: 'Log in as root, or set AGENT_SUDO=on and allow the user sudo without a password.',
  },
  'tool-missing': {
    title: 'tools missing',
    means: 'The step runner needs this program and would refuse to start anything.',
    remedy: 'Install util-linux (flock, setsid), coreutils, diffutils (cmp), grep, sed and awk.',
  },
  'boot-id-unreadable': {
    title: 'boot id unreadable',
    means: 'Without a boot id nobody could tell whether the host has rebooted.',
    remedy: 'Mount /proc, and let the user read /proc/sys/kernel/random/boot_id.',
  },
  'boot-id-shared': {
    title: 'same machine twice',
    means:
      'Servers of the landscape have one boot id: one machine under two names, or containers whose reboot cannot be seen.',
    remedy: 'Leave one of them in the landscape, and correct the address of the others.',
  },
  'no-systemd': {
    title: 'no systemd',
    means: 'Services are stopped and started, and the host rebooted, by systemd.',
    remedy: 'Exclude the server by an exception in the policy, or give its kinds and its reboot to a person.',
  },
  'system-not-running': {
    title: 'system not running',
    means: 'The host is still starting, going down, or in maintenance.',
    remedy: 'See "systemctl list-jobs" and "systemctl --failed" there; wait for it, or bring it up.',
  },
  'journal-unwritable': {
    title: 'journal not writable',
    means: 'The step journal cannot be made or written, and without it nothing is started.',
    remedy: 'Free some space, mount the disk writable, or set AGENT_ROOT to another directory.',
  },
  'disk-full': {
    title: 'no space',
    means: 'There is less room than packages need to be downloaded and unpacked beside the old ones.',
    remedy:
      'Remove old kernels, logs or downloads ("apt-get clean", "journalctl --vacuum-size"), or enlarge the disk.',
  },
  'no-inodes': {
    title: 'no room for more files',
    means: 'The file system has room but no inodes left: packages cannot be unpacked.',
    remedy: 'Find the directories with very many small files ("du --inodes -x /") and clean them up.',
  },
  'read-only': {
    title: 'mounted read-only',
    means: 'No package can be unpacked. Often the kernel did it after an error of the disk.',
    remedy: 'See "dmesg" for disk errors, repair the file system, then mount it writable.',
  },
  'no-package-manager': {
    title: 'package manager missing',
    means: "The method that the policy has for this server's operating system is not there.",
    remedy: "Correct the server's os in the CMDB or /patch of the policy, or install the package manager.",
  },
  'lock-stuck': {
    title: 'package manager in use',
    means: 'Somebody works with the package manager for longer than an update waits, maybe at a question.',
    remedy:
      'See what the named process is doing, finish or end it, then run "dpkg --configure -a" where it was apt.',
  },
  'half-configured': {
    title: 'packages not whole',
    means:
      'An earlier change was interrupted or a script of a package failed; the night would begin with a repair.',
    remedy:
      'Run "dpkg --configure -a" and "apt-get -f install", or "dnf check" or "zypper verify", and read why.',
  },
  'unit-missing': {
    title: 'units missing',
    means: 'A step stops or starts a unit that this host does not have.',
    remedy: "Correct the component's unit or its server in the CMDB.",
  },
  'unit-masked': {
    title: 'units masked',
    means: 'The unit can be stopped but not started again.',
    remedy: 'Run "systemctl unmask" for it, or take the component out of the landscape.',
  },
  'unit-broken': {
    title: 'units broken',
    means: 'systemd cannot load the unit, so it cannot be started again.',
    remedy: 'Run "systemd-analyze verify" for the unit and correct its file.',
  },
  'program-missing': {
    title: 'programs missing',
    means: 'A step of the policy runs a program that this host does not have.',
    remedy: 'Install it, or correct the command in /kinds of the policy.',
  },
  'clock-off': {
    title: 'clock wrong',
    means:
      'By more than 5 minutes: package lists look expired or not valid yet, certificates and Kerberos fail.',
    remedy: 'Start chrony or systemd-timesyncd there and let it reach a time server.',
  },
  'cannot-tell': {
    title: 'cannot be told',
    means: 'A question got no usable answer. What is not known counts as a fault.',
    remedy: 'Try the named program on the host by hand, put right what it hangs on, then ask again.',
  },
} as const;

const warnings = {
  'system-degraded': {
    title: 'failed units',
    means: 'Something has failed before we came; after the update nobody could tell what caused it.',
    remedy: 'Put the named units right, or "systemctl reset-failed" them.',
  },
  'disk-low': {
    title: 'little space',
    means: 'Enough for a usual update, not for a big one.',
    remedy: 'Free some space before the night.',
  },
  'lock-held': {
    title: 'package manager in use now',
    means: 'An update would wait for it. That is harmless, unless it happens in the night as well.',
    remedy: 'Wait for the named process and ask again.',
  },
  'unattended-upgrades': {
    title: 'updates by themselves',
    means:
      'A timer installs updates: it may hold the lock when the campaign comes, or patch outside of the plan.',
    remedy: 'Disable the timer ("systemctl disable --now"), or move it well away from the window.',
  },
  'unit-inactive': {
    title: 'units not active',
    means:
      'A component is down before we came; its start at the end of the night may fail for an old reason.',
    remedy: 'Start it, or take the component out of the landscape.',
  },
  'reboot-pending': {
    title: 'reboot pending',
    means: 'An earlier update waits for a reboot: the night reboots into that one as well.',
    remedy: 'Reboot it in time before the night, so that the two do not mix.',
  },
  'clock-drift': {
    title: 'clock drifting',
    means: "By more than 5 seconds: the host's logs and the campaign's events do not line up.",
    remedy: 'Start chrony or systemd-timesyncd there and let it reach a time server.',
  },
} as const;

export type FindingCode = keyof typeof faults | keyof typeof warnings;

/** Everything the doctor can find, faults first. docs/doctor.md is held against it. */
export const FINDINGS: Readonly<Record<FindingCode, FindingKind>> = {
  ...ofLevel('fault', faults),
  ...ofLevel('warning', warnings),
};

/** What is wrong with one server, in one sentence that names the thing. */
export interface Finding {
  readonly code: FindingCode;
  readonly sentence: string;
}

export function isFindingCode(text: string): text is FindingCode {
  return Object.hasOwn(FINDINGS, text);
}

function ofLevel<K extends string>(
  level: FindingLevel,
  kinds: Readonly<Record<K, Omit<FindingKind, 'level'>>>,
): Record<K, FindingKind> {
  const entries = Object.entries<Omit<FindingKind, 'level'>>(kinds).map(([code, kind]) => [
    code,
    { level, ...kind },
  ]);
  return Object.fromEntries(entries) as Record<K, FindingKind>;
}
