import { type ASTNode, type DocumentNode, GraphQLError, type Location, parse } from 'graphql';

/**
 * Errors with the places in the document that they concern. Documents are kept without locations, which would take most of their memory.
 * So the text is parsed again: both parses have the same nodes at the same places in the tree.
 */
export function withLocations(
  errors: readonly GraphQLError[],
  document: DocumentNode,
  text: string,
): readonly GraphQLError[] {
  const wanted = new Set(errors.flatMap(({ nodes = [], locations }) => (locations === undefined ? nodes : [])));
  if (wanted.size === 0) return errors;
  const found = new Map<object, Location>();
  find(document, parse(text), wanted, found);
  return errors.map((error) => located(error, found));
}

/** Finds the locations of the wanted nodes in a tree that is otherwise the same; each is looked for until all have been found. */
function find(tree: object, withPlaces: object, wanted: Set<ASTNode>, found: Map<object, Location>): void {
  // The set has nodes, and any object may be asked for.
  if (wanted.delete(tree as ASTNode) && 'loc' in withPlaces) found.set(tree, withPlaces.loc as Location);
  const members = new Map<string, unknown>(Object.entries(withPlaces));
  for (const [name, member] of Object.entries(tree)) {
    if (wanted.size === 0) return;
    const other = members.get(name);
    if (isObject(member) && isObject(other)) find(member, other, wanted, found);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function located(error: GraphQLError, found: ReadonlyMap<object, Location>): GraphQLError {
  const { message, nodes = [], path, extensions, originalError, locations } = error;
  const places = nodes.flatMap((node) => found.get(node) ?? []);
  const [first] = places;
  if (locations !== undefined || first === undefined) return error;
  const positions = places.map(({ start }) => start);
  return new GraphQLError(message, { nodes, source: first.source, positions, path, extensions, originalError });
}
