import { GraphQLError, GraphQLInt, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import type { Context } from '../../schema/context.ts';

/** Counters of the schema: open subscriptions, long texts created. */
export type Counts = { open: number; texts: number };

/** A small schema with everything that a server must handle. */
export function createTestSchema(counts: Counts): GraphQLSchema {
  const query: GraphQLObjectType<unknown, Context> = new GraphQLObjectType<unknown, Context>({
    name: 'Query',
    fields: () => ({
      me: { type: GraphQLString, resolve: (_, __, { viewer }) => viewer && `${viewer.userId} ${viewer.environment}` },
      roles: { type: GraphQLString, resolve: (_, __, { viewer }) => viewer?.roles.join() },
      self: { type: query, resolve: () => ({}) },
      double: {
        type: GraphQLInt,
        args: { number: { type: new GraphQLNonNull(GraphQLInt) } },
        resolve: (_, { number }) => number * 2,
      },
      text: {
        type: GraphQLString,
        args: { length: { type: GraphQLInt } },
        resolve: (_, { length }) => {
          counts.texts += 1;
          return 'x'.repeat(length);
        },
      },
      fails: {
        type: GraphQLString,
        resolve: () => {
          throw new Error('the password is hunter2');
        },
      },
      wrong: { type: GraphQLInt, resolve: () => 'no integer' },
      forbidden: {
        type: GraphQLString,
        resolve: () => {
          throw new GraphQLError('This is for admins.', { extensions: { code: 'FORBIDDEN' } });
        },
      },
    }),
  });
  const mutation = new GraphQLObjectType({ name: 'Mutation', fields: { act: { type: GraphQLInt, resolve: () => 1 } } });
  const subscription = new GraphQLObjectType({
    name: 'Subscription',
    fields: {
      count: {
        type: GraphQLInt,
        args: { to: { type: GraphQLInt } },
        subscribe: (_, { to }) => counting(counts, to),
        resolve: (number) => number,
      },
      texts: {
        type: GraphQLString,
        args: { length: { type: GraphQLInt } },
        subscribe: () => counting(counts, Number.POSITIVE_INFINITY),
        resolve: (_, { length }) => {
          counts.texts += 1;
          return 'x'.repeat(length);
        },
      },
      missing: {
        type: GraphQLInt,
        subscribe: () => {
          throw new GraphQLError('There is none.', { extensions: { code: 'NOT_FOUND' } });
        },
      },
      breaks: { type: GraphQLInt, subscribe: () => counting(counts, 1, true), resolve: (number) => number },
      fails: {
        type: GraphQLInt,
        subscribe: () => counting(counts, 1),
        resolve: () => {
          throw new Error('the password is hunter2');
        },
      },
    },
  });
  return new GraphQLSchema({ query, mutation, subscription });
}

/**
 * Counts up to a number, then ends or throws; without a number it counts to 1 and stays open. Written by hand so that its end is seen at
 * once.
 */
function counting(counts: Counts, to?: number | null, breaks = false): AsyncIterableIterator<number> {
  let number = 0;
  let isOpen = true;
  let wake: ((end: IteratorResult<number>) => void) | null = null;
  const done = { done: true, value: undefined } as const;
  counts.open += 1;
  const close = () => {
    if (isOpen) counts.open -= 1;
    isOpen = false;
    wake?.(done);
  };
  return {
    async next() {
      number += 1;
      if (!isOpen) return done;
      if (number <= (to ?? 1)) return { done: false, value: number };
      if (typeof to !== 'number') {
        return new Promise((resolve) => {
          wake = resolve;
        });
      }
      close();
      if (breaks) throw new Error('the password is hunter2');
      return done;
    },
    async return() {
      close();
      return done;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
