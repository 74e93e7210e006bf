import type { Plan } from '@patchtide/contracts';
import { LOOKS } from './style';
import { element, text } from './svg';

const LETTER = 6.6;
const LINE = 20;

interface Entry {
  readonly sign: string;
  readonly words: string;
}

/** What the codes and signs mean, actions above signs; only the actions that the plan has. */
export function drawLegend({ jobs, freezes }: Plan, at: { readonly x: number; readonly y: number }): string {
  const present = new Set<string>(jobs.map(({ action }) => action));
  const actions = Object.entries(LOOKS).filter(([action]) => present.has(action));
  const signs: Entry[] = [
    {
      sign: element('rect', { class: 'band critical', x: 1, y: 1, width: 18, height: 10, rx: 2 }),
      words: 'critical path',
    },
    { sign: element('rect', { class: 'down', ...SIGN }), words: 'component down' },
    { sign: element('line', { class: 'downtime', x2: 20, y1: 6, y2: 6 }), words: 'application down' },
    { sign: element('polygon', { class: 'safe', points: '5,6 10,1 15,6 10,11' }), words: 'last safe moment' },
    { sign: element('rect', { class: 'idle', ...SIGN }), words: 'idle, not in scale' },
    ...(freezes.length === 0
      ? []
      : [{ sign: element('rect', { class: 'freeze', ...SIGN }), words: 'freeze' }]),
  ];
  const codes = actions.map(([action, { code, name }]): Entry => {
    const box = element('rect', { class: `a-${action}`, ...SIGN, rx: 2 });
    return { sign: box + text({ x: 10, y: 9.2 }, code, { class: 'code' }), words: name };
  });
  return line(codes, at) + line(signs, { x: at.x, y: at.y + LINE });
}

const SIGN = { width: 20, height: 12 };

function line(entries: readonly Entry[], at: { readonly x: number; readonly y: number }): string {
  let x = at.x;
  return entries
    .map(({ sign, words }) => {
      const drawn = element(
        'g',
        { transform: `translate(${x},${at.y})` },
        sign + text({ x: 25, y: 9.5 }, words),
      );
      x = Math.round(x + 25 + words.length * LETTER + 14);
      return drawn;
    })
    .join('');
}
