import { cpus } from 'node:os';

/** One line of the table: a figure with its floor and goal, which are infinite where nothing is asked for. */
export type Line = {
  readonly work: string;
  readonly against: string;
  readonly floor: number;
  readonly goal: number;
  readonly measured: number;
  readonly unit: string;
  /** Whether more is better. */
  readonly more: boolean;
  /** The lowest and the highest figure of the rounds. */
  readonly spread: string;
  /** The fraction of a core that the load generator used; null without one. */
  readonly generator: number | null;
  /** The measurements behind the figure. */
  readonly from: string;
};

/** Above this fraction of its core, the generator measures itself and not the server. */
const generatorLimit = 0.9;

const columns = ['work', 'against', 'floor', 'goal', 'measured', '', 'spread', 'generator', 'from'];

/** The lines as a Markdown table. `judged`: whether to compare each with its floor and goal. */
export function tableOf(lines: readonly Line[], judged: boolean): string {
  const rows = lines.map((line) => [
    line.work,
    line.against,
    boundOf(line.floor, line),
    boundOf(line.goal, line),
    figureOf(line.measured, line),
    judged ? verdictOf(line) : '',
    line.spread,
    line.generator === null ? '' : `${Math.round(line.generator * 100)} %`,
    line.from,
  ]);
  return [columns, columns.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

/** The machine and the versions that were measured. */
export function machineOf(): string {
  const { model = 'unknown' } = cpus()[0] ?? {};
  return `${cpus().length} × ${model.trim()}, ${process.platform} ${process.arch}, Node ${process.versions.node}`;
}

function verdictOf({ measured, floor, goal, more, generator }: Line): string {
  if (generator !== null && generator > generatorLimit) return 'invalid: the generator was at its limit';
  if (!Number.isFinite(floor)) return '';
  const reaches = (bound: number) => (more ? measured >= bound : measured <= bound);
  if (!Number.isFinite(measured)) return 'not measured';
  if (reaches(goal)) return 'goal';
  return reaches(floor) ? 'floor' : 'below the floor';
}

function boundOf(bound: number, line: Line): string {
  if (!Number.isFinite(bound)) return '';
  return `${line.more ? '' : '≤ '}${figureOf(bound, line)}`;
}

function figureOf(figure: number, { unit }: Line): string {
  if (!Number.isFinite(figure)) return '';
  const text = Number(figure.toFixed(Math.abs(figure) >= 100 ? 0 : 2)).toLocaleString('en');
  return `${text}${unit === 'x' ? 'x' : ` ${unit}`}`.trim();
}
