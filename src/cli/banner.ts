import type { Config } from '../config/config.ts';

/** The text that `npm start` prints when the gateway is ready: its pages, its environment, and how to make real videos. */
export function bannerOf({ segmind, auth }: Config, url: string, databasePath: string): string {
  const isLive = segmind !== null;
  const environment = isLive
    ? `LIVE: videos are made at ${new URL(segmind.baseUrl).host} and cost money`
    : 'TEST: videos come from the built-in sandbox and cost nothing';
  const identity =
    auth.kind === 'demo'
      ? 'demo mode: everyone on this machine is the user "demo", an admin'
      : 'a bearer token (JWT) with every request';
  const lines = [
    '',
    '  Reelgate is ready.',
    '',
    `  Dashboard    ${url}/`,
    `  GraphiQL     ${url}/graphql`,
    `  Docs         ${url}/docs`,
    `  Environment  ${environment}`,
    `  Identity     ${identity}`,
    `  Database     ${databasePath}`,
    '',
    isLive
      ? '  A token with the claim "env": "test" goes to the sandbox instead.'
      : '  For real videos: SEGMIND_API_KEY=SG_… npm start   (see docs/configuration.md)',
    '  Stop with Ctrl-C.',
    '',
  ];
  return lines.join('\n');
}
