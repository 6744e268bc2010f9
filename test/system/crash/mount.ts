import { execFileSync } from 'node:child_process';

/** Mounting requires root, and containers may forbid it even so. With CI set it has to work; elsewhere run the tests as root. */
export function canMount(): boolean {
  try {
    execFileSync('/usr/bin/unshare', ['--mount', '/bin/mount', '-t', 'tmpfs', 'reelgate-test', '/mnt'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return process.env['CI'] === 'true';
  }
}
