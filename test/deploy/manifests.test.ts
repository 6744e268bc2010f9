import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Deployment } from 'kubernetes-types/apps/v1.d.ts';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { readConfig } from '../../src/config/config.ts';
import { projectRoot } from '../../src/lib/package.ts';
import type { Loose } from '../world/gateway.ts';

const root = projectRoot();

const read = (file: string) => readFileSync(join(root, file), 'utf8');

const text = read('deploy/kubernetes.yaml');

/** A constant of the program, such as a limit that a manifest must leave room for. */
function numberIn(file: string, name: string): number {
  const [, digits = ''] = new RegExp(`^const ${name} = ([\\d_]+);$`, 'm').exec(read(file)) ?? [];
  return Number.parseInt(digits.replaceAll('_', ''), 10);
}

const manifests: readonly Loose[] = parseAllDocuments(text, { strict: true, uniqueKeys: true }).map((document) => {
  expect(document.errors).toEqual([]);
  return document.toJS();
});

/** How many nodes a Deployment runs. */
const replicasOf = ({ spec }: Deployment): number => spec?.replicas ?? 1;

const ofKind = (kind: string): Loose => manifests.find((each) => each.kind === kind);

/** Where kubernetes-types, generated from the published API, has each kind. */
const homes: Readonly<Record<string, string>> = {
  ConfigMap: 'core/v1',
  Deployment: 'apps/v1',
  Service: 'core/v1',
  PodDisruptionBudget: 'policy/v1',
};

/** The compiler's errors about manifests that are written as TypeScript: unknown members, wrong types, missing members. */
function typeErrorsOf(objects: readonly Loose[]): readonly string[] {
  const lines = objects.map(
    (each, at) => `import type { ${each.kind} as K${at} } from 'kubernetes-types/${homes[each.kind]}';
export const m${at}: K${at} = ${JSON.stringify(each)};`,
  );
  const name = join(root, 'test/deploy/checked.ts');
  const options = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  const host = ts.createCompilerHost({ ...options, module: ts.ModuleKind.ESNext });
  const { getSourceFile, fileExists } = host;
  host.getSourceFile = (file, ...rest) =>
    file === name
      ? ts.createSourceFile(file, lines.join('\n'), ts.ScriptTarget.ESNext)
      : getSourceFile.call(host, file, ...rest);
  host.fileExists = (file) => file === name || fileExists(file);
  const program = ts.createProgram([name], { ...options, module: ts.ModuleKind.ESNext }, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

describe('deploy/kubernetes.yaml', () => {
  test('has only objects that fit the published API', () => {
    expect(manifests.map(({ kind }) => kind)).toEqual(['ConfigMap', 'Deployment', 'Service', 'PodDisruptionBudget']);
    for (const { kind, apiVersion } of manifests) expect(homes[kind]?.replace('core/', '')).toBe(apiVersion);
    expect(typeErrorsOf(manifests)).toEqual([]);
    const wrong = structuredClone(ofKind('Deployment'));
    wrong.spec.template.spec.containers[0].readynessProbe = {};
    expect(typeErrorsOf([wrong])).toEqual([expect.stringContaining('readynessProbe')]);
  });

  test('has settings that the gateway accepts', () => {
    const { data } = ofKind('ConfigMap');
    const secrets = {
      AUTH_JWT_SECRET: 'x'.repeat(32),
      S3_ACCESS_KEY_ID: 'key',
      S3_SECRET_ACCESS_KEY: 'secret',
      DATABASE_URL: 'postgres://db/reelgate',
      REDIS_URL: 'redis://cache',
    };
    expect(readConfig({ ...data, ...secrets })).toMatchObject({
      host: '0.0.0.0',
      port: 4000,
      // Without it, all clients without a token count as one behind an Ingress.
      trustedProxies: [expect.anything()],
    });
  });

  test('runs three nodes that are replaced one by one, and leaves each the time to stop', () => {
    const replicas = replicasOf(ofKind('Deployment'));
    const { strategy, template } = ofKind('Deployment').spec;
    expect(replicas).toBe(3);
    expect(strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    expect(ofKind('PodDisruptionBudget').spec.minAvailable).toBe(replicas - 1);
    const delay = Number(ofKind('ConfigMap').data.SHUTDOWN_DELAY_SECONDS);
    expect(template.spec.terminationGracePeriodSeconds).toBeGreaterThan(delay + 15);
  });

  test('runs as nobody special, on a read-only root', () => {
    const { spec } = ofKind('Deployment').spec.template;
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(spec.automountServiceAccountToken).toBe(false);
    expect(spec.containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  test('leaves a start the time that a migration and the waits before it may take', () => {
    const { progressDeadlineSeconds, template } = ofKind('Deployment').spec;
    const { startupProbe } = template.spec.containers[0];
    const windowMs = startupProbe.periodSeconds * startupProbe.failureThreshold * 1000;
    const open = 'src/adapter/store/postgres/open.ts';
    const waits = numberIn(open, 'migrationWaitMs') + numberIn('src/app/database.ts', 'lockWaitMs');
    // One migration may have several slow statements.
    expect(windowMs).toBeGreaterThan(4 * numberIn(open, 'migrationMs') + waits);
    expect(progressDeadlineSeconds * 1000).toBeGreaterThan(windowMs);
  });

  test('has room on disk for the videos that a node receives at once, and says what it needs', () => {
    const { containers, volumes } = ofKind('Deployment').spec.template.spec;
    expect(containers[0].volumeMounts).toEqual([{ name: 'tmp', mountPath: '/tmp' }]);
    const [, largestGib] = /maxBytes: (\d+) \* 1024 \*\* 3/.exec(read('src/adapter/media/source.ts')) ?? [];
    const roomGib = numberIn('src/worker/copier.ts', 'copiesAtOnce') * Number(largestGib);
    expect(roomGib).toBe(8);
    expect(volumes).toEqual([{ name: 'tmp', emptyDir: { sizeLimit: `${roomGib + 1}Gi` } }]);
    expect(containers[0].resources).toEqual({
      requests: { cpu: '250m', memory: '256Mi' },
      limits: { memory: '1Gi' },
    });
  });

  test('runs this version, with settings from its own objects alone', () => {
    const { enableServiceLinks, containers } = ofKind('Deployment').spec.template.spec;
    const { version } = JSON.parse(read('package.json'));
    expect(containers[0].image).toBe(`reelgate:${version}`);
    expect(text.match(/reelgate:\d+\.\d+\.\d+/g)).toEqual(Array.from({ length: 3 }, () => `reelgate:${version}`));
    // A Service named reelgate would set REELGATE_PORT and its like.
    expect(enableServiceLinks).toBe(false);
    expect(containers[0].envFrom).toEqual([
      { configMapRef: { name: 'reelgate' } },
      { secretRef: { name: 'reelgate' } },
    ]);
  });

  test('selects its own pods, and probes paths that exist', () => {
    const { selector, template } = ofKind('Deployment').spec;
    for (const labels of [
      selector.matchLabels,
      ofKind('Service').spec.selector,
      ofKind('PodDisruptionBudget').spec.selector.matchLabels,
    ]) {
      expect(template.metadata.labels).toMatchObject(labels);
    }
    const [container] = template.spec.containers;
    expect(container.readinessProbe.httpGet.path).toBe('/readyz');
    expect([container.livenessProbe.httpGet.path, container.startupProbe.httpGet.path]).toEqual([
      '/healthz',
      '/healthz',
    ]);
  });
});
