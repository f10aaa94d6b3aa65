/** The check of a definition never throws, whatever JSON the definition contains. */
import fc from 'fast-check';
import { definitionProblems } from '../../../../lib/workflow/definition';
import type { Json } from '../../../../lib/workflow/json';
import { accepted } from './cases';

const strange = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(null, '', '{%', '%}', '{%%}', '{% $', [null], [[]], [{}], { States: null }, 'constructor'),
);

/** The definition with one value inside replaced; `way` selects which. */
const replaced = (json: Json, way: number[], by: unknown): unknown => {
  const [turn = 0, ...rest] = way;
  if (json === null || typeof json !== 'object' || way.length === 0) return by;
  const keys = Object.keys(json);
  const key = keys[turn % Math.max(keys.length, 1)];
  const inside = (name: string, value: Json) => (name === key ? replaced(value, rest, by) : value);
  if (Array.isArray(json)) return json.map((value, index) => inside(String(index), value));
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, inside(name, value ?? null)]));
};

test('the check throws for no definition', () => {
  const some = fc.constantFrom(...accepted.map(([, definition]) => definition));
  fc.assert(
    fc.property(some, fc.array(fc.nat(20), { maxLength: 8 }), strange, (definition, way, value) => {
      const text = JSON.stringify(replaced(definition, way, value));
      const source = { file: 'f', text, bindings: {}, workflow: 'W', stage: 'local' as const };
      for (const problem of definitionProblems(source)) expect(problem).toMatch(/^f/);
    }),
    { numRuns: 1000 },
  );
});
