import { toInstant, toMs } from '../instant';
import { closedTimes } from './closed-times';

const calendar = (...lines: readonly string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', ...lines, 'END:VCALENDAR'].join('\r\n');
const event = (...lines: readonly string[]): string =>
  ['BEGIN:VEVENT', `UID:${lines.join().length}`, 'DTSTAMP:20260101T000000Z', ...lines, 'END:VEVENT'].join(
    '\r\n',
  );

function expand(text: string, from: string, to: string, given: string | null = null) {
  return closedTimes(text, { startMs: toMs(from), endMs: toMs(to) }, { given, otherwise: 'Europe/Berlin' });
}

/** `start/end title` of every closed time, without milliseconds. */
function timesOf(text: string, from: string, to: string, zone: string | null = null): string[] {
  const result = expand(text, from, to, zone);
  if (!result.ok) throw new Error(result.faults.map(({ message }) => message).join());
  const short = (ms: number) => toInstant(ms).replace(':00.000Z', 'Z');
  return result.times.map(({ startMs, endMs, title }) => `${short(startMs)}/${short(endMs)} ${title}`);
}

function faultsOf(text: string): string[] {
  const result = expand(text, '2026-11-29T00:00:00Z', '2026-12-29T00:00:00Z');
  return result.ok ? [] : result.faults.map(({ message }) => message);
}

describe('closed times of a calendar', () => {
  it('are whole days by the clocks of the zone, the last one not included', () => {
    const days = calendar(
      event('SUMMARY:Year end', 'DTSTART;VALUE=DATE:20261220', 'DTEND;VALUE=DATE:20270103'),
    );
    expect(timesOf(days, '2026-12-28T00:00:00Z', '2026-12-29T00:00:00Z')).toEqual([
      '2026-12-19T23:00Z/2027-01-02T23:00Z Year end',
    ]);
    expect(timesOf(days, '2026-12-28T00:00:00Z', '2026-12-29T00:00:00Z', 'America/New_York')).toEqual([
      '2026-12-20T05:00Z/2027-01-03T05:00Z Year end',
    ]);
    expect(timesOf(days, '2027-01-02T23:00:00Z', '2027-02-01T00:00:00Z')).toEqual([]);
  });

  it('last 23 and 25 hours on the days on which the clocks change', () => {
    const day = (date: string) => calendar(event('SUMMARY:Day', `DTSTART;VALUE=DATE:${date}`));
    expect(timesOf(day('20260329'), '2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z')).toEqual([
      '2026-03-28T23:00Z/2026-03-29T22:00Z Day',
    ]);
    expect(timesOf(day('20261025'), '2026-10-01T00:00:00Z', '2026-11-01T00:00:00Z')).toEqual([
      '2026-10-24T22:00Z/2026-10-25T23:00Z Day',
    ]);
  });

  it('come back by rule at the same hour by the clocks, except on the dates left out', () => {
    const friday = calendar(
      event(
        'SUMMARY:Market close',
        'DTSTART;TZID=Europe/Berlin:20260102T170000',
        'DTEND;TZID=Europe/Berlin:20260102T200000',
        'RRULE:FREQ=WEEKLY;BYDAY=FR',
        'EXDATE;TZID=Europe/Berlin:20261030T170000',
      ),
    );
    expect(timesOf(friday, '2026-10-19T00:00:00Z', '2026-11-10T00:00:00Z')).toEqual([
      '2026-10-23T15:00Z/2026-10-23T18:00Z Market close',
      '2026-11-06T16:00Z/2026-11-06T19:00Z Market close',
    ]);
  });

  it('hold on the last day of a month, on added dates, and until a day is over', () => {
    const monthEnd = calendar(
      event('SUMMARY:Month end', 'DTSTART;VALUE=DATE:20260131', 'RRULE:FREQ=MONTHLY;BYMONTHDAY=-1'),
      event(
        'SUMMARY:Audit',
        'DTSTART:20261102T080000Z',
        'DURATION:PT2H',
        'RRULE:FREQ=DAILY;UNTIL=20261103',
        'RDATE:20261120T080000Z',
      ),
    );
    expect(timesOf(monthEnd, '2026-10-31T12:00:00Z', '2026-12-01T00:00:00Z')).toEqual([
      '2026-10-30T23:00Z/2026-10-31T23:00Z Month end',
      '2026-11-02T08:00Z/2026-11-02T10:00Z Audit',
      '2026-11-03T08:00Z/2026-11-03T10:00Z Audit',
      '2026-11-20T08:00Z/2026-11-20T10:00Z Audit',
      '2026-11-29T23:00Z/2026-11-30T23:00Z Month end',
    ]);
  });

  it('follow an occurrence that was moved, and leave out one that was cancelled', () => {
    const series = (...more: readonly string[]) =>
      [
        'BEGIN:VEVENT',
        'UID:series',
        'DTSTAMP:20260101T000000Z',
        'SUMMARY:Closing',
        ...more,
        'END:VEVENT',
      ].join('\r\n');
    const text = calendar(
      series('DTSTART;VALUE=DATE:20261101', 'RRULE:FREQ=DAILY;COUNT=4'),
      series('RECURRENCE-ID;VALUE=DATE:20261102', 'DTSTART;VALUE=DATE:20261115'),
      series('RECURRENCE-ID;VALUE=DATE:20261103', 'DTSTART;VALUE=DATE:20261103', 'STATUS:CANCELLED'),
    );
    expect(timesOf(text, '2026-10-01T00:00:00Z', '2026-12-01T00:00:00Z', 'UTC')).toEqual([
      '2026-11-01T00:00Z/2026-11-02T00:00Z Closing',
      '2026-11-04T00:00Z/2026-11-05T00:00Z Closing',
      '2026-11-15T00:00Z/2026-11-16T00:00Z Closing',
    ]);
  });

  it('follow the zone that the calendar defines under a name of its own', () => {
    const zone = [
      'BEGIN:VTIMEZONE',
      'TZID:W. Europe Standard Time',
      'BEGIN:STANDARD',
      'DTSTART:16010101T030000',
      'TZOFFSETFROM:+0200',
      'TZOFFSETTO:+0100',
      'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10',
      'END:STANDARD',
      'BEGIN:DAYLIGHT',
      'DTSTART:16010101T020000',
      'TZOFFSETFROM:+0100',
      'TZOFFSETTO:+0200',
      'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3',
      'END:DAYLIGHT',
      'END:VTIMEZONE',
    ];
    const text = calendar(
      ...zone,
      event(
        'SUMMARY:Sale',
        'DTSTART;TZID=W. Europe Standard Time:20261024T090000',
        'DTEND;TZID=W. Europe Standard Time:20261024T100000',
        'RRULE:FREQ=DAILY;COUNT=3',
      ),
    );
    expect(timesOf(text, '2026-10-01T00:00:00Z', '2026-11-01T00:00:00Z')).toEqual([
      '2026-10-24T07:00Z/2026-10-24T08:00Z Sale',
      '2026-10-25T08:00Z/2026-10-25T09:00Z Sale',
      '2026-10-26T08:00Z/2026-10-26T09:00Z Sale',
    ]);
  });

  it('show a title in which nothing moves a cursor', () => {
    const text = calendar(event('SUMMARY:Sale\u001b[2J\u202e!', 'DTSTART;VALUE=DATE:20261130'));
    expect(timesOf(text, '2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z', 'UTC')).toEqual([
      '2026-11-30T00:00Z/2026-12-01T00:00Z Sale [2J !',
    ]);
  });
});

describe('a calendar is refused', () => {
  it.each([
    ['not a calendar', /^the calendar cannot be read/],
    ['', /^the calendar cannot be read/],
    ['BEGIN:VCARD\r\nEND:VCARD', /BEGIN:VCALENDAR/],
    [calendar(), /no events/],
    [calendar(event('SUMMARY:A')), /"A" does not say when it begins/],
    [calendar(event('SUMMARY:A', 'DTSTART;TZID=Mars/Base:20261129T100000')), /"Mars\/Base"/],
    [
      calendar(event('SUMMARY:A', 'DTSTART:20261129T100000Z', 'DURATION:PT1H', 'RRULE:FREQ=SOMETIMES')),
      /SOMETIMES/,
    ],
    [calendar(event('SUMMARY:A', 'DTSTART:2026x', 'DURATION:PT1H')), /"A"/],
  ])('that cannot be understood: %j', (text, message) => {
    expect(faultsOf(text)[0]).toMatch(message);
  });

  it.each([
    'FREQ=SECONDLY',
    'FREQ=MINUTELY;INTERVAL=5',
    'FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=DAILY;BYDAY=1MO',
    'FREQ=DAILY;BYMONTHDAY=-1',
    'FREQ=DAILY;INTERVAL=7;BYDAY=MO',
    'FREQ=DAILY;BYWEEKNO=53;BYMONTH=6',
    'FREQ=WEEKLY;INTERVAL=999999999',
    'FREQ=DAILY;INTERVAL=999999999',
    'FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=31',
  ])('with its event and its rule named, where nobody would ever be done: %s', (rule) => {
    const text = calendar(
      event('SUMMARY:Bomb', 'DTSTART:19700106T000000Z', 'DURATION:PT1H', `RRULE:${rule}`),
    );
    const [message] = faultsOf(text);
    expect(message).toContain('"Bomb" comes back by FREQ=');
  });

  it.each([
    'FREQ=YEARLY;BYMONTH=4;BYDAY=1MO;BYMONTHDAY=15',
    'FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=15',
    'FREQ=MONTHLY;BYDAY=5MO;BYMONTH=2',
    'FREQ=MONTHLY;BYDAY=MO;BYSETPOS=30',
    'FREQ=YEARLY;BYYEARDAY=366;INTERVAL=3',
    'FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6;BYDAY=MO',
    'FREQ=YEARLY;INTERVAL=1000',
    'FREQ=WEEKLY;BYMONTH=2;BYDAY=MO,TU;INTERVAL=52',
  ])('or is soon done with: %s', (rule) => {
    const text = calendar(
      event('SUMMARY:Rare', 'DTSTART:19700106T000000Z', 'DURATION:PT1H', `RRULE:${rule}`),
    );
    const beganMs = performance.now();
    faultsOf(text);
    expect(performance.now() - beganMs).toBeLessThan(2_000);
  });

  it('that comes back too often to be gone through', () => {
    const many = Array.from({ length: 20 }, (_, i) =>
      event(`SUMMARY:Daily ${i}`, 'DTSTART:19700106T000000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY'),
    );
    expect(faultsOf(calendar(...many))[0]).toMatch(/"Daily 2" comes back too often .* by FREQ=DAILY/);
  });
});
