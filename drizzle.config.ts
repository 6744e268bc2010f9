import { defineConfig } from 'drizzle-kit';

// `npm run db:generate` writes migrations for the engine in DATABASE_URL: PostgreSQL for `postgres:`, otherwise SQLite.
const isPostgres = /^postgres(ql)?:/.test(process.env['DATABASE_URL'] ?? '');

const engine = isPostgres ? 'postgres' : 'sqlite';

export default defineConfig({
  dialect: isPostgres ? 'postgresql' : 'sqlite',
  schema: `./src/adapter/store/${engine}/tables/*.ts`,
  out: `./migrations/${engine}`,
});
