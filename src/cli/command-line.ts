import { type ParseArgsConfig, parseArgs, parseEnv } from 'node:util';
import { printable } from './outcome.ts';

/** A parsed command line: what to run, or what to print instead. */
export type CommandLine =
  | {
      readonly kind: 'run';
      readonly command: string;
      readonly args: readonly string[];
      readonly envFile: string | null;
      /** Whether to print JSON instead of a text. */
      readonly isJson: boolean;
    }
  | { readonly kind: 'version' }
  | { readonly kind: 'usage'; readonly text: string; readonly isAsked: boolean };

/**
 * The usage texts: of all commands together, and of each. A command in `withArguments` reads its arguments itself; one in `withJson` has
 * the option `--json`.
 */
export type Usages = {
  readonly all: string;
  readonly each: ReadonlyMap<string, string>;
  readonly withArguments: ReadonlySet<string>;
  readonly withJson: ReadonlySet<string>;
};

const helpWords = new Set(['--help', '-h']);

/** Reads the words after `reelgate`. Without a command it is `start`. `--env-file FILE` may stand before or after the command. */
export function readCommandLine(argv: readonly string[], usages: Usages): CommandLine {
  const { all, each, withArguments, withJson } = usages;
  const { envFile, words } = takeEnvFile(argv);
  if (envFile === undefined) return refused(`--env-file needs the name of a file.\n\n${all}`);
  const [first, ...rest] = words;
  if (words.length === 1 && (first === '--version' || first === '-v')) return { kind: 'version' };
  if (first !== undefined && helpWords.has(first) && rest.length === 0)
    return { kind: 'usage', text: all, isAsked: true };
  if (first === 'help') return help(rest, all, each);
  const isNamed = first !== undefined && !first.startsWith('-');
  const command = isNamed ? first : 'start';
  const given = isNamed ? rest : words;
  const usage = each.get(command);
  if (usage === undefined) return refused(`Unknown command: ${shown(command, words)}\n\n${all}`);
  if (given.some((word) => helpWords.has(word))) return { kind: 'usage', text: usage, isAsked: true };
  const isJson = withJson.has(command) && given.includes('--json');
  const args = isJson ? given.filter((word) => word !== '--json') : given;
  const [unexpected] = withArguments.has(command) ? [] : args;
  if (unexpected === undefined) return { kind: 'run', command, args, envFile, isJson };
  const kind = unexpected.startsWith('-') ? 'option' : 'argument';
  return refused(`Unknown ${kind} ${shown(unexpected, args)}: reelgate ${command} does not take it.\n\n${usage}`);
}

/** The variables of a file in the form of Node's `--env-file`, overridden by those of the process. Throws a system error. */
export function variablesWith(
  file: string,
  read: (file: string) => string,
  variables: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  return { ...parseEnv(read(file)), ...variables };
}

/** The names that a file of settings added and that have no effect: Node.js and PostgreSQL's driver read those of the process alone. */
export function ineffectiveIn(
  variables: Readonly<Record<string, string | undefined>>,
  ofProcess: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  return Object.keys(variables).filter(
    (name) => ofProcess[name] === undefined && /^(NODE_(EXTRA_CA_CERTS|OPTIONS)|PG[A-Z]+)$/.test(name),
  );
}

/** Parses a command's options. Returns the end of a sentence that names what is wrong. */
export function readOptions<const Config extends ParseArgsConfig>(
  config: Config,
): ReturnType<typeof parseArgs<Config>> | { readonly problem: string } {
  try {
    return parseArgs(config);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!code.startsWith('ERR_PARSE_ARGS')) throw error;
    return { problem: problemOf((error as Error).message, config.args ?? []) };
  }
}

/** Node's sentence, without how to pass an argument that looks like an option, and without what may be a part of a password. */
function problemOf(message: string, args: readonly string[]): string {
  const [, what = '', word = ''] =
    /^(Unexpected argument|Unknown option) '(.*?)'(?:\. (?:This|To) .*)?$/s.exec(message) ?? [];
  if (what === '') return message.split('. ')[0]?.replace(/\.$/, '') ?? '';
  return `${what} '${shown(word, what === 'Unknown option' ? [] : args)}'`;
}

/**
 * A word of a command line as it may be printed. One that may be a key or a part of a URL with a password is printed as …: if the password
 * has spaces, the URL is several words.
 */
export function shown(word: string, line: readonly string[] = []): string {
  const option = /^--?[\w-]+=/.exec(word)?.[0] ?? '';
  const mayBeSecret = [word, ...line].some((each) => /@|:\/\//.test(each)) || /\b(SG|sk|ct)_/.test(word);
  return mayBeSecret ? `${option}…` : printable(word);
}

function help(rest: readonly string[], all: string, each: ReadonlyMap<string, string>): CommandLine {
  const [command] = rest;
  const usage = command === undefined ? all : each.get(command);
  if (usage === undefined || rest.length > 1)
    return refused(`Unknown command: ${rest.map((word) => shown(word, rest)).join(' ')}\n\n${all}`);
  return { kind: 'usage', text: usage, isAsked: true };
}

function refused(text: string): CommandLine {
  return { kind: 'usage', text, isAsked: false };
}

/** Takes `--env-file FILE` or `--env-file=FILE` out of the words; undefined if the name is missing. */
function takeEnvFile(argv: readonly string[]): {
  readonly envFile: string | null | undefined;
  readonly words: readonly string[];
} {
  const at = argv.findIndex((word) => word === '--env-file' || word.startsWith('--env-file='));
  const word = argv[at];
  if (word === undefined) return { envFile: null, words: argv };
  const isApart = word === '--env-file';
  const envFile = isApart ? argv[at + 1] : word.slice('--env-file='.length) || undefined;
  return { envFile, words: [...argv.slice(0, at), ...argv.slice(at + (isApart ? 2 : 1))] };
}
