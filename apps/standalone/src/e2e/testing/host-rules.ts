import type { Component, Landscape } from '@patchtide/contracts';
import type { Execution } from './host-record';

interface Life {
  readonly stopBegan: number;
  readonly stopped: number;
  readonly startBegan: number;
  readonly started: number;
}

/**
 * Holds what really ran on the hosts against the rules of the house; every breach is a sentence. Looks at executions
 * only, knows nothing of plans and events: a planner that forgets a relation is found here.
 */
export class HostRules {
  private readonly lives = new Map<string, Life>();
  private readonly missing: string[] = [];

  constructor(
    private readonly landscape: Landscape,
    private readonly executions: readonly Execution[],
  ) {
    for (const component of landscape.components) this.live(component);
  }

  breaches(): string[] {
    return [...this.missing, ...this.orderBreaches(), ...this.serverBreaches(), ...this.clusterBreaches()];
  }

  /** Who needs another stops before it and starts after it. */
  private orderBreaches(): string[] {
    return this.landscape.relations.flatMap(({ type, from, to }) => {
      const [needs, needed] = [this.lives.get(from), this.lives.get(to)];
      if (type !== 'dependsOn' || !needs || !needed) return [];
      return [
        ...(needed.stopBegan >= needs.stopped ? [] : [`${to} began to stop before ${from} had stopped`]),
        ...(needs.startBegan >= needed.started ? [] : [`${from} began to start before ${to} had started`]),
      ];
    });
  }

  /** A server is patched once, while everything on it is down. */
  private serverBreaches(): string[] {
    return this.landscape.servers.flatMap(({ id }) => {
      const upgrades = this.executions.filter(
        ({ server, argv }) =>
          server === id && argv[0] === '@patch' && !argv.some((option) => option.startsWith('only=')),
      );
      const [upgrade] = upgrades;
      if (!upgrade || upgrades.length > 1) return [`${id} was patched ${upgrades.length} times`];
      const onIt = this.landscape.components.filter(({ server }) => server === id);
      return onIt.flatMap((component) => {
        const life = this.lives.get(component.id);
        if (!life || (life.stopped <= upgrade.startedAt && life.startBegan >= (upgrade.endedAt ?? Infinity)))
          return [];
        return [`${id} was patched under the running ${component.id}`];
      });
    });
  }

  /** Members of one cluster are down one at a time. */
  private clusterBreaches(): string[] {
    const members = this.landscape.components.filter(({ cluster }) => cluster !== undefined);
    return members.flatMap((one) =>
      members.flatMap((other) => {
        const [a, b] = [this.lives.get(one.id), this.lives.get(other.id)];
        if (one.id >= other.id || one.cluster !== other.cluster || !a || !b) return [];
        const together = a.stopBegan < b.started && b.stopBegan < a.started;
        return together ? [`${one.id} and ${other.id} of cluster ${one.cluster} were down together`] : [];
      }),
    );
  }

  private live(component: Component): void {
    const ran = (verb: string): Execution | undefined =>
      this.executions.find(
        ({ server, argv, code }) =>
          server === component.server &&
          (argv[0] === `@unit-${verb}` || (argv[0] === 'systemctl' && argv[1] === verb)) &&
          argv.at(-1) === component.unit &&
          code === 0,
      );
    const [stop, start] = [ran('stop'), ran('start')];
    if (!stop || !start) {
      this.missing.push(`${component.id} was not stopped and started`);
      return;
    }
    this.lives.set(component.id, {
      stopBegan: stop.startedAt,
      stopped: stop.endedAt ?? Infinity,
      startBegan: start.startedAt,
      started: start.endedAt ?? Infinity,
    });
  }
}
