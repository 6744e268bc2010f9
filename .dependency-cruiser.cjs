// The house as tables: which room may import which, and where each package lives. The rules at the end are made from them.
// Tests and benchmarks may import anything and are imported by nothing.

const rooms = {
  domain: { at: '^src/domain/', imports: [] },
  ports: { at: '^src/ports\\.ts$', imports: ['domain'] },
  watch: { at: '^src/(watch|view|view-iterator|reader)(\\.ts$|/)', imports: ['deadline', 'ports', 'domain'] },
  // The keys and tokens that the gateway itself gives out, as text.
  access: { at: '^src/access/', imports: ['domain'] },
  gateway: {
    at: '^src/(gateway|input|admission|keyring|meetings)(\\.ts$|/)',
    imports: ['watch', 'estimates', 'access', 'recent', 'ports', 'domain'],
  },
  poller: {
    at: '^src/(poller|errand|recovery|report)(\\.ts$|/)',
    imports: ['estimates', 'deadline', 'ports', 'domain'],
  },
  estimates: { at: '^src/estimates\\.ts$', imports: ['ports', 'domain'] },
  recent: { at: '^src/recent\\.ts$', imports: [] },
  deadline: { at: '^src/deadline\\.ts$', imports: ['ports'] },
  schema: { at: '^schema/', imports: ['gateway', 'watch', 'access', 'ports', 'domain'] },
  server: {
    at: '^src/server/',
    imports: ['schema', 'gateway', 'watch', 'access', 'recent', 'deadline', 'ports', 'domain'],
  },

  // The rim: each knows the ports and none knows another.
  store: { at: '^src/store/', imports: ['recent', 'ports', 'domain', 'root', 'serverUrl', 'closeStack'] },
  bell: { at: '^src/bell/', imports: ['redis', 'deadline', 'ports', 'domain'] },
  budget: { at: '^src/budget/', imports: ['redis', 'deadline', 'ports', 'domain'] },
  redis: { at: '^src/redis(-health)?\\.ts$', imports: ['deadline', 'ports'] },
  segmind: { at: '^src/provider/segmind/', imports: ['ports', 'domain'] },
  sandbox: { at: '^src/provider/sandbox/', imports: ['recent', 'ports', 'domain', 'root'] },
  clock: { at: '^src/(shared-)?clock\\.ts$', imports: ['deadline', 'ports'] },
  log: { at: '^src/log\\.ts$', imports: ['ports'] },
  root: { at: '^src/root\\.ts$', imports: [] },
  closeStack: { at: '^src/close-stack\\.ts$', imports: [] },
  serverUrl: { at: '^src/server-url\\.ts$', imports: [] },

  // What crash tests make a process die of: for main alone, around the ports.
  failpoint: { at: '^src/failpoint\\.ts$', imports: ['ports', 'domain'] },

  // The text of the command of the same name.
  losses: { at: '^src/losses\\.ts$', imports: ['ports', 'domain'] },

  // The command of the same name.
  key: { at: '^src/key\\.ts$', imports: ['gateway', 'access', 'ports', 'domain'] },

  // For main alone: nothing else reads the environment or talks to the terminal.
  config: {
    at: '^src/(auth-config|config|setting|redis-url|trusted-documents)\\.ts$',
    imports: ['log', 'failpoint', 'serverUrl'],
  },
  signals: { at: '^src/signals\\.ts$', imports: [] },
  banner: { at: '^src/banner\\.ts$', imports: ['config'] },

  // Builds everything; nothing in the house imports it. bin/reelgate.js loads its compiled form.
  main: { at: '^src/(main|secrets|installation|ties)\\.ts$', imports: 'everything' },
};

// Without I/O and chance: node's own modules stay outside, too.
const pure = ['domain', 'ports'];

// Engines of one room that are never mixed.
const apart = [['^src/store/sqlite/', '^src/store/postgres/']];

const homes = {
  'better-sqlite3': ['store'],
  'drizzle-orm': ['store'],
  pg: ['store'],
  ioredis: ['redis', 'bell', 'budget'],
  undici: ['segmind', 'sandbox'],
  '@pothos/core': ['schema'],
  graphql: ['schema', 'server'],
  'graphql-jit': ['server'],
  'graphql-yoga': ['server'],
  '@graphql-yoga/[^/]+': ['server'],
  'graphql-ws': ['server'],
  ws: ['server'],
  jose: ['server'],
  pino: ['log'],
  fzstd: ['segmind'],
  uuidv7: ['clock'],
};

const house = '^(src|schema)/';
const outside = '^(test|bench|dashboard|examples)/';
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
    `${name} lives in ${owners.join(' and ')}`,
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
    forbid('apart', 'two engines of one room know nothing of each other', { path }, { path: other }),
  );

module.exports = {
  forbidden: [
    ...roomRules,
    ...homeRules,
    ...apartRules,
    forbid('no-room', 'every file belongs to a room of the table', { path: house, pathNot: allPlaces }, {}),
    forbid('no-room', 'every file belongs to a room of the table', {}, { path: house, pathNot: allPlaces }),
    forbid('inside-only', 'the house imports no tests, benchmarks or examples', { path: house }, { path: outside }),
    forbid('pure', "not even node's own modules", { path: placesOf(pure) }, { dependencyTypes: ['core'] }),
    forbid(
      'home-of-others',
      'a package that the table of homes does not list',
      { path: house },
      { path: '^node_modules/', pathNot: Object.keys(homes).map(packageAt) },
    ),
    forbid('no-dev-package', 'not installed where it runs', { path: house }, { dependencyTypes: ['npm-dev'] }),
    // Types of one room may name each other (a failure its job, a job its failure); code may not.
    forbid('no-cycle', 'code points one way', {}, { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } }),
    forbid('no-orphan', 'a file that nothing imports', { orphan: true, path: house }, {}),
    // Relay's compiler is installed by `npm run test:system`, which alone needs it.
    forbid('resolves', 'an import that leads nowhere', {}, { couldNotResolve: true, pathNot: '^relay-compiler$' }),
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
