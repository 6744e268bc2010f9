import type { Config } from '../config/config.ts';

/** What `npm start` prints when it is ready: where to look, which environment is on, and how to get a live one. */
export function bannerOf(config: Config, url: string, databasePath: string): string {
  const live = config.segmind !== null;
  const lines = [
    '',
    '  Reelgate is ready.',
    '',
    `  Dashboard    ${url}/`,
    `  GraphiQL     ${url}/graphql`,
    `  Environment  ${live ? `LIVE: videos are made at ${new URL(config.segmind.baseUrl).host} and cost money` : 'TEST: videos come from the built-in sandbox and cost nothing'}`,
    `  Identity     ${config.auth.kind === 'demo' ? 'demo mode: everyone on this machine is the user "demo", an admin' : 'a bearer token (JWT) with every request'}`,
    `  Database     ${databasePath}`,
    '',
    live
      ? '  A token with the claim "env": "test" goes to the sandbox instead.'
      : '  For real videos: SEGMIND_API_KEY=SG_… npm start   (see docs/configuration.md)',
    '  Stop with Ctrl-C.',
    '',
  ];
  return lines.join('\n');
}
