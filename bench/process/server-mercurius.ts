// Mercurius with fastify and its JIT, as https://mercurius.dev/#/docs/subscriptions teaches, and @fastify/jwt with its cache of tokens.
import jwt from '@fastify/jwt';
import { fastify } from 'fastify';
import { mercurius, type PubSub } from 'mercurius';
import { authOf, tokenIn } from './auth.ts';
import { serveCommands } from './commands.ts';
import { peerCommands, resolversOf, typeDefs } from './peer.ts';

type Context = { readonly pubsub: PubSub; readonly user: string };

type Init = { readonly payload?: Readonly<Record<string, unknown>> };

const { algorithm, secret, pem } = authOf(process.argv);

const tokensKept = 10_000;

const app = fastify();

await app.register(jwt, {
  secret: algorithm === 'HS256' ? secret : { public: pem },
  verify: { algorithms: [algorithm], cache: tokensKept },
});

const userIn = (authorization: unknown) => ({
  user: app.jwt.verify<{ readonly sub: string }>(tokenIn(authorization)).sub,
});

const publish = (topic: string, payload: Record<string, unknown>) =>
  void app.graphql.pubsub.publish({ topic, payload });

const resolvers = resolversOf<Context>({
  subscribe: (topic, { pubsub }) => pubsub.subscribe(topic),
  userOf: ({ user }) => user,
});

await app.register(mercurius, {
  schema: typeDefs,
  // Its types are narrower for resolvers than what it accepts.
  resolvers: resolvers as never,
  jit: 1,
  context: (request) => userIn(request.headers.authorization),
  // What onConnect returns becomes part of the context.
  subscription: { onConnect: ({ payload }: Init) => userIn(payload?.['authorization']) },
});

const url = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));

serveCommands(peerCommands(Number(url.port), publish));
