// graphql-yoga with graphql-ws, its createPubSub and its JWT plugin, as its pages teach:
// https://the-guild.dev/graphql/yoga-server/docs/features/subscriptions and https://the-guild.dev/graphql/yoga-server/docs/features/jwt.
// The plugin caches an issuer's keys, and no tokens.
import { once } from 'node:events';
import { createServer } from 'node:http';
import {
  createInlineSigningKeyProvider,
  createRemoteJwksSigningKeyProvider,
  extractFromConnectionParams,
  extractFromHeader,
  type JWTExtendContextFields,
  useJWT,
} from '@graphql-yoga/plugin-jwt';
import type { ExecutionArgs } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { createPubSub, createSchema, createYoga } from 'graphql-yoga';
import { WebSocketServer } from 'ws';
import { authOf } from './auth.ts';
import { serveCommands } from './commands.ts';
import { peerCommands, resolversOf, typeDefs } from './peer.ts';

type Context = { readonly jwt?: JWTExtendContextFields };

type Rooted = ExecutionArgs & { rootValue: Pick<ReturnType<typeof yoga.getEnveloped>, 'execute' | 'subscribe'> };

const { algorithm, secret, url } = authOf(process.argv);

const pubSub = createPubSub<Record<string, [payload: Record<string, unknown>]>>();

const publish = (topic: string, payload: Record<string, unknown>) => pubSub.publish(topic, payload);

const resolvers = resolversOf<Context>({
  subscribe: (topic) => pubSub.subscribe(topic),
  userOf: ({ jwt }) => String(jwt?.payload.sub),
});

const yoga = createYoga({
  schema: createSchema<Context>({ typeDefs, resolvers }),
  graphiql: false,
  logging: false,
  plugins: [
    useJWT({
      signingKeyProviders: [
        algorithm === 'HS256'
          ? createInlineSigningKeyProvider(secret)
          : createRemoteJwksSigningKeyProvider({ jwksUri: url }),
      ],
      tokenLookupLocations: [
        extractFromHeader({ name: 'authorization', prefix: 'Bearer' }),
        extractFromConnectionParams({ name: 'token' }),
      ],
      tokenVerification: { algorithms: [algorithm] },
    }),
  ],
});

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
