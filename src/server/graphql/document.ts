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

/** Of brackets of any kind. The parser calls itself at each one: thousands of them would exhaust its stack. */
const maxNesting = 100;

/** Of one document. A page that asks for many things under names of its own has a dozen. */
const maxAliases = 60;

/** Of one document: each is looked at wherever it stands. */
const maxDirectives = 50;

/** Of selections, fragments counted in. GraphiQL's introspection needs 15, a feed of connections 8. */
const maxDepth = 20;

/** Parses a document of bounded size and nesting, with few aliases and directives. Throws a syntax error where it is beyond any, before it is parsed. */
export function parseBounded(text: string | Source, options?: ParseOptions): DocumentNode {
  const source = typeof text === 'string' ? new Source(text) : text;
  const lexer = new Lexer(source);
  const count = createCount(source);
  for (let token = lexer.advance(); token.kind !== TokenKind.EOF; token = lexer.advance()) {
    count(token);
  }
  return parse(source, options);
}

/** Counts what a document has of each, token by token; throws at the first one too many. */
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
    // Within parentheses it stands behind the name of an argument, a variable or a field of the input.
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

/** Each fragment is measured once, however often it is spread; one that spreads itself is another rule's to report. */
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

/** The one field that an operation selects, also through fragments. Null where it selects more, or none for certain. */
export function rootFieldOf(document: DocumentNode, operation: OperationDefinitionNode): FieldNode | null {
  const fragments = fragmentsOf(document);

  function onlyFieldOf({ selections }: SelectionSetNode): FieldNode | null {
    const [selection, another] = selections;
    // A condition may leave a field out, and something else in.
    if (selection === undefined || another !== undefined || selection.directives?.length !== 0) return null;
    if (selection.kind === Kind.FIELD) return selection;
    const part = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    return part === undefined ? null : onlyFieldOf(part.selectionSet);
  }

  return onlyFieldOf(operation.selectionSet);
}

const openFields = new Set(['__schema', '__type', '__typename']);

/** Whether all operations of a document ask only about the schema, which is public. */
export function isIntrospection(document: DocumentNode): boolean {
  const fragments = fragmentsOf(document);

  function isOpen({ selections }: SelectionSetNode): boolean {
    return selections.every((selection) => {
      if (selection.kind === Kind.FIELD) return openFields.has(selection.name.value);
      if (selection.kind === Kind.INLINE_FRAGMENT) return isOpen(selection.selectionSet);
      const fragment = fragments.get(selection.name.value);
      // Looked at once: a second spread of it could not change the answer.
      fragments.delete(selection.name.value);
      return fragment === undefined || isOpen(fragment.selectionSet);
    });
  }

  return document.definitions.every(
    (definition) => definition.kind !== Kind.OPERATION_DEFINITION || isOpen(definition.selectionSet),
  );
}

/** The fragments of a document, by name. */
export function fragmentsOf({ definitions }: DocumentNode): Map<string, FragmentDefinitionNode> {
  const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  return new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
}
