// graphql-yoga with graphql-ws and its createPubSub, as https://the-guild.dev/graphql/yoga-server/docs/features/subscriptions teaches.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ExecutionArgs } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { createPubSub, createSchema, createYoga } from 'graphql-yoga';
import { WebSocketServer } from 'ws';
import { serveCommands } from './commands.ts';
import { peerCommands, resolversOf, typeDefs } from './peer.ts';

type Rooted = ExecutionArgs & { rootValue: Pick<ReturnType<typeof yoga.getEnveloped>, 'execute' | 'subscribe'> };

const pubSub = createPubSub<Record<string, [payload: Record<string, unknown>]>>();

const publish = (topic: string, payload: Record<string, unknown>) => pubSub.publish(topic, payload);

const resolvers = resolversOf({ publish, subscribe: (topic) => pubSub.subscribe(topic) });

const yoga = createYoga({ schema: createSchema({ typeDefs, resolvers }), graphiql: false, logging: false });

const http = createServer((request, response) => {
  Promise.resolve(yoga(request, response)).catch(() => void response.destroy());
});

const webSocketServer = new WebSocketServer({ server: http, path: yoga.graphqlEndpoint });

useServer(
  {
    // onSubscribe below put it there.
    execute: (args) => (args as Rooted).rootValue.execute(args),
    subscribe: (args) => (args as Rooted).rootValue.subscribe(args),
    async onSubscribe(context, _id, params) {
      const { schema, execute, subscribe, contextFactory, parse, validate } = yoga.getEnveloped({
        ...context,
        req: context.extra.request,
        socket: context.extra.socket,
        params,
      });
      const args = {
        schema,
        operationName: params.operationName,
        document: parse(params.query),
        variableValues: params.variables,
        contextValue: await contextFactory(),
        rootValue: { execute, subscribe },
      };
      const errors = validate(args.schema, args.document);
      return errors.length > 0 ? errors : args;
    },
  },
  webSocketServer,
);

http.listen(0, '127.0.0.1');

await once(http, 'listening');

const address = http.address();

serveCommands(peerCommands(typeof address === 'object' ? (address?.port ?? 0) : 0, publish));
