import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  OverlappingFieldsCanBeMergedRule,
  type Source,
  specifiedRules,
  validate as validateDocument,
} from 'graphql';
import { createLruCache } from '../../lib/lru-cache.ts';
import { MaxCostRule, MaxPaidRule } from './cost-rules.ts';
import { MaxDepthRule, parseBounded } from './document.ts';
import { coded } from './errors.ts';
import { OverlapRule } from './overlap-rule.ts';
import { tooLarge } from './written-out.ts';

/** What the documents of clients say: each is parsed and validated once, however often it is sent. */
export interface DocumentCache {
  /** The same text is the same object, for as long as it is remembered. Throws GRAPHQL_PARSE_FAILED. */
  parse(text: string | Source): DocumentNode;
  /** What is wrong with a document, each with its code: nothing where it may be executed. */
  validate(document: DocumentNode): readonly GraphQLError[];
}

/** Documents kept; only ones of so many characters, so that the memory they take is bounded (about 100 MB at worst). */
const keptDocuments = 500;

const longestKept = 4000;

/** Of one document; whoever mends so many sends it again anyway. */
const maxErrors = 20;

/** graphql-js compares pairs of fields: a document within all limits took it a second. */
const rules = [
  ...specifiedRules.filter((rule) => rule !== OverlappingFieldsCanBeMergedRule),
  OverlapRule,
  MaxDepthRule,
  MaxCostRule,
  MaxPaidRule,
];

/** The readings of documents for a schema; no rule asks for variables, so that what one finds holds for every request. */
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
  // What stands beyond the limit is graphql-js's own word for having stopped.
  if (errors.length <= maxErrors) return errors;
  const sentence = `Only the first ${maxErrors} errors are listed: mend these, then send the document again.`;
  return [...errors.slice(0, maxErrors), new GraphQLError(sentence)];
}

function parseCoded(source: string | Source): DocumentNode {
  try {
    return parseBounded(source);
  } catch (error) {
    throw error instanceof GraphQLError ? coded(error, 'GRAPHQL_PARSE_FAILED') : error;
  }
}
