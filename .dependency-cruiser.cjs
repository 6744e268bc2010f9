// Two tables: which room may import which, and which rooms may use each package. The rules at the end are built from them.
// Tests and benchmarks may import anything; nothing imports them.

const rooms = {
  // The core: rules, ports, and the rooms that use them.
  domain: { at: '^src/domain/', imports: [] },
  ports: { at: '^src/ports(\\.ts$|/)', imports: ['domain'] },
  lib: { at: '^src/lib/', imports: ['ports'] },
  // How API keys and client tokens are written and parsed.
  credential: { at: '^src/credential/', imports: ['ports', 'domain'] },
  read: { at: '^src/read/', imports: ['ports', 'domain', 'lib'] },
  gateway: { at: '^src/gateway/', imports: ['read', 'credential', 'lib', 'ports', 'domain'] },
  worker: { at: '^src/worker/', imports: ['read', 'lib', 'ports', 'domain'] },

  // Adapters import the ports and not each other, except for those that share how connections are opened: to Redis, and to the Internet.
  store: { at: '^src/adapter/store/', imports: ['lib', 'ports', 'domain'] },
  bell: { at: '^src/adapter/bell/', imports: ['redis', 'lib', 'ports', 'domain'] },
  budget: { at: '^src/adapter/budget/', imports: ['redis', 'lib', 'ports', 'domain'] },
  redis: { at: '^src/adapter/redis/', imports: ['lib', 'ports'] },
  // How connections to the Internet are opened: directly, or through a proxy.
  outbound: { at: '^src/adapter/outbound/', imports: ['lib', 'ports'] },
  segmind: { at: '^src/adapter/provider/segmind/', imports: ['outbound', 'lib', 'ports', 'domain'] },
  sandbox: { at: '^src/adapter/provider/sandbox/', imports: ['lib', 'ports', 'domain'] },
  // Where videos are kept, and how they are read from the provider and looked into.
  blob: { at: '^src/adapter/blob/', imports: ['outbound', 'lib', 'ports', 'domain'] },
  media: { at: '^src/adapter/media/', imports: ['outbound', 'lib', 'ports', 'domain'] },
  metrics: { at: '^src/adapter/metrics/', imports: ['ports', 'domain'] },
  // How webhooks are sent.
  webhook: { at: '^src/adapter/webhook/', imports: ['lib', 'ports', 'domain'] },
  clock: { at: '^src/adapter/clock/', imports: ['lib', 'ports'] },
  log: { at: '^src/adapter/log/', imports: ['lib', 'ports'] },

  // What clients call.
  schema: { at: '^schema/', imports: ['gateway', 'read', 'credential', 'ports', 'domain'] },
  auth: { at: '^src/server/auth/', imports: ['gateway', 'credential', 'lib', 'ports', 'domain'] },
  graphql: { at: '^src/server/graphql/', imports: ['auth', 'schema', 'gateway', 'read', 'lib', 'ports', 'domain'] },
  http: { at: '^src/server/http/', imports: ['graphql', 'auth', 'schema', 'gateway', 'lib', 'ports', 'domain'] },
  websocket: {
    at: '^src/server/websocket/',
    imports: ['graphql', 'auth', 'read', 'gateway', 'lib', 'ports', 'domain'],
  },
  video: { at: '^src/server/video/', imports: ['http', 'graphql', 'gateway', 'lib', 'ports', 'domain'] },
  page: { at: '^src/server/page/', imports: ['http', 'graphql', 'lib', 'domain'] },
  server: {
    at: '^src/server/[^/]+$',
    imports: ['http', 'websocket', 'video', 'page', 'graphql', 'auth', 'schema', 'gateway', 'lib', 'ports'],
  },

  // What operators use.
  config: { at: '^src/config/', imports: ['lib', 'ports'] },
  cli: { at: '^src/cli/', imports: ['config', 'gateway', 'credential', 'lib', 'ports', 'domain'] },

  // Builds, runs and closes everything; no other room imports it. bin/reelgate.js loads the compiled main.
  app: { at: '^src/(app/|main\\.ts$)', imports: 'everything' },
};

// Rooms without I/O and chance: they may not import Node's own modules either.
const pure = ['domain', 'ports'];

// Engines of one room that must not import each other.
const apart = [['^src/adapter/store/sqlite/', '^src/adapter/store/postgres/']];

const homes = {
  'better-sqlite3': ['store'],
  'drizzle-orm': ['store'],
  pg: ['store'],
  ioredis: ['redis', 'bell', 'budget'],
  undici: ['segmind', 'sandbox', 'media', 'blob', 'outbound', 'webhook'],
  aws4fetch: ['blob'],
  mediabunny: ['media'],
  'ipaddr\\.js': ['lib'],
  'content-disposition': ['lib'],
  'fastest-levenshtein': ['config'],
  '@pothos/core': ['schema'],
  graphql: ['schema', 'graphql', 'http', 'websocket', 'page', 'server'],
  'graphql-jit': ['graphql'],
  'graphql-yoga': ['graphql', 'http'],
  '@graphql-yoga/[^/]+': ['page'],
  'graphql-ws': ['websocket'],
  ws: ['websocket'],
  jose: ['auth'],
  marked: ['page'],
  pino: ['log'],
  'prom-client': ['metrics'],
  fzstd: ['segmind'],
  uuidv7: ['clock'],
};

const house = '^(src|schema)/';
const outside = '^(test|bench|client|dashboard|examples)/';
const placesOf = (names) => names.map((name) => rooms[name].at);
const allPlaces = placesOf(Object.keys(rooms));
const packageAt = (name) => `^node_modules/${name}/`;
const forbid = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to });

const roomRules = Object.entries(rooms)
  .filter(([, { imports }]) => imports !== 'everything')
  .map(([name, { at, imports }]) =>
    forbid(
      `room-${name}`,
      `${name} imports ${imports.length > 0 ? imports.join(', ') : 'no other room'}`,
      { path: at },
      { path: house, pathNot: [at, ...placesOf(imports)] },
    ),
  );

const homeRules = Object.entries(homes).map(([name, owners]) =>
  forbid(
    `home-of-${name}`,
    `only ${owners.join(' and ')} may import ${name}`,
    { path: house, pathNot: placesOf(owners) },
    { path: packageAt(name) },
  ),
);

const apartRules = apart
  .flatMap(([one, other]) => [
    [one, other],
    [other, one],
  ])
  .map(([path, other]) =>
    forbid('apart', 'two engines of one room do not import each other', { path }, { path: other }),
  );

module.exports = {
  forbidden: [
    ...roomRules,
    ...homeRules,
    ...apartRules,
    forbid('no-room', 'every file belongs to a room of the table', { path: house, pathNot: allPlaces }, {}),
    forbid('no-room', 'every file belongs to a room of the table', {}, { path: house, pathNot: allPlaces }),
    forbid(
      'inside-only',
      'src and schema import no tests, benchmarks, kit, examples or dashboard',
      { path: house },
      { path: outside },
    ),
    forbid(
      'pure',
      "pure rooms do not import Node's own modules",
      { path: placesOf(pure) },
      { dependencyTypes: ['core'] },
    ),
    forbid(
      'home-of-others',
      'the package is missing from the table of homes',
      { path: house },
      { path: '^node_modules/', pathNot: Object.keys(homes).map(packageAt) },
    ),
    forbid(
      'no-dev-package',
      'a development package is not installed in production',
      { path: house },
      { dependencyTypes: ['npm-dev'] },
    ),
    forbid(
      'no-cycle',
      'no import circles in src and schema, those of types included',
      { path: house },
      { circular: true },
    ),
    forbid(
      'no-cycle',
      'no circles of code anywhere',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
    forbid(
      'kit-alone',
      'the kit is a package of its own and imports nothing of the project',
      { path: '^client/src/' },
      { path: '^(src|schema|test|bench|dashboard|examples)/' },
    ),
    forbid(
      'kit-core',
      'the core of the kit needs no framework',
      { path: '^client/src/', pathNot: '^client/src/(react|urql|apollo)' },
      { path: '(^client/src/(react|urql|apollo)|^(client/)?node_modules/)', pathNot: 'node_modules/graphql-ws/' },
    ),
    forbid(
      'kit-entries',
      'the dashboard and the examples use of the kit what every user of it has',
      { path: '^(dashboard|examples)/' },
      { path: '^client/', pathNot: '^client/src/(index|jobs|react|urql|apollo)\\.ts$' },
    ),
    forbid('no-orphan', 'nothing imports this file', { orphan: true, path: house }, {}),
    // Only `npm run test:system` needs Relay's compiler, and installs it.
    forbid('resolves', 'the import cannot be resolved', {}, { couldNotResolve: true, pathNot: '^relay-compiler$' }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    moduleSystems: ['es6', 'cjs'],
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.cjs', '.mjs', '.json'],
    },
    skipAnalysisNotInRules: true,
  },
};
