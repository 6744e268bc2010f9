import plugin from '@graphql-eslint/eslint-plugin';

// The rules for schema/schema.graphql; `npm run check:lint` runs them. Their packages are apart from the gateway's, because the plugin
// brings a graphql of its own: two of them in one process do not know each other's types.
const schemaRules = {
  ...plugin.configs['flat/schema-recommended'].rules,
  ...plugin.configs['flat/schema-relay'].rules,
  'no-scalar-result-type-on-mutation': 'error',
  'require-nullable-fields-with-oneof': 'error',
  'require-type-pattern-with-oneof': 'error',
  // Everything has a description, not only the types.
  'require-description': [
    'error',
    {
      types: true,
      DirectiveDefinition: true,
      EnumValueDefinition: true,
      FieldDefinition: true,
      InputValueDefinition: true,
    },
  ],
  // Lists that never end by growing at their head go forward only: events, ledger, accounts.
  'relay-arguments': ['error', { includeBoth: false }],
  // A list that needs no pages is a plain list, and an event or an API key is no Node.
  'relay-edge-types': ['error', { listTypeCanWrapOnlyEdgeType: false, shouldImplementNode: false }],
  // What has an id of its own is a Node or an API key; these are parts of something else. Say here of a new type whether it is one.
  'strict-id-in-types': [
    'error',
    {
      exceptions: {
        suffixes: ['Connection', 'Edge', 'Error', 'Success'],
        types: [
          ...['Charge', 'FeedLive', 'FeedReset', 'InputIssue', 'JobEvent', 'JobProgress', 'Losses', 'Operations'],
          ...['OperatorJob', 'PageInfo', 'ProviderHealth', 'Quote', 'Video', 'Viewer', 'WebhookAttempt'],
          ...['AuditEntry', 'Budget', 'SpendDay', 'UsageRow'],
        ],
      },
    },
  ],

  // Fields stand in the order in which a reader needs them.
  alphabetize: 'off',
  // A mutation that needs no more than an id takes it as an argument.
  'input-name': 'off',
  // A schema that is printed has one definition of each type, and no file to name after it.
  'match-document-filename': 'off',
  // The schema has all three roots.
  'no-root-type': 'off',
  // It compares with the documents of all clients, and most of them are not here.
  'no-unused-fields': 'off',
  // A deprecated field stays, so it has no date of removal.
  'require-deprecation-date': 'off',
  // A result holds the job or the account that changed; nobody has to ask again.
  'require-field-of-type-query-in-mutation-result': 'off',
  // Results of mutations are unions that are never null. test/schema/scope.test.ts checks what may be refused.
  'require-nullable-result-in-root': 'off',
};

const named = ([rule, setting]) => [rule.startsWith('@') ? rule : `@graphql-eslint/${rule}`, setting];

export default [
  {
    files: ['**/*.graphql'],
    linterOptions: { noInlineConfig: true },
    languageOptions: {
      parser: plugin.parser,
      // REELGATE_SCHEMA: another schema, for the test of these rules.
      parserOptions: { graphQLConfig: { schema: process.env.REELGATE_SCHEMA ?? 'schema/schema.graphql' } },
    },
    plugins: { '@graphql-eslint': plugin },
    rules: Object.fromEntries(Object.entries(schemaRules).map(named)),
  },
];
