import { type DocumentNode, getOperationAST } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Block, blocks, documentOf } from '../../ground/block.ts';
import { makeFolder, request, startGateway, subscribe, type TestGateway } from '../../world/gateway.ts';

const operations = blocks
  .filter(({ language, text }) => language === 'graphql' && !text.startsWith('...'))
  .map((block) => [`${block.file}:${block.line}`, block] as const);

let folder: Awaited<ReturnType<typeof makeFolder>>;

let gateway: TestGateway;

/** A job that has failed, which can be watched, read, retried and deleted. */
let id: string;

beforeAll(async () => {
  folder = await makeFolder();
  gateway = await startGateway(folder.path);
  const generate =
    'mutation { generateVideo(input: { prompt: "@test/submit:400" }) { ... on ProviderError { failedJob { id } } } }';
  id = (await request(gateway, generate)).data.generateVideo.failedJob.id;
}, 180_000);

afterAll(async () => {
  await gateway.stop();
  await folder.remove();
});

/** The variables in the JSON below an operation; else the job's id. */
function variablesOf(block: Block): Record<string, unknown> {
  const next = blocks[blocks.indexOf(block) + 1];
  if (next?.language === 'json' && next.file === block.file) return JSON.parse(next.text);
  const names = variableNamesOf(documentOf(block));
  return Object.fromEntries(names.includes('id') ? [['id', id]] : []);
}

function variableNamesOf(document: DocumentNode): readonly string[] {
  return getOperationAST(document)?.variableDefinitions?.map(({ variable }) => variable.name.value) ?? [];
}

it.each(operations)('%s: the operation runs as written, by an admin in demo mode', async (_, block) => {
  const isLive = getOperationAST(documentOf(block))?.operation === 'subscription';
  if (!isLive) {
    expect((await request(gateway, block.text, variablesOf(block))).errors).toBeUndefined();
    return;
  }
  const updates = subscribe(gateway, block.text, variablesOf(block));
  expect((await updates.next())?.errors).toBeUndefined();
  await updates.close();
});
