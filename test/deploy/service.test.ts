import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { projectRoot } from '../../src/lib/package.ts';
import { commandsOf } from '../world/page-commands.ts';

const root = projectRoot();

const read = (file: string) => readFileSync(join(root, file), 'utf8');

const unit = read('deploy/reelgate.service');

/** The unit's settings, in their order. */
const lines = unit.split('\n').filter((line) => /^\w+=/.test(line));

/** All values of a setting of the unit. */
const valuesOf = (name: string) =>
  lines.filter((line) => line.startsWith(`${name}=`)).map((line) => line.slice(name.length + 1));

/** The commands in the unit's first lines. */
const setUp = [...unit.matchAll(/^# {3}(\S.*)$/gm)].map(([, line = '']) => line);

describe('deploy/reelgate.service', () => {
  const hasVerifier = spawnSync('systemd-analyze', ['--version']).status === 0;

  test('hands SIGTERM to the gateway and waits for it', () => {
    expect(valuesOf('KillMode')).toEqual(['mixed']);
    expect(Number(valuesOf('TimeoutStopSec')[0]?.replace('s', ''))).toBeGreaterThan(15);
  });

  test('never gives a start up, however often it has failed', () => {
    expect(valuesOf('Restart')).toEqual(['on-failure']);
    expect(valuesOf('StartLimitIntervalSec')).toEqual(['0']);
    expect(valuesOf('RestartSec')).toEqual(['5s']);
  });

  test('keeps the gateway away from everything but its state and the network', () => {
    const hardening = lines.slice(lines.indexOf('UMask=0077'), lines.indexOf('WantedBy=multi-user.target'));
    expect(hardening).toEqual([
      'UMask=0077',
      'NoNewPrivileges=yes',
      'CapabilityBoundingSet=',
      'AmbientCapabilities=',
      'PrivateDevices=yes',
      'PrivateTmp=yes',
      'PrivateUsers=yes',
      'ProtectClock=yes',
      'ProtectControlGroups=yes',
      'ProtectHome=yes',
      'ProtectHostname=yes',
      'ProtectKernelLogs=yes',
      'ProtectKernelModules=yes',
      'ProtectKernelTunables=yes',
      'ProtectProc=invisible',
      'ProcSubset=pid',
      'ProtectSystem=strict',
      'RemoveIPC=yes',
      'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK',
      'RestrictNamespaces=yes',
      'RestrictRealtime=yes',
      'RestrictSUIDSGID=yes',
      'LockPersonality=yes',
      'SystemCallArchitectures=native',
      'SystemCallFilter=@system-service',
      'SystemCallFilter=~@privileged',
    ]);
    expect(valuesOf('StateDirectoryMode')).toEqual(['0700']);
    // V8 compiles code at run time.
    expect(valuesOf('MemoryDenyWriteExecute')).toEqual([]);
  });

  test.runIf(hasVerifier)('passes systemd-analyze verify (needs systemd)', () => {
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', join(root, 'deploy/reelgate.service')], {
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

describe('the service and the commands beside it', () => {
  const [user = ''] = valuesOf('User');
  const [envFile = ''] = valuesOf('EnvironmentFile');
  const state = `/var/lib/${valuesOf('StateDirectory')[0]}`;

  test('the user exists while the service is stopped, as a restore needs', () => {
    expect(valuesOf('DynamicUser')).toEqual([]);
    expect(valuesOf('Group')).toEqual([user]);
    expect(setUp).toContainEqual(expect.stringMatching(new RegExp(`^useradd --system .* ${user}$`)));
    expect(setUp).toContain(`install -d -m 700 -o ${user} -g ${user} ${state}`);
  });

  test('all settings are in the file that commands read, which that user may read', () => {
    expect(valuesOf('Environment')).toEqual(['NODE_ENV=production']);
    expect(setUp).toContainEqual(expect.stringContaining(`install -m 640 -o root -g ${user} reelgate.env ${envFile} `));
    const { databaseUrl, media } = readConfig(parseEnv(read('deploy/reelgate.env')));
    expect(databaseUrl).toBe(`file:${state}/reelgate.db`);
    expect(media.store).toEqual({ kind: 'file', folder: `${state}/videos` });
    expect(valuesOf('WorkingDirectory')).toEqual([state]);
  });

  test('docs/operations.md runs them as that user, with that file', () => {
    const beside = commandsOf(read('docs/operations.md')).filter(({ start }) => start.startsWith('sudo'));
    expect(beside.map(({ words }) => words[0])).toEqual(expect.arrayContaining(['key', 'backup', 'restore', 'losses']));
    for (const { start, words, text } of beside) {
      expect(start, text).toBe(`sudo -u ${user} `);
      expect(words.slice(-2), text).toEqual(['--env-file', envFile]);
    }
    expect(unit).toContain(`sudo -u ${user} reelgate losses --env-file ${envFile}`);
  });
});
