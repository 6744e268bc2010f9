import { GraphQLScalarType, parseConstValue } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createSchema } from '../../schema/index.ts';
import { invalidInput } from '../../src/domain/failure.ts';
import type { VideoRequest } from '../../src/gateway/input.ts';
import { sampleJob } from '../domain/sample.ts';
import { codesOf, run } from './world.ts';

const generate = 'mutation ($seed: SafeInt) { generateVideo(input: { seed: $seed }) { __typename } }';

/** The seeds that the gateway is called with. */
async function seedsOf(source: string, variables: Readonly<Record<string, unknown>> = {}) {
  const requests: VideoRequest[] = [];
  const result = await run(source, {
    variables,
    gateway: {
      generateVideo: async (_viewer, request) => {
        requests.push(request);
        return invalidInput([]);
      },
    },
  });
  return { result, seeds: requests.map(({ seed }) => seed) };
}

describe('SafeInt', () => {
  it.each([0, -1, 1_323_456, 2 ** 53 - 1, 2 ** 53, -(2 ** 60), 1e300])('passes %d to the gateway', async (seed) => {
    expect((await seedsOf(generate, { seed })).seeds).toEqual([seed]);
    const literal = `mutation { generateVideo(input: { seed: ${BigInt(seed)} }) { __typename } }`;
    expect((await seedsOf(literal)).seeds).toEqual([seed]);
  });

  it('passes an integer too long for any number to the gateway, which can refuse it', async () => {
    const digits = '9'.repeat(400);
    expect((await seedsOf(`mutation { generateVideo(input: { seed: ${digits} }) { __typename } }`)).seeds).toEqual([
      Number.POSITIVE_INFINITY,
    ]);
    expect((await seedsOf(generate, JSON.parse(`{ "seed": ${digits} }`))).seeds).toEqual([Number.POSITIVE_INFINITY]);
  });

  it.each([1.5, '1', '', true, Number.NaN, [1], {}])('refuses the variable %j', async (seed) => {
    const { result, seeds } = await seedsOf(generate, { seed });
    expect(codesOf(result)).toEqual(['BAD_USER_INPUT']);
    expect(result.errors?.[0]?.message).toContain('$seed');
    expect(seeds).toEqual([]);
  });

  it.each(['1.5', '1.0', '1e3', '"1"', 'true', '[1]', '{}', 'ONE'])('refuses the literal %s', async (literal) => {
    const { result, seeds } = await seedsOf(`mutation { generateVideo(input: { seed: ${literal} }) { __typename } }`);
    // A fault of the document: it has none of our codes, and nothing was executed.
    expect(codesOf(result)).toEqual([undefined]);
    expect(result.data).toBeUndefined();
    expect(seeds).toEqual([]);
  });

  it('accepts null', async () => {
    expect((await seedsOf(generate, { seed: null })).seeds).toEqual([null]);
  });

  it.each([-1, 0, 2 ** 53 - 1])('shows %d', async (seed) => {
    const { data } = await run('{ job(id: "x") { seed } }', { gateway: { job: async () => sampleJob({ seed }) } });
    expect(data).toEqual({ job: { seed } });
  });

  it('returns nothing beyond 53 bits', async () => {
    const gateway = { job: async () => sampleJob({ seed: 2 ** 53 }) };
    expect((await run('{ job(id: "x") { seed } }', { gateway })).errors).toHaveLength(1);
  });
});

describe('DateTime', () => {
  const DateTime = scalarOf('DateTime');

  it('serialises an instant in UTC', () => {
    expect(DateTime.serialize(Date.UTC(2026, 0, 31, 12))).toBe('2026-01-31T12:00:00.000Z');
  });

  it.each(['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z', '2026-01-31T12:00:00.000000Z'])('reads %s', (text) => {
    expect(DateTime.parseValue(text)).toBe(Date.UTC(2026, 0, 31, 12));
    expect(DateTime.parseLiteral(parseConstValue(JSON.stringify(text)))).toBe(Date.UTC(2026, 0, 31, 12));
  });

  it.each([
    '',
    '2026-01-31',
    '2026-01-31T12:00:00',
    '2026-01-31T12:00:00+01:00',
    '2026-02-30T12:00:00Z',
    '2026-13-01T12:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T12:00Z',
    ' 2026-01-31T12:00:00Z',
    1_769_860_800_000,
  ])('refuses %j', (value) => {
    expect(() => DateTime.parseValue(value)).toThrow('A DateTime must look like');
  });
});

describe('URL', () => {
  const Url = scalarOf('URL');

  it.each(['https://images.example/x.mp4', 'http://127.0.0.1:4000/sandbox/x.mp4?a=1#b'])(
    'serialises and parses %s',
    (url) => {
      expect([Url.serialize(url), Url.parseValue(url)]).toEqual([url, url]);
    },
  );

  it.each(['javascript:alert(1)', 'data:video/mp4,x', '/x.mp4', '//x.mp4', 'http:x', 'https://', 'ftp://x/y', ''])(
    'neither serialises nor parses %j',
    (url) => {
      expect(() => Url.serialize(url)).toThrow(TypeError);
      expect(() => Url.parseValue(url)).toThrow('absolute');
    },
  );
});

function scalarOf(name: string): GraphQLScalarType {
  const type = createSchema().getType(name);
  if (type instanceof GraphQLScalarType) return type;
  throw new Error(`${name} is no scalar.`);
}
