import type { Pool, PoolClient } from '../postgres/pool';
import { Pacer } from './pacer';

// Any fixed number but the migrations' one.
const LEADER_LOCK = 7_241_882_002;

export interface SequencerOptions {
  /** Most events numbered in one transaction, default 500. */
  readonly batchSize?: number;
  /** Pause between polls while events come and after the first idle ones, default 10 and 100. */
  readonly busyPollMs?: number;
  readonly idlePollMs?: number;
  /** Pause before trying again for the leadership or after an error, default 250. */
  readonly retryMs?: number;
  /** Called after each batch with the new head; poke the relay and the projectors here. */
  readonly onNumbered?: (head: number) => void;
  readonly onLeadership?: (leading: boolean) => void;
  /** Hears of every error that is retried. */
  readonly onError?: (error: unknown) => void;
}

/**
 * Gives committed events their dense global positions. Any number of instances may run: an advisory lock elects one.
 * The lock spares work and is not what keeps the numbers right; that is the row lock in `es.sequence`.
 */
export class Sequencer {
  private readonly pacer: Pacer;
  private leader = false;

  constructor(
    private readonly pool: Pool,
    private readonly options: SequencerOptions = {},
  ) {
    this.pacer = new Pacer({
      busyMs: options.busyPollMs ?? 10,
      idleMs: this.idlePollMs,
      gapMs: 1,
    });
  }

  get leading(): boolean {
    return this.leader;
  }

  /** Looks for work at once; call it after a local append. */
  poke(): void {
    this.pacer.poke();
  }

  /** Works until aborted. Errors are reported and retried for ever: the log must not stop for a restarted database. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.term(signal);
      } catch (error) {
        this.options.onError?.(error);
      }
      await this.pacer.backOff(this.retryMs, signal);
    }
  }

  /** One connection: waits for the leadership, then works until it is lost. */
  private async term(signal: AbortSignal): Promise<void> {
    const client = await this.pool.connect();
    const broken = new AbortController();
    client.on('error', (error) => broken.abort(error));
    try {
      // A frozen leader's session ends by itself, which frees the lock.
      await client.query(`set idle_session_timeout = ${Math.max(15_000, 3 * this.idlePollMs)}`);
      const either = AbortSignal.any([signal, broken.signal]);
      if (await this.elected(client, either)) await this.lead(client, either);
      broken.signal.throwIfAborted();
    } finally {
      this.setLeader(false);
      // Closed, not returned: the session holds the lock and a setting.
      client.release(true);
    }
  }

  private async elected(client: PoolClient, signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      const sql = 'select pg_try_advisory_lock($1) as won';
      const { rows } = await client.query<{ won: boolean }>(sql, [LEADER_LOCK]);
      if (rows[0]?.won === true) return true;
      await this.pacer.backOff(this.retryMs, signal);
    }
    return false;
  }

  private async lead(client: PoolClient, signal: AbortSignal): Promise<void> {
    this.setLeader(true);
    while (!signal.aborted) {
      const { numbered, head } = await this.numberBatch(client);
      if (numbered > 0) this.options.onNumbered?.(head);
      if (numbered < this.batchSize) await this.pacer.pause(numbered > 0, signal);
    }
  }

  private async numberBatch(client: PoolClient): Promise<{ numbered: number; head: number }> {
    const query = { name: 'es-sequence', text: 'select numbered, head::float8 as head from es.sequence($1)' };
    const { rows } = await client.query<{ numbered: number; head: number }>({
      ...query,
      values: [this.batchSize],
    });
    const [row] = rows;
    if (row === undefined) throw new Error('es.sequence gave no row');
    return row;
  }

  private get batchSize(): number {
    return this.options.batchSize ?? 500;
  }

  private get idlePollMs(): number {
    return this.options.idlePollMs ?? 100;
  }

  private get retryMs(): number {
    return this.options.retryMs ?? 250;
  }

  private setLeader(leading: boolean): void {
    if (this.leader === leading) return;
    this.leader = leading;
    this.options.onLeadership?.(leading);
  }
}
