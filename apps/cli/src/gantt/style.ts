import type { Action } from '@patchtide/contracts';

/** How an action looks: a short code and a name for people who do not see colours, and a colour for each ground. */
export interface ActionLook {
  readonly code: string;
  readonly name: string;
  readonly onLight: string;
  readonly onDark: string;
}

export const LOOKS: Readonly<Record<Action, ActionLook>> = {
  CHECK: { code: 'CK', name: 'check', onLight: '#4a5f78', onDark: '#a9bdd6' },
  MUTE: { code: 'MU', name: 'mute', onLight: '#667382', onDark: '#aeb9c4' },
  HOLD: { code: 'HO', name: 'hold', onLight: '#7d6400', onDark: '#dcc35a' },
  STOP: { code: 'DN', name: 'stop (down)', onLight: '#c0354a', onDark: '#ff8b98' },
  PATCH: { code: 'PA', name: 'patch', onLight: '#2563c9', onDark: '#86b3ff' },
  REBOOT: { code: 'RB', name: 'reboot', onLight: '#7b46c2', onDark: '#c3a0ff' },
  VERIFY: { code: 'VE', name: 'verify', onLight: '#0f7c7c', onDark: '#5fd0d0' },
  START: { code: 'UP', name: 'start (up)', onLight: '#23804a', onDark: '#74d69b' },
  RELEASE: { code: 'RL', name: 'release', onLight: '#7d6400', onDark: '#dcc35a' },
  UNMUTE: { code: 'UM', name: 'unmute', onLight: '#667382', onDark: '#aeb9c4' },
  MANUAL: { code: 'HD', name: 'by hand', onLight: '#b0520a', onDark: '#ffb070' },
};

const GROUND = {
  light: {
    paper: '#ffffff',
    band: '#f3f5f7',
    ink: '#1b232c',
    dim: '#5a6673',
    line: '#d5dbe1',
    down: '#c0354a',
  },
  dark: {
    paper: '#12171d',
    band: '#1a2129',
    ink: '#e6ebf0',
    dim: '#9aa7b4',
    line: '#333e49',
    down: '#ff8b98',
  },
} as const;

const RULES = [
  'text{font-family:system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-size:11px;fill:var(--ink)}',
  '.paper{fill:var(--paper)}.band{fill:var(--band)}.dim{fill:var(--dim)}',
  '.title{font-size:16px;font-weight:600}.strong{font-weight:600}.small{font-size:9px}',
  '.code{font-size:9px;font-weight:600;fill:var(--paper);text-anchor:middle;pointer-events:none}',
  '.grid{stroke:var(--line);stroke-width:1}.edge{stroke:var(--ink);stroke-width:1.5}',
  '.mark{stroke:var(--dim);stroke-width:1;stroke-dasharray:2 3}.at{stroke:var(--down);stroke-width:1.5}',
  '.down{fill:var(--down);opacity:.13}.downtime{stroke:var(--down);stroke-width:2}',
  '.safe{fill:var(--paper);stroke:var(--down);stroke-width:1.5}',
  '.idle{fill:url(#idle)}.freeze{fill:url(#freeze)}.hatch{stroke:var(--line);stroke-width:1.5}.ice{stroke:var(--dim);stroke-width:2}',
  '.critical{stroke:var(--ink);stroke-width:2}.path{stroke:var(--ink);stroke-width:1.2;opacity:.75}',
];

/** The picture's style sheet: nothing from outside, and dark where the reader's system is. */
export function styleSheet(): string {
  const fills = Object.keys(LOOKS).map((action) => `.a-${action}{fill:var(--${action})}`);
  return [
    `:root{${variables('light')}}`,
    `@media (prefers-color-scheme:dark){:root{${variables('dark')}}}`,
    ...RULES,
    fills.join(''),
  ].join('\n');
}

function variables(ground: 'light' | 'dark'): string {
  const colours = Object.entries(LOOKS).map(
    ([action, { onLight, onDark }]) => [action, ground === 'light' ? onLight : onDark] as const,
  );
  return [...Object.entries(GROUND[ground]), ...colours]
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');
}
