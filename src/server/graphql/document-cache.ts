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
import { createSharedCache } from '../../lib/shared-cache.ts';
import { MaxCostRule, MaxPaidRule } from './cost-rules.ts';
import { MaxDepthRule, parseBounded } from './document.ts';
import { coded, plainErrorOf } from './errors.ts';
import { withLocations } from './locations.ts';
import { OverlapRule } from './overlap-rule.ts';
import { SubscriptionRootRule } from './root-rule.ts';
import { tooLarge } from './written-out.ts';

/** Parsed and validated documents: each is parsed and validated once, however often clients send it. */
export interface DocumentCache {
  /**
   * Returns the document of a text, without locations; the same object while it is kept. `owner`: the user whose share of the memory it
   * takes, null for callers without a token. Throws GRAPHQL_PARSE_FAILED.
   */
  parse(text: string | Source, owner: string | null): DocumentNode;
  /** The text of a document: one string for all clients that send an equal one. */
  textOf(document: DocumentNode): string | undefined;
  /** The errors of a document, each with its code; empty where it may be executed. */
  validate(document: DocumentNode): readonly GraphQLError[];
  /** A result whose errors name the places in the document that they concern. */
  locate<Result extends { readonly errors?: readonly GraphQLError[] }>(result: Result, document: DocumentNode): Result;
}

const mebibyte = 1024 * 1024;

/** A user's share holds four documents of the largest size, or a hundred of 200 tokens. */
const limits = { maxBytes: 64 * mebibyte, maxBytesPerOwner: 4 * mebibyte };

/**
 * The most that a token takes in the heap of Node 20, where it becomes a field: a node, its name and two empty lists. Most kinds of
 * documents take 40 to 160. A test measures it.
 */
const bytesPerToken = 220;

const bytesPerCharacter = 2;

/** All callers without a token share one share. */
const nobody = '';

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

/** How documents are validated. `suggests`: whether errors name what the client may have meant, for those who may read the schema. */
type DocumentCacheOptions = { readonly suggests?: boolean };

/**
 * A document cache for a schema. Documents are kept by bytes, whoever sends them; no document within the limits is too large. No rule reads
 * variables, so the errors of a document hold for every request.
 */
export function createDocumentCache(
  schema: GraphQLSchema,
  { suggests = true }: DocumentCacheOptions = {},
): DocumentCache {
  const documents = createSharedCache<DocumentNode>(limits);
  const texts = new WeakMap<DocumentNode, string>();
  const invalid = new WeakMap<DocumentNode, readonly GraphQLError[]>();

  function locate(errors: readonly GraphQLError[], document: DocumentNode): readonly GraphQLError[] {
    const text = texts.get(document);
    return text === undefined ? errors : withLocations(errors, document, text);
  }

  return {
    parse(source, owner) {
      const text = typeof source === 'string' ? source : source.body;
      const known = documents.get(text);
      if (known !== undefined) return known;
      const document = parseCoded(source);
      texts.set(document, text);
      documents.set(text, document, { owner: owner ?? nobody, bytes: bytesOf(document, text) });
      return document;
    },
    textOf: (document) => texts.get(document),
    validate(document) {
      const known = invalid.get(document);
      if (known !== undefined) return known;
      const errors = locate(errorsOf(schema, document, suggests), document).map((error) =>
        plainErrorOf(error, 'GRAPHQL_VALIDATION_FAILED'),
      );
      invalid.set(document, errors);
      return errors;
    },
    locate: (result, document) =>
      result.errors === undefined ? result : { ...result, errors: locate(result.errors, document) },
  };
}

/** An estimate of the memory that a document takes with its text, at least what it really is. */
export function bytesOf({ tokenCount = 0 }: DocumentNode, text: string): number {
  return tokenCount * bytesPerToken + text.length * bytesPerCharacter;
}

function errorsOf(schema: GraphQLSchema, document: DocumentNode, suggests: boolean): readonly GraphQLError[] {
  const large = tooLarge(document);
  if (large !== null) return [large];
  const errors = validateDocument(schema, document, rules, { maxErrors, hideSuggestions: !suggests });
  // graphql-js adds one more error, saying that it stopped.
  if (errors.length <= maxErrors) return errors;
  const sentence = `Only the first ${maxErrors} errors are listed: fix these, then send the document again.`;
  return [...errors.slice(0, maxErrors), new GraphQLError(sentence)];
}

function parseCoded(source: string | Source): DocumentNode {
  try {
    return parseBounded(source, { noLocation: true });
  } catch (error) {
    throw error instanceof GraphQLError ? coded(error, 'GRAPHQL_PARSE_FAILED') : error;
  }
}
