import {
  buildSchema,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { comment, constant } from './text.ts';

/** What the kit asks for: an object type, and the object fields that it selects beside all fields with a plain value. */
const selected: Readonly<Record<string, readonly string[]>> = {
  JobProgress: [],
  Video: [],
  Charge: [],
  Job: ['progress', 'video', 'lateVideo', 'charge', 'failure'],
  CreditAccount: [],
  Quote: [],
  InputIssue: [],
};

const enums = [
  'Environment',
  'AspectRatio',
  'JobStatus',
  'VideoStorage',
  'ChargeState',
  'FailureCode',
  'CreditScope',
  'BudgetScope',
  'BudgetPeriod',
];

const inputs = ['GenerateVideoInput', 'JobFilter'];

const results = ['GenerateVideoResult', 'RetryJobResult', 'CancelJobResult', 'DeleteJobResult'];

/** The kit reads no account here: the gateway would refuse the whole mutation to a token without `credits:read`. */
const unread = ['account'];

const scalars: Readonly<Record<string, string>> = {
  Boolean: 'boolean',
  DateTime: 'string',
  Float: 'number',
  ID: 'string',
  Int: 'number',
  SafeInt: 'number',
  String: 'string',
  URL: 'string',
};

const header = '// Generated from schema/schema.graphql by `npm run client:types`. Do not edit.\n';

/** The TypeScript types of what the kit reads, and its selections, from the text of the schema. */
export function kitTypesOf(sdl: string): string {
  const schema = buildSchema(sdl);
  const failures = failuresIn(schema);
  const successes = results.flatMap((name) => membersOf(schema, name)).filter((type) => !failures.includes(type));
  return [
    header,
    ...enums.map((name) => enumType(schema, name)),
    ...inputs.map((name) => inputType(schema, name)),
    ...Object.keys(selected).map((name) => objectType(objectIn(schema, name))),
    ...[...new Set([...successes, ...failures])].map((type) => objectType(type, type.name)),
    unknownFailure,
    failureType(failures),
    jobFailure,
    ...results.map((name) => resultType(schema, name)),
    failureNames(failures),
    constant('What the kit reads of a job.', 'jobFields', jobSelection(schema, failures)),
    constant('What the kit reads of a failure.', 'failureFields', failureSelection(failures, true)),
    constant('What the kit reads of an account.', 'accountFields', leavesOf(objectIn(schema, 'CreditAccount'))),
    constant('What the kit reads of a quote.', 'quoteFields', leavesOf(objectIn(schema, 'Quote'))),
  ].join('\n');
}

const unknownFailure = `/** A failure that a newer gateway knows and this version of the kit does not. Show its \`message\`. */
export type UnknownFailure = {
  readonly __typename: 'UnknownFailure';
  readonly code: FailureCode;
  readonly message: string;
  readonly retryable: boolean;
};
`;

const jobFailure = `type WithoutJob<Each> = Each extends unknown ? Omit<Each, 'job' | 'failedJob'> : never;

/** Why a job failed. */
export type JobFailure = WithoutJob<Failure>;
`;

function failureType(failures: readonly GraphQLObjectType[]): string {
  const members = failures.map(({ name }) => `  | ${name}\n`).join('');
  return `/** An expected failure. Its \`__typename\` says which. */\nexport type Failure =\n${members}  | UnknownFailure;\n`;
}

function failureNames(failures: readonly GraphQLObjectType[]): string {
  const names = failures.map(({ name }) => `  '${name}',\n`).join('');
  return `/** The failures that this version of the kit knows. */\nexport const failureTypes: readonly string[] = [\n${names}];\n`;
}

/** Every failure that one of the kit's mutations may return. */
function failuresIn(schema: GraphQLSchema): readonly GraphQLObjectType[] {
  const members = results.flatMap((name) => membersOf(schema, name));
  return [...new Set(members)].filter((type) => type.getInterfaces().some(({ name }) => name === 'Failure'));
}

function objectIn(schema: GraphQLSchema, name: string): GraphQLObjectType {
  const type = schema.getType(name);
  if (!isObjectType(type)) throw new Error(`The schema has no object type ${name}.`);
  return type;
}

function membersOf(schema: GraphQLSchema, name: string): readonly GraphQLObjectType[] {
  const type = schema.getType(name);
  if (!isUnionType(type)) throw new Error(`The schema has no union ${name}.`);
  return type.getTypes();
}

function enumType(schema: GraphQLSchema, name: string): string {
  const type = schema.getType(name);
  if (!isEnumType(type)) throw new Error(`The schema has no enum ${name}.`);
  const values = type.getValues().map((value) => `\n  | '${value.name}'`);
  return `${comment(type.description)}export type ${name} =${values.join('')};\n`;
}

function inputType(schema: GraphQLSchema, name: string): string {
  const type = schema.getType(name);
  if (!isInputObjectType(type)) throw new Error(`The schema has no input ${name}.`);
  const fields = Object.values(type.getFields()).map((field) => {
    const list = isListType(field.type);
    const inner = leafType(getNamedType(field.type).name);
    return `${comment(field.description, '  ')}  readonly ${field.name}?: ${list ? `readonly ${inner}[]` : inner} | null | undefined;\n`;
  });
  return `${comment(type.description)}export type ${name} = {\n${fields.join('')}};\n`;
}

function objectType(type: GraphQLObjectType, typename?: string): string {
  const tag = typename === undefined ? '' : `  readonly __typename: '${typename}';\n`;
  const fields = fieldsOf(type).map(
    (field) => `${comment(field.description, '  ')}  readonly ${field.name}: ${outputType(field.type)};\n`,
  );
  return `${comment(type.description)}export type ${type.name} = {\n${tag}${fields.join('')}};\n`;
}

type OutputField = GraphQLField<unknown, unknown>;

/** The fields that the kit selects: of results and failures all but `unread`, of other types those of the table. */
function fieldsOf(type: GraphQLObjectType): readonly OutputField[] {
  const objects = selected[type.name];
  return Object.values(type.getFields()).filter((field) =>
    isLeafType(getNamedType(field.type)) ? true : (objects?.includes(field.name) ?? !unread.includes(field.name)),
  );
}

function outputType(type: GraphQLOutputType): string {
  if (isNonNullType(type)) return presentType(type.ofType);
  return `${presentType(type)} | null`;
}

function presentType(type: GraphQLOutputType): string {
  if (isListType(type))
    return `readonly ${presentType(isNonNullType(type.ofType) ? type.ofType.ofType : type.ofType)}[]`;
  const { name } = getNamedType(type);
  return name === 'Failure' ? 'JobFailure' : leafType(name);
}

function leafType(name: string): string {
  return scalars[name] ?? name;
}

function leavesOf(type: GraphQLObjectType): string {
  return fieldsOf(type)
    .filter((field) => isLeafType(getNamedType(field.type)))
    .map(({ name }) => name)
    .join(' ');
}

/** In a failure of a mutation, `job` and `failedJob` are the whole job; the fragment J is the job's. */
function failureSelection(failures: readonly GraphQLObjectType[], withJobs: boolean): string {
  const own = failures.flatMap((type) => {
    const fields = fieldsOf(type).flatMap(({ name, type: of }) => {
      if (['code', 'message', 'retryable'].includes(name)) return [];
      const named = getNamedType(of);
      if (isLeafType(named)) return [name];
      if (named.name === 'Job') return withJobs ? [`${name}{...J}`] : [];
      return isObjectType(named) ? [`${name}{${leavesOf(named)}}`] : [];
    });
    return fields.length === 0 ? [] : [`...on ${type.name}{${fields.join(' ')}}`];
  });
  return `...on Failure{__typename code message retryable ${own.join(' ')}}`;
}

function jobSelection(schema: GraphQLSchema, failures: readonly GraphQLObjectType[]): string {
  const type = objectIn(schema, 'Job');
  const objects = (selected['Job'] ?? []).map((name) => {
    if (name === 'failure') return `failure{${failureSelection(failures, false)}}`;
    const field = type.getFields()[name];
    if (field === undefined) throw new Error(`Job has no field ${name}.`);
    return `${name}{${leavesOf(objectIn(schema, getNamedType(field.type).name))}}`;
  });
  return `${leavesOf(type)} ${objects.join(' ')}`;
}

function resultType(schema: GraphQLSchema, name: string): string {
  const type = schema.getType(name);
  const members = membersOf(schema, name).map((member) => `\n  | ${member.name}`);
  return `${comment(type?.description)}export type ${name} =${members.join('')}\n  | UnknownFailure;\n`;
}
