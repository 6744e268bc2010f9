import { type CodeRequest, givenInputOf, indented, literalOf, mutation, subscription } from './request.ts';

/** The video with Reelgate's own client. */
export function kitOf(request: CodeRequest): string {
  const token = request.needsToken ? ',\n  token: process.env.REELGATE_TOKEN' : '';
  return `// npm install @reelgate/client
import { createReelgate } from '@reelgate/client';

const reelgate = createReelgate({
  url: ${JSON.stringify(request.url)}${token},
});

const created = await reelgate.generate(${literalOf(givenInputOf(request), 0)});
if (created.__typename !== 'GenerateVideoSuccess') throw new Error(created.message);

for await (const job of reelgate.watch(created.job.id)) {
  console.log(job.status, job.videoUrl);
}
`;
}

/** The video with urql. */
export function urqlOf(request: CodeRequest): string {
  return `// npm install @urql/core graphql-ws
import { Client, fetchExchange, gql, subscriptionExchange } from '@urql/core';
import { createClient } from 'graphql-ws';

const url = ${JSON.stringify(request.url)};
${headersOf(request)}${socketOf(request)}
const client = new Client({
  url,
  preferGetMethod: false,${request.needsToken ? '\n  fetchOptions: { headers },' : ''}
  exchanges: [
    fetchExchange,
    subscriptionExchange({
      forwardSubscription: ({ query = '', variables }) => ({
        subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables }, sink) }),
      }),
    }),
  ],
});

${operations}

const input = ${literalOf(givenInputOf(request), 0)};
const { data, error } = await client.mutation(generate, { input }).toPromise();
if (error) throw error;
const created = data.generateVideo;
if (created.__typename !== 'GenerateVideoSuccess') throw new Error(created.message);

client.subscription(follow, { id: created.job.id }).subscribe(({ data }) => {
  if (data) console.log(data.jobUpdated.status, data.jobUpdated.videoUrl);
});
`;
}

/** The video with Apollo Client. */
export function apolloOf(request: CodeRequest): string {
  return `// npm install @apollo/client graphql graphql-ws rxjs
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createClient } from 'graphql-ws';

const url = ${JSON.stringify(request.url)};
${headersOf(request)}${socketOf(request)}
const client = new ApolloClient({
  cache: new InMemoryCache(),
  link: ApolloLink.split(
    ({ operationType }) => operationType === 'subscription',
    new GraphQLWsLink(socket),
    new HttpLink({ uri: url${request.needsToken ? ', headers' : ''} }),
  ),
});

${operations}

const input = ${literalOf(givenInputOf(request), 0)};
const { data } = await client.mutate({ mutation: generate, variables: { input } });
const created = data.generateVideo;
if (created.__typename !== 'GenerateVideoSuccess') throw new Error(created.message);

client.subscribe({ query: follow, variables: { id: created.job.id } }).subscribe(({ data }) => {
  console.log(data.jobUpdated.status, data.jobUpdated.videoUrl);
});
`;
}

const operations = `const generate = gql\`
  ${indented(mutation, 2)}
\`;
const follow = gql\`
  ${indented(subscription, 2)}
\`;`;

function socketOf({ needsToken }: CodeRequest): string {
  const more = needsToken ? ', connectionParams: headers' : '';
  return `const socket = createClient({ url: url.replace(/^http/, 'ws')${more} });`;
}

function headersOf({ needsToken }: CodeRequest): string {
  return needsToken ? "const headers = { authorization: 'Bearer ' + process.env.REELGATE_TOKEN };\n" : '';
}
