import type { Forecast } from '@patchtide/contracts';
import type { WhatIfAnswer } from '@patchtide/domain';
import type { Look } from '../output';
import { localTimes } from '../terminal/local-times';
import { table } from '../terminal/table';
import { dayAndTime, duration } from '../terminal/time';

/** What was planned beside what was tried, and the difference in words. */
export function whatIfView(
  { planned, tried, difference }: WhatIfAnswer,
  timezone: string,
  look: Look,
): string {
  const rows = [
    ['ends', ...both(planned, tried, ({ end }) => dayAndTime(end, timezone))],
    ['takes', ...both(planned, tried, ({ durationMs }) => duration(durationMs))],
    ['fits', ...both(planned, tried, ({ fits }) => (fits ? 'yes' : 'NO'))],
    ['to spare', ...both(planned, tried, ({ slackMs }) => `${slackMs < 0 ? '-' : ''}${duration(slackMs)}`)],
    [
      'nights inside',
      ...both(planned, tried, ({ spread }) => `${Math.floor(spread.inWindow * 1000) / 10} %`),
    ],
    ['90 % end by', ...both(planned, tried, ({ spread }) => dayAndTime(spread.p90End, timezone))],
    ['at least', ...both(planned, tried, ({ lowerBoundMs }) => duration(lowerBoundMs))],
  ];
  const words = difference.map((one) => `  - ${localTimes(one, timezone)}`);
  return [table(['', 'as planned', 'what if'], rows, look), '', 'So:', ...words].join('\n');
}

function both(planned: Forecast, tried: Forecast, words: (forecast: Forecast) => string): string[] {
  return [words(planned), words(tried)];
}
