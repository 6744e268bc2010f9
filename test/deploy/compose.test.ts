import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../src/config/config.ts';
import { projectRoot } from '../../src/lib/package.ts';
import { parseSubnet } from '../../src/lib/subnet.ts';
import type { Loose } from '../world/gateway.ts';

const root = projectRoot();

const text = readFileSync(join(root, 'compose.yaml'), 'utf8');

const compose: Loose = parse(text, { strict: true, uniqueKeys: true, merge: true });

const services: readonly (readonly [string, Loose])[] = Object.entries(compose.services);

/** What .env has. */
const given: Readonly<Record<string, string>> = {
  PUBLIC_URL: 'https://video.example.com',
  AUTH_JWT_SECRET: 'x'.repeat(32),
  POSTGRES_PASSWORD: 'letters4nd7igits',
};

/** A value with its variables, as `docker compose` fills them in: `${NAME:?reason}`, `${NAME-}`, `${NAME:-default}`. */
const filled = (value: string, variables = given) =>
  value.replaceAll(
    /\$\{(\w+)(?::?-([^}]*)|:\?[^}]*)\}/g,
    (_, name: string, otherwise = '') => variables[name] ?? otherwise,
  );

/** The settings of a node. */
function settings(more: Readonly<Record<string, string>> = {}) {
  const environment = Object.entries<string>(compose.services.gateway.environment);
  const variables = { ...given, ...more };
  return readConfig(Object.fromEntries(environment.map(([name, value]) => [name, filled(value, variables)])));
}

describe('compose.yaml', () => {
  test('has nginx, three gateways, PostgreSQL and Redis', () => {
    expect(services.map(([name]) => name)).toEqual(['nginx', 'gateway', 'postgres', 'redis']);
    expect(compose.services.gateway.deploy.replicas).toBe(3);
  });

  test.each(services)('%s has a read-only root and no privileges, and restarts', (_name, service) => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      restart: 'unless-stopped',
    });
    expect(service).not.toHaveProperty('privileged');
    expect(service).not.toHaveProperty('cap_add');
    expect(service.tmpfs).toContain('/tmp');
  });

  test.each(services)('%s does not run as root, pins a version and has a health check', (name, service) => {
    // Our own image sets both in its Dockerfile.
    if (name === 'gateway') return expect(service).toMatchObject({ build: '.', init: true });
    expect(service.image).toMatch(/^[a-z]+:\d+(\.\d+)*-bookworm$/);
    expect(service.user).toBe(name);
    expect(service.healthcheck.test[0]).toBe('CMD');
  });

  test('exposes only nginx, and lets only the gateways reach PostgreSQL and Redis', () => {
    expect(services.filter(([, { ports }]) => ports !== undefined).map(([name]) => name)).toEqual(['nginx']);
    const ipam = { config: [{ subnet: expect.any(String) }] };
    expect(compose.networks).toEqual({ outside: {}, provider: {}, inside: { internal: true, ipam } });
    expect(compose.services.postgres.networks).toEqual(['inside']);
    expect(compose.services.redis.networks).toEqual(['inside']);
  });

  test('has nodes believe nginx about the addresses of clients, and nobody else', () => {
    const { nginx, gateway } = compose.services;
    // Where two containers share several networks, Docker may resolve a name to an address in any of them.
    expect(nginx.networks.filter((each: string) => gateway.networks.includes(each))).toEqual(['inside']);
    const [{ subnet }] = compose.networks.inside.ipam.config;
    expect(gateway.environment.TRUSTED_PROXIES).toBe(`${subnet},\${TRUSTED_PROXIES-}`);
    expect(settings().trustedProxies).toEqual([parseSubnet(filled(subnet))]);
    expect(settings({ TRUSTED_PROXIES: '192.0.2.7' }).trustedProxies).toHaveLength(2);
    expect(readFileSync(join(root, 'nginx.conf'), 'utf8')).toContain(
      'proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;',
    );
  });

  test('refers only to services, volumes and files that exist', () => {
    for (const [, service] of services) {
      for (const other of Object.keys(service.depends_on ?? {})) expect(compose.services).toHaveProperty(other);
      for (const volume of service.volumes ?? []) {
        const [source = ''] = volume.split(':');
        if (source.startsWith('./')) expect(existsSync(join(root, source))).toBe(true);
        else expect(compose.volumes).toHaveProperty(source);
      }
    }
  });

  test('gives a node more time to stop than it needs', () => {
    const delay = Number(compose.services.gateway.environment.SHUTDOWN_DELAY_SECONDS);
    expect(delay).toBe(8);
    expect(Number.parseInt(compose.services.gateway.stop_grace_period, 10)).toBeGreaterThan(delay + 15);
  });

  test('keeps videos in a volume that all gateways share', () => {
    expect(compose.services.gateway.environment.MEDIA_SHARED).toBe('true');
    expect(compose.services.gateway.volumes).toEqual(['videos:/data']);
    expect(readFileSync(join(root, 'Dockerfile'), 'utf8')).toContain('MEDIA_STORE=file:/data/videos');
  });

  test('passes valid settings, with the variables that the gateway requires', () => {
    const required = [...text.matchAll(/\$\{(\w+):\?/g)].map(([, name = '']) => name);
    expect(new Set(required)).toEqual(new Set(['PUBLIC_URL', 'POSTGRES_PASSWORD']));
    expect(settings()).toMatchObject({
      host: '0.0.0.0',
      port: 4000,
      publicUrl: 'https://video.example.com',
      databaseUrl: 'postgres://reelgate:letters4nd7igits@postgres:5432/reelgate',
      redisUrl: 'redis://redis:6379',
      shutdownDelayMs: 8000,
      media: { store: { kind: 'file' } },
      segmind: null,
    });
  });

  test('forwards from nginx to the gateways’ port', () => {
    const nginx = readFileSync(join(root, 'nginx.conf'), 'utf8');
    expect(nginx).toContain(`server gateway:${compose.services.gateway.environment.PORT} resolve`);
    expect(compose.services.nginx.ports).toEqual(['8080:8080']);
    expect(nginx).toContain('listen 8080;');
  });
});
