// Mercurius with fastify and its JIT, as https://mercurius.dev/#/docs/subscriptions teaches.
import { fastify } from 'fastify';
import { mercurius, type PubSub } from 'mercurius';
import { peerVerbs, resolversOf, typeDefs } from './peer.ts';
import { answerWith } from './verbs.ts';

type Context = { readonly pubsub: PubSub };

const app = fastify();

const publish = (topic: string, payload: Record<string, unknown>) =>
  void app.graphql.pubsub.publish({ topic, payload });

const resolvers = resolversOf<Context>({ publish, subscribe: (topic, { pubsub }) => pubsub.subscribe(topic) });

// Its types name resolvers more narrowly than it takes them.
await app.register(mercurius, { schema: typeDefs, resolvers: resolvers as never, jit: 1, subscription: true });

const url = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));

answerWith(peerVerbs(Number(url.port), publish));
