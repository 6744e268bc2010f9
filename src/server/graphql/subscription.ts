import {
  type DocumentNode,
  type ExecutionArgs,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
} from 'graphql';
import type { DocumentCache } from './document-cache.ts';

/** Where a subscription finds its document. */
type DocumentPlace = {
  readonly text: string;
  readonly owner: string | null;
  readonly documentCache: Pick<DocumentCache, 'parse'>;
};

/**
 * A subscription whose document is found anew each time it is read. Thousands may run: a class, because literals with accessors take
 * nearly a KiB more.
 */
export class FoundSubscription implements ExecutionArgs {
  readonly schema: GraphQLSchema;
  readonly operationName: ExecutionArgs['operationName'];
  readonly variableValues: ExecutionArgs['variableValues'];
  readonly contextValue: unknown;
  private readonly text: string;
  private readonly owner: string | null;
  private readonly documentCache: DocumentPlace['documentCache'];

  constructor(args: Omit<ExecutionArgs, 'document'>, { text, owner, documentCache }: DocumentPlace) {
    this.schema = args.schema;
    this.operationName = args.operationName;
    this.variableValues = args.variableValues;
    this.contextValue = args.contextValue;
    this.text = text;
    this.owner = owner;
    this.documentCache = documentCache;
  }

  /** With its arguments it is an operation that is ready to run. */
  get args(): ExecutionArgs {
    return this;
  }

  get document(): DocumentNode {
    return this.documentCache.parse(this.text, this.owner);
  }

  get operation(): OperationDefinitionNode {
    // It passed the guards, so its document has it.
    return getOperationAST(this.document, this.operationName) as OperationDefinitionNode;
  }
}
