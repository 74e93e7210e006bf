import fc from 'fast-check';
import {
  AnswerReader,
  encodeRequest,
  formatAnswered,
  formatOutputHead,
  RequestReader,
} from './serve-protocol';

const words = fc.array(fc.string({ unit: fc.constantFrom('a', '\n', '.', '+', '!', '\\', '\r', 'È') }));

it('requests arrive as they were made, however they are cut', () => {
  fc.assert(
    fc.property(fc.array(words), fc.nat(20), (requests, size) => {
      const seen: string[][] = [];
      const reader = new RequestReader((request) => seen.push(request));
      const text = requests.map(encodeRequest).join('');
      for (let at = 0; at < text.length; at += size + 1) reader.push(text.slice(at, at + size + 1));
      expect(seen).toEqual(requests);
    }),
  );
});

it('output arrives byte for byte, whatever it contains and however it is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ minLength: 1 })), fc.nat(20), (outputs, size) => {
      const seen: Buffer[] = [];
      const codes: number[] = [];
      const reader = new AnswerReader({
        onGreeting: () => undefined,
        onOutput: (chunk) => seen.push(Buffer.from(chunk)),
        onLine: () => undefined,
        onAnswered: (code) => codes.push(code),
      });
      const pieces = outputs.flatMap((output) => [Buffer.from(formatOutputHead(output.length)), output]);
      const all = Buffer.concat([...pieces, Buffer.from(formatAnswered(5))]);
      for (let at = 0; at < all.length; at += size + 1) reader.push(all.subarray(at, at + size + 1));
      expect(Buffer.concat(seen)).toEqual(Buffer.concat(outputs));
      expect(codes).toEqual([5]);
    }),
  );
});
