import { type CodeRequest, givenInputOf, mutation } from './request.ts';

const follow = 'subscription ($id: ID!) { jobUpdated(id: $id) { status videoUrl failure { message } } }';

/** A shell script that makes the video and follows it, as server-sent events, to its end. */
export function curlOf(request: CodeRequest): string {
  const { url, needsToken } = request;
  const body = JSON.stringify({ query: onOneLine(mutation), variables: { input: givenInputOf(request) } }, null, 2);
  const head = [`curl -sS ${quoted(url)}`, `-H 'content-type: application/json'`];
  if (needsToken) head.push(`-H "authorization: Bearer $REELGATE_TOKEN"`);
  // The id stands in double quotes between two texts in single quotes.
  const watch = quoted(JSON.stringify({ query: follow, variables: { id: 'ID' } })).replace('"ID"', `"'"$id"'"`);
  return `${needsToken ? '# export REELGATE_TOKEN=… first\n' : ''}response=$(${[...head, `-d ${quoted(body)}`].join(' \\\n  ')})
echo "$response"
id=$(printf '%s' "$response" | sed -n 's/.*"id":"\\([^"]*\\)".*/\\1/p')

# Every new state of the job, until it has ended.
${[...head, `-H 'accept: text/event-stream'`, `-N -d ${watch}`].join(' \\\n  ')}
`;
}

function onOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

/** Text for a shell, in single quotes: nothing in it is special but the quote itself. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
