import { ACTIONS } from '../words';
import { described, id, list, record, word } from './fields';

const milliseconds = { type: 'integer', minimum: 0 };

const entry = record(['action', 'kind', 'ci', 'samples', 'p50Ms', 'p90Ms', 'p99Ms'], {
  action: { enum: ACTIONS },
  kind: described('Kind of the component, or operating system family of the server.', word),
  ci: described('The CI that it is about; null: all of the kind.', { anyOf: [id, { type: 'null' }] }),
  samples: described('Attempts that succeeded.', { type: 'integer', minimum: 1 }),
  p50Ms: described('Half of them took at most so many milliseconds.', milliseconds),
  p90Ms: described('Nine in ten took at most so many.', milliseconds),
  p99Ms: described('Ninety-nine in a hundred took at most so many.', milliseconds),
});

export const historySchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'https://patchtide.dev/schemas/history.json',
  title: 'Patchtide history of durations',
  description: 'How long jobs took in past campaigns, for forecasts.',
  ...record(['entries'], { entries: list(entry, 1_000_000) }),
};
