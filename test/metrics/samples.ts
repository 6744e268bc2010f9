import { expect } from 'vitest';

type Labels = Readonly<Record<string, string>>;

/** A scrape, parsed. */
export type Samples = {
  readonly text: string;
  /** The names of all samples and metrics. */
  readonly names: readonly string[];
  readonly series: number;
  /** The sum of the samples with this name and these labels. */
  sumOf(name: string, labels: Labels): number;
  /** The same where there is one at least; else undefined. */
  of(name: string, labels: Labels): number | undefined;
};

/** Scrapes a gateway as Prometheus does. */
export async function scrape(url: string, token?: string): Promise<Samples> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/metrics`, { headers });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  const samples = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', text = '']) => [key, text]);
      return { name, labels: Object.fromEntries(pairs) as Labels, value: Number(value) };
    });
  const having = (name: string, labels: Labels) =>
    samples.filter(
      (sample) => sample.name === name && Object.entries(labels).every(([key, text]) => sample.labels[key] === text),
    );
  const sumOf = (name: string, labels: Labels) => having(name, labels).reduce((sum, { value }) => sum + value, 0);
  const declared = [...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name = '']) => name);
  return {
    text,
    names: [...new Set([...declared, ...samples.map(({ name }) => name)])],
    series: samples.length,
    sumOf,
    of: (name, labels) => (having(name, labels).length === 0 ? undefined : sumOf(name, labels)),
  };
}
