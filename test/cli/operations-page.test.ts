import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readKeyCommand } from '../../src/cli/api-key.ts';
import { readAuditCommand } from '../../src/cli/audit.ts';
import { readBackupCommand, readRestoreCommand } from '../../src/cli/backup.ts';
import { readGrantCommand, readRefundCommand } from '../../src/cli/bookings.ts';
import { readBudgetCommand } from '../../src/cli/budget.ts';
import { readCommandLine } from '../../src/cli/command-line.ts';
import { readCopyUrls } from '../../src/cli/copy.ts';
import { readEraseCommand } from '../../src/cli/erase.ts';
import { readExportCommand } from '../../src/cli/export.ts';
import { readMediaCommand } from '../../src/cli/media.ts';
import { usages } from '../../src/cli/usage.ts';
import { keyNameOf } from '../../src/credential/api-key.ts';
import { projectRoot } from '../../src/lib/package.ts';
import { commandsOf } from '../world/page-commands.ts';

const read = (file: string) => readFileSync(join(projectRoot(), file), 'utf8');

const page = read('docs/operations.md');

/** How each command reads its arguments. */
const readers: Readonly<Record<string, (args: readonly string[]) => object>> = {
  // The command line itself refuses any argument.
  losses: () => ({}),
  grant: readGrantCommand,
  refund: readRefundCommand,
  export: readExportCommand,
  audit: readAuditCommand,
  erase: readEraseCommand,
  budget: readBudgetCommand,
  backup: readBackupCommand,
  restore: readRestoreCommand,
  copy: readCopyUrls,
  media: readMediaCommand,
  key: (args) => readKeyCommand(args, 0),
};

it('every command on the page is one', () => {
  const commands = commandsOf(page);
  expect(commands.length).toBeGreaterThan(30);
  const name = keyNameOf({ environment: 'TEST', id: '018f0000-0000-7000-8000-000000000004' });
  for (const { text, words: shown, isLine } of commands) {
    // `jobs|ledger|audit` is any of them.
    const words = shown.map((word) => (word === 'NAME' ? name : word.replace(/\|.*/, '')));
    const line = readCommandLine(words, usages);
    expect(line, text).toMatchObject({ kind: 'run' });
    if (line.kind !== 'run') continue;
    const reader = readers[line.command];
    if (reader === undefined) throw new Error(`Nothing reads ${text}`);
    // In a sentence a command may stand without what it works on.
    if (!isLine && /^[a-z]+( [a-z]+)?$/.test(words.join(' '))) continue;
    expect(Object.keys(reader(line.args)), text).not.toContain('usage');
  }
});

it('what to alarm on exists: each line of the log, metric and alert', () => {
  const [, section = ''] = /^## What to alarm on\n(.*?)^## /ms.exec(page) ?? [];
  const sentences = [...section.matchAll(/line "([^"]+)"/g)].map(([, sentence = '']) =>
    sentence.replaceAll(/\s+/g, ' '),
  );
  expect(sentences.length).toBeGreaterThan(3);
  const sources = readdirSync(join(projectRoot(), 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => read(join('src', file)));
  for (const sentence of sentences)
    expect([sentence, sources.some((text) => text.includes(sentence))]).toEqual([sentence, true]);
  const metrics = section.match(/\breelgate_\w+/g) ?? [];
  const alerts = section.match(/\bReelgate[A-Z]\w+/g) ?? [];
  expect([metrics.length > 1, alerts.length > 1]).toEqual([true, true]);
  for (const metric of metrics) expect(read('docs/metrics.md')).toContain(metric);
  for (const alert of alerts) expect(read('deploy/prometheus-rules.yaml')).toContain(`alert: ${alert}\n`);
});

it('each secret of the settings can be rotated as the page says', () => {
  const [, section = ''] = /^## Rotate keys\n(.*?)^### /ms.exec(page) ?? [];
  const sources = readdirSync(join(projectRoot(), 'src/config')).map((file) => read(join('src/config', file)));
  const named = sources.flatMap((text) => [...text.matchAll(/\bsecret\('(\w+)'\)/g)].map(([, name = '']) => name));
  expect(named.length).toBeGreaterThan(5);
  const others = ['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY', 'HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'];
  for (const name of [...named, ...others]) expect(section).toContain(`\`${name}\``);
});

it('the files that the page names are there', () => {
  const links = [...page.matchAll(/\]\(([^)#]+)/g)].map(([, to = '']) => to);
  expect(links.filter((to) => !existsSync(join(projectRoot(), 'docs', to)))).toEqual([]);
});
