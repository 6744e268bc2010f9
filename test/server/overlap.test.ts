import fc from 'fast-check';
import { buildSchema, OverlappingFieldsCanBeMergedRule, parse, specifiedRules, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createSchema } from '../../schema/index.ts';
import { OverlapRule } from '../../src/server/graphql/overlap-rule.ts';
import { documents } from '../security/document-corpus.ts';

/** Types whose fields agree in some ways and differ in others. */
const schema = buildSchema(`
  interface Pet { name: String, size(in: Int, at: Spot): Int, friend: Pet, many: [Pet!] }
  type Dog implements Pet { name: String, size(in: Int, at: Spot): Int, friend: Pet, many: [Pet!], age: Int!, best: Dog, other: [Int] }
  type Cat implements Pet { name: String, size(in: Int, at: Spot): Int, friend: Pet, many: [Pet!], age: String, best: Cat!, other: Int }
  type Fish { name: Int, age: Int, best: Any, other: [Int!] }
  union Any = Dog | Cat | Fish
  input Spot { x: Int, y: [Int] }
  type Query { pet: Pet, dog: Dog, cat: Cat, fish: Fish, any: Any, query: Query }
`);

const withoutOverlap = specifiedRules.filter((rule) => rule !== OverlappingFieldsCanBeMergedRule);

type Rule = (typeof specifiedRules)[number];

const isRefused = (rule: Rule, source: string, of = schema) => {
  const document = parse(source);
  // For a document that other rules refuse, the results may differ, where a fragment is never spread.
  if (validate(of, document, withoutOverlap).length > 0) return null;
  return validate(of, document, [rule]).length > 0;
};

/** Some graphql-js rules throw on a variable within a subscription's directive. */
const isReadable = (source: string, of = schema) => {
  try {
    validate(of, parse(source), withoutOverlap);
    return true;
  } catch {
    return false;
  }
};

const leaves = ['name', 'age', 'other', 'size', 'size(in: 1)', 'size(in: 2)', 'size(at: {x: 1, y: [1]})'];

const others = ['size(at: {y: [1], x: 1})', 'size(in: 1, at: {x: 1})', 'size(at: {x: 1}, in: 1)', '__typename'];

const names = ['', '', '', 'name: ', 'age: ', 'a: ', 'best: '];

const branches = ['friend', 'many', 'best', 'pet', 'dog', 'cat', 'any', 'query'];

const types = ['Pet', 'Dog', 'Cat', 'Fish', 'Any', 'Query'];

/** Builds selections as text from a list of numbers. Selections that do not fit the types are left to the other rules. */
const selections = fc.letrec<{ set: string; selection: string }>((tie) => ({
  set: fc.array(tie('selection'), { minLength: 1, maxLength: 4 }).map((all) => `{ ${all.join(' ')} }`),
  selection: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.tuple(fc.constantFrom(...names), fc.constantFrom(...leaves, ...others)).map((deps) => deps.join('')),
    fc
      .tuple(fc.constantFrom('', '', 'a: ', 'best: '), fc.constantFrom(...branches), tie('set'))
      .map((deps) => deps.join('')),
    fc.tuple(fc.constantFrom(...types), tie('set')).map(([type, set]) => `... on ${type} ${set}`),
    fc.constantFrom('...F', '...G', '...H'),
  ),
})).set;

describe('overlapping fields are refused exactly when graphql-js refuses them', () => {
  it.each([
    '{ dog { name name: age } }',
    '{ dog { size(in: 1) size } }',
    '{ dog { size(in: 1, at: { x: 1, y: [2] }) size(at: { y: [2], x: 1 }, in: 1) } }',
    '{ pet { ... on Dog { a: name } ... on Cat { a: size } } }',
    '{ pet { ... on Dog { a: name } ... on Cat { a: name } } }',
    '{ any { ... on Dog { name } ... on Fish { name } } }',
    '{ any { ... on Dog { age } ... on Fish { age } } }',
    '{ any { ... on Dog { best { name } } ... on Cat { best { age } } } }',
    '{ any { ... on Dog { a: friend { name } } ... on Fish { a: best { ... on Pet { b: size } } } } }',
    '{ any { ... on Dog { a: friend { b: name } } ... on Fish { a: best { ... on Pet { b: size } } } } }',
    '{ pet { a: friend { name } ... on Dog { a: friend { name: size } } ... on Cat { a: friend { size } } } }',
    '{ pet { ... on Dog { a: friend { b: name } } ... on Cat { a: friend { b: size } } } }',
    '{ dog { ...F ...G } } fragment F on Dog { a: name } fragment G on Dog { ...H } fragment H on Dog { a: age }',
    'query A { dog { name } } query B { dog { ...F } } fragment F on Pet { a: name ... { a: size } }',
    'query ($x: Int) { dog { size(in: $x) ... { size(in: 1) } } }',
    '{ dog { a: size(in: 1) } dog { best { best { name } } a: size(in: 2) } }',
    '{ __schema { types { name } } __schema { types { name: kind } } }',
  ])('%s', (source) => {
    expect(isRefused(OverlapRule, source)).toBe(isRefused(OverlappingFieldsCanBeMergedRule, source));
  });

  it('for any selection through any fragments', () => {
    const seen = { valid: 0, refused: 0 };
    const condition = fc.constantFrom('Pet', 'Dog', 'Cat', 'Any');
    const source = fc
      .tuple(selections, selections, selections, selections, condition, condition)
      .map(([root, f, g, h, on, to]) => {
        // Fragments form no cycle, and each is spread.
        const [ofG, ofH] = [g.replaceAll(/\.\.\.[FG]/g, '...H'), h.replaceAll(/\.\.\.[FGH]/g, 'name')];
        const fragments = `fragment F on ${on} ${f.replaceAll('...F', '...G')} fragment G on ${to} ${ofG} fragment H on Dog ${ofH}`;
        return `{ any { ... on Dog ${root} ...F ...G ...H } pet ${root} } ${fragments}`;
      });
    const property = fc.property(source, (text) => {
      const [expected, refused] = [OverlappingFieldsCanBeMergedRule, OverlapRule].map(
        (rule) => validate(schema, parse(text), [rule]).length > 0,
      );
      seen[expected ? 'refused' : 'valid'] += 1;
      expect(refused).toBe(expected);
    });
    fc.assert(property, { numRuns: 2000 });
    expect(seen.valid).toBeGreaterThan(20);
    expect(seen.refused).toBeGreaterThan(20);
  });

  it('over the public schema', () => {
    const real = createSchema();
    const property = fc.property(documents(real), (source) => {
      fc.pre(isReadable(source, real));
      expect(isRefused(OverlapRule, source, real)).toBe(isRefused(OverlappingFieldsCanBeMergedRule, source, real));
    });
    fc.assert(property, { numRuns: 500 });
  });
});
