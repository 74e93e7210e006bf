// The part of ical.js that is used here. Its own types are for ES modules only.
declare module 'ical.js' {
  interface WallFields {
    year: number;
    month: number;
    day: number;
    hour: number;
    minute: number;
    second: number;
    isDate: boolean;
  }
  class Time {
    constructor(data: WallFields, zone?: Timezone);
    year: number;
    month: number;
    day: number;
    hour: number;
    minute: number;
    second: number;
    isDate: boolean;
    zone: Timezone;
    toUnixTime(): number;
  }
  class Timezone {
    constructor(data: { component: Component; tzid: string });
    static readonly utcTimezone: Timezone;
  }
  class Duration {
    weeks: number;
    days: number;
    hours: number;
    minutes: number;
    seconds: number;
    isNegative: boolean;
  }
  class Recur {
    freq: string;
    interval: number;
    count: number | null;
    until: Time | null;
    clone(): Recur;
    iterator(dtstart: Time): { next(): Time | null };
    parts: Readonly<Record<string, readonly (string | number)[]>>;
    toString(): string;
  }
  class Property {
    readonly name: string;
    getParameter(name: string): string | string[] | undefined;
    getFirstValue(): unknown;
    getValues(): unknown[];
  }
  class Component {
    constructor(jCal: unknown);
    readonly name: string;
    getAllSubcomponents(name?: string): Component[];
    getAllProperties(name: string): Property[];
    getFirstProperty(name: string): Property | null;
    getFirstPropertyValue(name: string): unknown;
    hasProperty(name: string): boolean;
  }
  function parse(text: string): unknown;
}
