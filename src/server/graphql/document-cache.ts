import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  OverlappingFieldsCanBeMergedRule,
  SingleFieldSubscriptionsRule,
  type Source,
  specifiedRules,
  type ValidationRule,
  validate as validateDocument,
} from 'graphql';
import { createLruCache } from '../../lib/lru-cache.ts';
import { MaxCostRule, MaxPaidRule } from './cost-rules.ts';
import { MaxDepthRule, parseBounded } from './document.ts';
import { coded } from './errors.ts';
import { OverlapRule } from './overlap-rule.ts';
import { SubscriptionRootRule } from './root-rule.ts';
import { tooLarge } from './written-out.ts';

/** Parsed and validated documents: each is parsed and validated once, however often clients send it. */
export interface DocumentCache {
  /** Returns the same object for the same text while it is remembered. Throws GRAPHQL_PARSE_FAILED. */
  parse(text: string | Source): DocumentNode;
  /** The errors of a document, each with its code; empty where it may be executed. */
  validate(document: DocumentNode): readonly GraphQLError[];
}

/** Documents of at most 4,000 characters are kept, which bounds memory (about 100 MB at worst). */
const keptDocuments = 500;

const longestKept = 4000;

/** For one document; after fixing these, the client sends it again anyway. */
const maxErrors = 20;

/** graphql-js's overlap rule compares all pairs of fields: it took a second for a document within all limits. */
const replaced: readonly ValidationRule[] = [OverlappingFieldsCanBeMergedRule, SingleFieldSubscriptionsRule];

const rules = [
  ...specifiedRules.filter((rule) => !replaced.includes(rule)),
  OverlapRule,
  SubscriptionRootRule,
  MaxDepthRule,
  MaxCostRule,
  MaxPaidRule,
];

/** A document cache for a schema. No rule reads variables, so the errors of a document hold for every request. */
export function createDocumentCache(schema: GraphQLSchema): DocumentCache {
  const documents = createLruCache<DocumentNode>(keptDocuments);
  const invalid = new WeakMap<DocumentNode, readonly GraphQLError[]>();
  return {
    parse(source) {
      const text = typeof source === 'string' ? source : source.body;
      const known = documents.get(text);
      if (known !== undefined) return known;
      const document = parseCoded(source);
      if (text.length <= longestKept) documents.set(text, document);
      return document;
    },
    validate(document) {
      const known = invalid.get(document);
      if (known !== undefined) return known;
      const errors = errorsOf(schema, document).map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED'));
      invalid.set(document, errors);
      return errors;
    },
  };
}

function errorsOf(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] {
  const large = tooLarge(document);
  if (large !== null) return [large];
  const errors = validateDocument(schema, document, rules, { maxErrors, hideSuggestions: true });
  // graphql-js adds one more error, saying that it stopped.
  if (errors.length <= maxErrors) return errors;
  const sentence = `Only the first ${maxErrors} errors are listed: fix these, then send the document again.`;
  return [...errors.slice(0, maxErrors), new GraphQLError(sentence)];
}

function parseCoded(source: string | Source): DocumentNode {
  try {
    return parseBounded(source);
  } catch (error) {
    throw error instanceof GraphQLError ? coded(error, 'GRAPHQL_PARSE_FAILED') : error;
  }
}
