import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { hasScope } from '../../domain/access.ts';
import { type ExportFormat, type ExportKind, exportFormats, exportKinds } from '../../domain/export-row.ts';
import { periodSentence, readPeriod } from '../../domain/period.ts';
import type { Exporter } from '../../gateway/export.ts';
import type { Verify } from '../auth/auth-result.ts';
import { headerCredentialOf } from '../auth/shown-credential.ts';
import { type ErrorCode, refusal } from '../graphql/errors.ts';
import { refusedResponses } from './handler.ts';
import { type Handle, sendError, sendHead } from './response.ts';

/** Where exports are. */
export const exportPath = '/export/';

const types: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
};

/** What exports are served with. */
export type ExportDeps = { readonly exporter: Exporter; readonly verify: Verify };

/**
 * Serves GET /export/jobs.csv, jobs.ndjson and so on to admins: all rows of the token's environment, or those after `?after=CURSOR`, or
 * those made from `?from=` up to `&to=`. A reader that pauses holds one page in memory, and nothing in the database.
 */
export function createExportHandle({ exporter, verify }: ExportDeps): Handle {
  return async (request, reply) => {
    const refuse = (status: number, code: ErrorCode, message: string, headers: Record<string, string> = {}) =>
      sendError(reply, status, refusal(code, message), headers);
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://gateway');
    const file = readFile(pathname.slice(exportPath.length));
    if (file === null) {
      return refuse(404, 'NOT_FOUND', 'Exports are jobs, ledger and audit, each as .csv and as .ndjson.');
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return refuse(405, 'BAD_USER_INPUT', 'Exports take GET.', { allow: 'GET, HEAD' });
    }
    const shown = headerCredentialOf(request);
    const authResult = 'kind' in shown ? shown : await verify(shown.authorization);
    if (authResult.kind === 'anonymous') {
      return refuse(401, 'UNAUTHENTICATED', 'Exports need the token of an admin.', { 'www-authenticate': 'Bearer' });
    }
    if (authResult.kind !== 'known') {
      const { status, code, headers } = refusedResponses[authResult.kind];
      return refuse(status, code, authResult.message, headers);
    }
    const { viewer } = authResult;
    if (!hasScope(viewer, 'admin')) return refuse(403, 'FORBIDDEN', 'Exports are for admins.');
    const period = readPeriod(searchParams.get('from'), searchParams.get('to'));
    if (period === undefined) {
      return refuse(400, 'BAD_USER_INPUT', `from and to are ${periodSentence}`);
    }
    const after = searchParams.get('after');
    const exported = exporter.export({ ...file, environments: [viewer.environment], period, after });
    if (exported === null) return refuse(400, 'BAD_USER_INPUT', 'after is not a cursor of this export.');
    const headers = {
      'content-type': types[file.format],
      'content-disposition': `attachment; filename="${file.kind}.${file.format}"`,
      'cache-control': 'no-store',
    };
    if (request.method === 'HEAD') return sendHead(reply, 200, headers);
    reply.response.writeHead(200, { ...reply.headers, ...headers });
    await pipeline(Readable.from(exported.pieces, { highWaterMark: 1 }), reply.response);
  };
}

function readFile(name: string): { readonly kind: ExportKind; readonly format: ExportFormat } | null {
  const [first, last, ...rest] = name.split('.');
  const kind = exportKinds.find((each) => each === first);
  const format = exportFormats.find((each) => each === last);
  return kind === undefined || format === undefined || rest.length > 0 ? null : { kind, format };
}
