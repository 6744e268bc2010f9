import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  Lexer,
  type OperationDefinitionNode,
  type ParseOptions,
  parse,
  type SelectionSetNode,
  Source,
  syntaxError,
  type Token,
  TokenKind,
  type ValidationRule,
} from 'graphql';

/** GraphiQL's introspection has about 200 tokens, a large generated operation about a thousand. */
const maxTokens = 4000;

/** For brackets of any kind. The parser is recursive: thousands of them would exhaust its stack. */
const maxNesting = 100;

/** For one document. A page with many aliased fields has a dozen. */
const maxAliases = 60;

/** For one document: each is evaluated at every place. */
const maxDirectives = 50;

/** Of selections, with their fragments. GraphiQL's introspection needs 15, a feed of connections 8. */
const maxDepth = 20;

/** Parses a document. Throws a syntax error, before parsing, where it exceeds a limit of size, nesting, aliases or directives. */
export function parseBounded(text: string | Source, options?: ParseOptions): DocumentNode {
  const source = typeof text === 'string' ? new Source(text) : text;
  const lexer = new Lexer(source);
  const count = createCount(source);
  for (let token = lexer.advance(); token.kind !== TokenKind.EOF; token = lexer.advance()) {
    count(token);
  }
  return parse(source, options);
}

/** Counts tokens, nesting, aliases and directives token by token; throws at the first above a limit. */
function createCount(source: Source): (token: Token) => void {
  let [tokens, nesting, parentheses, aliases, directives] = [0, 0, 0, 0, 0];
  return ({ kind, start }) => {
    const refuse = (message: string) => {
      throw syntaxError(source, start, message);
    };
    tokens += 1;
    nesting += nestingSteps.get(kind) ?? 0;
    if (kind === TokenKind.PAREN_L) parentheses += 1;
    if (kind === TokenKind.PAREN_R) parentheses -= 1;
    // Within parentheses a colon follows the name of an argument, a variable or an input field.
    if (kind === TokenKind.COLON && parentheses === 0) aliases += 1;
    if (kind === TokenKind.AT) directives += 1;
    if (tokens > maxTokens) refuse(`The document has more than ${maxTokens} tokens.`);
    if (nesting > maxNesting) refuse(`Brackets are nested deeper than ${maxNesting}.`);
    if (aliases > maxAliases) refuse(`The document has more than ${maxAliases} aliases.`);
    if (directives > maxDirectives) refuse(`The document has more than ${maxDirectives} directives.`);
  };
}

const nestingSteps: ReadonlyMap<TokenKind, number> = new Map([
  ...[TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L].map((kind) => [kind, 1] as const),
  ...[TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R].map((kind) => [kind, -1] as const),
]);

/** Validation: no operation selects deeper than 20 fields. */
export function MaxDepthRule(...[context]: Parameters<ValidationRule>): ReturnType<ValidationRule> {
  const depthOf = createDepths((name) => context.getFragment(name) ?? undefined);
  return {
    OperationDefinition(operation) {
      if (depthOf(operation.selectionSet) <= maxDepth) return;
      context.reportError(
        new GraphQLError(`The operation selects deeper than ${maxDepth} fields.`, { nodes: operation }),
      );
    },
  };
}

/** Measures each fragment once, however often it is spread; another rule reports one that spreads itself. */
function createDepths(fragmentOf: (name: string) => FragmentDefinitionNode | undefined) {
  const known = new Map<string, number>();

  function fragmentDepthOf(name: string): number {
    const depth = known.get(name);
    if (depth !== undefined) return depth;
    known.set(name, 0);
    const measured = depthOf(fragmentOf(name)?.selectionSet);
    known.set(name, measured);
    return measured;
  }

  function depthOf(set: SelectionSetNode | undefined): number {
    let deepest = 0;
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FIELD) deepest = Math.max(deepest, 1 + depthOf(selection.selectionSet));
      else if (selection.kind === Kind.INLINE_FRAGMENT) deepest = Math.max(deepest, depthOf(selection.selectionSet));
      else deepest = Math.max(deepest, fragmentDepthOf(selection.name.value));
    }
    return deepest;
  }

  return depthOf;
}

/** The single root field of an operation, also through fragments. Null where it selects several, or one only conditionally. */
export function rootFieldOf(document: DocumentNode, operation: OperationDefinitionNode): FieldNode | null {
  const fragments = fragmentsOf(document);

  function onlyFieldOf({ selections }: SelectionSetNode): FieldNode | null {
    const [selection, another] = selections;
    // A directive may leave the field out.
    if (selection === undefined || another !== undefined || selection.directives?.length !== 0) return null;
    if (selection.kind === Kind.FIELD) return selection;
    const part = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    return part === undefined ? null : onlyFieldOf(part.selectionSet);
  }

  return onlyFieldOf(operation.selectionSet);
}

const publicFields = new Set(['__schema', '__type', '__typename']);

/** Whether all operations of a document ask only about the schema, which is public. */
export function isIntrospection(document: DocumentNode): boolean {
  const fragments = fragmentsOf(document);

  function isPublic({ selections }: SelectionSetNode): boolean {
    return selections.every((selection) => {
      if (selection.kind === Kind.FIELD) return publicFields.has(selection.name.value);
      if (selection.kind === Kind.INLINE_FRAGMENT) return isPublic(selection.selectionSet);
      const fragment = fragments.get(selection.name.value);
      // Visited once: a second spread could not change the result.
      fragments.delete(selection.name.value);
      return fragment === undefined || isPublic(fragment.selectionSet);
    });
  }

  return document.definitions.every(
    (definition) => definition.kind !== Kind.OPERATION_DEFINITION || isPublic(definition.selectionSet),
  );
}

/** The fragments of a document, by name. */
export function fragmentsOf({ definitions }: DocumentNode): Map<string, FragmentDefinitionNode> {
  const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  return new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
}
