import {
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { budgetMarks } from '../src/domain/budget.ts';
import { webhookEventTypes } from '../src/domain/webhook.ts';

/** A JSON Schema, or a part of one. */
type Json = { readonly [name: string]: unknown };

/** The fields of a job that a webhook carries, beside `userId`. */
const jobFields = [
  'id',
  'environment',
  'status',
  'version',
  'prompt',
  'aspectRatio',
  'seed',
  'seedUsed',
  'externalId',
  'retryOf',
  'videoUrl',
  'video',
  'lateVideo',
  'failure',
  'charge',
  'createdAt',
  'submittedAt',
  'startedAt',
  'finishedAt',
  'deletedAt',
  'deadlineAt',
] as const;

const scalars: Readonly<Record<string, Json>> = {
  ID: { type: 'string' },
  String: { type: 'string' },
  Int: { type: 'integer' },
  SafeInt: { type: 'integer' },
  Float: { type: 'number' },
  Boolean: { type: 'boolean' },
  DateTime: { type: 'string', format: 'date-time' },
  URL: { type: 'string', format: 'uri' },
};

/** The JSON Schema of the bodies of webhooks, with the descriptions of the API's own types. */
export function webhookJsonSchema(schema: GraphQLSchema): Json {
  const job = objectOf(schema, 'Job', jobFields);
  const userId = { type: 'string', description: "The job's owner." };
  const jobTypes = webhookEventTypes.filter((type) => type !== 'budget.reached' && type !== 'webhook.test');
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'The body of a webhook',
    description:
      'What Reelgate sends to the endpoints of webhooks. New members may be added: ignore those that you do not know.',
    oneOf: [
      bodyOf({ enum: jobTypes }, { $ref: '#/$defs/Job' }),
      bodyOf({ const: 'budget.reached' }, { $ref: '#/$defs/Budget' }),
      bodyOf({ const: 'webhook.test' }, { $ref: '#/$defs/Test' }),
    ],
    $defs: {
      Job: { ...job, properties: { userId, ...propertiesOf(job) }, required: ['userId', ...jobFields] },
      Video: objectOf(schema, 'Video'),
      Charge: objectOf(schema, 'Charge'),
      Failure: failureOf(schema),
      Budget: budgetOf(schema),
      Test: { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] },
    },
  };
}

function bodyOf(type: Json, data: Json): Json {
  const timestamp = {
    type: 'string',
    format: 'date-time',
    description: 'When the event happened; the same for every attempt.',
  };
  return { type: 'object', properties: { type, timestamp, data }, required: ['type', 'timestamp', 'data'] };
}

/** A budget with the mark that it has reached. */
function budgetOf(schema: GraphQLSchema): Json {
  const budget = objectOf(schema, 'Budget');
  const percent = {
    enum: budgetMarks,
    description: 'The mark that was reached, in percent of the limit; 100 also if a job was refused for want of room.',
  };
  const fields = Object.keys(propertiesOf(budget));
  return { ...budget, properties: { ...propertiesOf(budget), percent }, required: [...fields, 'percent'] };
}

/** A failure with the provider's status beside what all failures have. */
function failureOf(schema: GraphQLSchema): Json {
  const failure = objectOf(schema, 'Failure');
  const httpStatus = { type: ['integer', 'null'], description: "The provider's HTTP status; null if it gave none." };
  return {
    ...failure,
    properties: { ...propertiesOf(failure), httpStatus },
    required: [...Object.keys(propertiesOf(failure)), 'httpStatus'],
  };
}

function propertiesOf({ properties }: Json): Json {
  // `objectOf` has made it.
  return properties as Json;
}

/** An object type of the API; without names, all of its fields. */
function objectOf(schema: GraphQLSchema, name: string, names?: readonly string[]): Json {
  const type = schema.getType(name);
  if (!isObjectType(type) && !isInterfaceType(type)) throw new Error(`${name} is no type with fields`);
  const all = type.getFields();
  const fields = (names ?? Object.keys(all)).map((each) => {
    const field = all[each];
    if (field === undefined) throw new Error(`${name} has no field ${each}`);
    return [each, { ...jsonOf(field.type), description: field.description }] as const;
  });
  return {
    type: 'object',
    description: type.description,
    properties: Object.fromEntries(fields),
    required: fields.map(([each]) => each),
  };
}

function jsonOf(type: GraphQLOutputType): Json {
  if (isNonNullType(type)) return namedOf(type.ofType);
  const json = namedOf(type);
  if (typeof json['type'] === 'string') return { ...json, type: [json['type'], 'null'] };
  return 'enum' in json ? { enum: [...(json['enum'] as string[]), null] } : { anyOf: [json, { type: 'null' }] };
}

function namedOf(type: GraphQLNamedType | GraphQLOutputType): Json {
  if (isListType(type)) return { type: 'array', items: jsonOf(type.ofType) };
  if (isEnumType(type)) return { enum: type.getValues().map(({ name }) => name) };
  // A job within a job is shown by its id.
  if (isObjectType(type) && type.name === 'Job') return { type: 'string' };
  if (isObjectType(type) || isInterfaceType(type)) return { $ref: `#/$defs/${type.name}` };
  const scalar = scalars[String(type)];
  if (scalar === undefined) throw new Error(`${String(type)} has no JSON type`);
  return scalar;
}
