// Apollo Server with graphql-ws and graphql-subscriptions, as https://www.apollographql.com/docs/apollo-server/data/subscriptions teaches.
// jose verifies the token in the context of each request and of each subscription, as the page on authentication does; it caches keys only.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { expressMiddleware } from '@as-integrations/express5';
import express from 'express';
import { PubSub } from 'graphql-subscriptions';
import { useServer } from 'graphql-ws/use/ws';
import { createSchema } from 'graphql-yoga';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { WebSocketServer } from 'ws';
import { authOf, tokenIn } from './auth.ts';
import { serveCommands } from './commands.ts';
import { peerCommands, resolversOf, typeDefs } from './peer.ts';

type Context = { readonly user: string };

const { algorithm, secret, url } = authOf(process.argv);

const key = new TextEncoder().encode(secret);

const published = createRemoteJWKSet(new URL(url));

async function contextOf(authorization: unknown): Promise<Context> {
  const token = tokenIn(authorization);
  const { payload } = algorithm === 'HS256' ? await jwtVerify(token, key) : await jwtVerify(token, published);
  return { user: String(payload.sub) };
}

const pubSub = new PubSub();

const publish = (topic: string, payload: Record<string, unknown>) => {
  pubSub.publish(topic, payload).catch(() => undefined);
};

const resolvers = resolversOf<Context>({
  subscribe: (topic) => pubSub.asyncIterableIterator(topic),
  userOf: ({ user }) => user,
});

const schema = createSchema<Context>({ typeDefs, resolvers });

const app = express();

const http = createServer((request, response) => void app(request, response));

const cleanup = useServer(
  { schema, context: ({ connectionParams }) => contextOf(connectionParams?.['authorization']) },
  new WebSocketServer({ server: http, path: '/graphql' }),
);

const server = new ApolloServer<Context>({
  schema,
  plugins: [
    ApolloServerPluginDrainHttpServer({ httpServer: http }),
    { serverWillStart: async () => ({ drainServer: async () => void (await cleanup.dispose()) }) },
  ],
});

await server.start();

app.use(
  '/graphql',
  express.json(),
  expressMiddleware(server, { context: ({ req }) => contextOf(req.headers.authorization) }),
);

http.listen(0, '127.0.0.1');

await once(http, 'listening');

const address = http.address();

serveCommands(peerCommands(typeof address === 'object' ? (address?.port ?? 0) : 0, publish));
