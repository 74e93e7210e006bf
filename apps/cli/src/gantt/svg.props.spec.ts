import fc from 'fast-check';
import { element, escaped, text } from './svg';

const anything = fc.string({ unit: 'binary' });

it('leaves nothing of a foreign text that XML would read, nor that XML has no room for', () => {
  fc.assert(
    fc.property(anything, (given) => {
      const safe = escaped(given);
      expect(safe).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
      // eslint-disable-next-line no-control-regex -- that there is none is the rule
      expect(safe).not.toMatch(/[\u0000-\u001f\ufffe\uffff]|\p{Surrogate}/u);
    }),
  );
});

it('makes elements of which a foreign attribute or text is only that', () => {
  expect(text({ x: 1, y: 2.26 }, '</text><script>')).toBe(
    '<text x="1" y="2.3">&lt;/text&gt;&lt;script&gt;</text>',
  );
  expect(element('rect', { class: '"><x', width: undefined })).toBe('<rect class="&quot;&gt;&lt;x"/>');
});
