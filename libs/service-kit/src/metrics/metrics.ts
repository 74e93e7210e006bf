import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface MetricShape<L extends string> {
  /** Without the prefix `patchtide_`, with the unit: `jobs_dispatched_total`, `relay_lag_seconds`. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly L[];
}

// Answers of the API are milliseconds, jobs are minutes.
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900];

/** The service's Prometheus metrics, in a registry of its own. Labels must come from small closed sets, never from ids. */
@Injectable()
export class Metrics implements OnApplicationShutdown {
  readonly registry = new Registry();

  readonly httpSeconds = this.histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request to the end of its response.',
    labels: ['method', 'route', 'status'],
  });

  constructor(service: string) {
    this.registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.registry });
  }

  counter<L extends string = never>(shape: MetricShape<L>): Counter<L> {
    return new Counter<L>(this.#config(shape));
  }

  /** `collect` sets the value when Prometheus asks. */
  gauge<L extends string = never>(
    shape: MetricShape<L>,
    collect?: (gauge: Gauge<L>) => void | Promise<void>,
  ): Gauge<L> {
    const config = this.#config(shape);
    if (collect === undefined) return new Gauge<L>(config);
    return new Gauge<L>({
      ...config,
      collect(this: Gauge<L>) {
        return collect(this);
      },
    });
  }

  /** Durations in seconds; `buckets` default from 1 ms to 15 min. */
  histogram<L extends string = never>(
    shape: MetricShape<L>,
    buckets: readonly number[] = SECONDS,
  ): Histogram<L> {
    return new Histogram<L>({ ...this.#config(shape), buckets: [...buckets] });
  }

  onApplicationShutdown(): void {
    this.registry.clear();
  }

  #config<L extends string>({ name, help, labels = [] }: MetricShape<L>) {
    return { name: `patchtide_${name}`, help, labelNames: [...labels], registers: [this.registry] };
  }
}
