import { parseAs, schemas } from '@patchtide/contracts';
import fc from 'fast-check';
import { asyncApi, payloadClasses } from './asyncapi';
import { docComments } from './doc-comments';
import { ROOT } from './documents';
import { fitting } from './fitting';
import type { JsonSchema } from './payload-schema';
import { validatorOf } from './validator';

const { components } = asyncApi(docComments(`${ROOT}/libs/contracts/src`), '0') as {
  components: { schemas: Record<string, JsonSchema> };
};
const resolve = (reference: string): JsonSchema => {
  const found = reference.startsWith('./schemas/')
    ? schemas[reference.slice('./schemas/'.length, -'.json'.length) as keyof typeof schemas]
    : components.schemas[reference.slice('#/components/schemas/'.length)];
  if (!found) throw new Error(`${reference} is nowhere`);
  return found;
};
const schemaOf = (type: string) => resolve(`#/components/schemas/${type}`);

const strangers: readonly unknown[] = [null, 7.5, 'nothing of it \n', true, [[]], { nothing: 'of it' }];

/** The payload with one thing wrong: a part missing, a part too many, or something else in a part's place. */
function broken(type: string, payload: Record<string, unknown>): Record<string, unknown>[] {
  const { required, properties } = schemaOf(type) as {
    required: string[];
    properties: Record<string, JsonSchema>;
  };
  const without = required.map((name) => ({ ...payload, [name]: undefined }));
  const replaced = Object.keys(properties).flatMap((name) =>
    strangers.map((stranger) => ({ ...payload, [name]: stranger })),
  );
  return [{ ...payload, surplus: 1 }, ...without, ...replaced];
}

describe.each(Object.entries(payloadClasses))('%s', (type, shape) => {
  const payloads = fitting(schemaOf(type), resolve) as fc.Arbitrary<Record<string, unknown>>;
  const isDocumented = validatorOf({ $ref: `#/components/schemas/${type}` });
  const parsed = (data: unknown) => parseAs(shape, data);

  it('is accepted when it fits the document', () => {
    fc.assert(
      fc.property(payloads, (payload) => {
        expect(parsed(payload)).toMatchObject({ ok: true });
        expect([isDocumented(payload), isDocumented.errors]).toEqual([true, null]);
      }),
      { numRuns: 20 },
    );
  });

  it('is refused by the code exactly where the document refuses it', () => {
    const [payload = {}] = fc.sample(payloads, { numRuns: 1, seed: 1 });
    const verdicts = broken(type, payload).map((data) => {
      const text = JSON.parse(JSON.stringify(data)) as unknown;
      return { data, document: isDocumented(text), code: parsed(data).ok };
    });
    expect(verdicts.filter(({ document, code }) => document !== code)).toEqual([]);
    expect(verdicts.some(({ code }) => !code)).toBe(true);
  });
});
