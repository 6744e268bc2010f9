// Apollo Server with graphql-ws and graphql-subscriptions, as https://www.apollographql.com/docs/apollo-server/data/subscriptions teaches.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { expressMiddleware } from '@as-integrations/express5';
import express from 'express';
import { PubSub } from 'graphql-subscriptions';
import { useServer } from 'graphql-ws/use/ws';
import { createSchema } from 'graphql-yoga';
import { WebSocketServer } from 'ws';
import { serveCommands } from './commands.ts';
import { peerCommands, resolversOf, typeDefs } from './peer.ts';

const pubSub = new PubSub();

const publish = (topic: string, payload: Record<string, unknown>) => {
  pubSub.publish(topic, payload).catch(() => undefined);
};

const resolvers = resolversOf({ publish, subscribe: (topic) => pubSub.asyncIterableIterator(topic) });

const schema = createSchema({ typeDefs, resolvers });

const app = express();

const http = createServer((request, response) => void app(request, response));

const cleanup = useServer({ schema }, new WebSocketServer({ server: http, path: '/graphql' }));

const server = new ApolloServer({
  schema,
  plugins: [
    ApolloServerPluginDrainHttpServer({ httpServer: http }),
    { serverWillStart: async () => ({ drainServer: async () => void (await cleanup.dispose()) }) },
  ],
});

await server.start();

app.use('/graphql', express.json(), expressMiddleware(server));

http.listen(0, '127.0.0.1');

await once(http, 'listening');

const address = http.address();

serveCommands(peerCommands(typeof address === 'object' ? (address?.port ?? 0) : 0, publish));
