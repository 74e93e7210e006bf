import { freePort } from '@patchtide/embedded';

/** Which port a part listens on. */
export type PortChoice = (part: string) => Promise<number>;

const OFFSETS: Readonly<Record<string, number>> = {
  console: 0,
  'campaign-control': 1,
  'cmdb-import': 2,
  'plan-generator': 3,
  'execution-agent': 4,
  'monitoring-suppression': 5,
  'incident-projection': 6,
  nats: 8,
  postgres: 9,
};

/** Fixed ports from a base upwards, for parts that people look for again; further instances get free ones. */
export function portsFrom(base: number): PortChoice {
  return async (part) => {
    const offset = OFFSETS[part];
    return offset === undefined ? freePort() : base + offset;
  };
}

/** Any free ports: for tests and for trying out. */
export const anyPorts: PortChoice = () => freePort();
