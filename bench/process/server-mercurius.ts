// Mercurius with fastify and its JIT, as https://mercurius.dev/#/docs/subscriptions teaches.
import { fastify } from 'fastify';
import { mercurius, type PubSub } from 'mercurius';
import { serveCommands } from './commands.ts';
import { peerCommands, resolversOf, typeDefs } from './peer.ts';

type Context = { readonly pubsub: PubSub };

const app = fastify();

const publish = (topic: string, payload: Record<string, unknown>) =>
  void app.graphql.pubsub.publish({ topic, payload });

const resolvers = resolversOf<Context>({ publish, subscribe: (topic, { pubsub }) => pubsub.subscribe(topic) });

// Its types are narrower for resolvers than what it accepts.
await app.register(mercurius, { schema: typeDefs, resolvers: resolvers as never, jit: 1, subscription: true });

const url = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));

serveCommands(peerCommands(Number(url.port), publish));
