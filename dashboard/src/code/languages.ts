import { curlOf } from './curl.ts';
import { pythonOf } from './python.ts';
import type { CodeRequest } from './request.ts';
import { apolloOf, kitOf, urqlOf } from './typescript.ts';

/** The languages of the code panel, and how each writes a request. */
export const languages: readonly {
  readonly id: string;
  readonly name: string;
  readonly codeOf: (request: CodeRequest) => string;
}[] = [
  { id: 'curl', name: 'curl', codeOf: curlOf },
  { id: 'kit', name: 'Kit', codeOf: kitOf },
  { id: 'urql', name: 'urql', codeOf: urqlOf },
  { id: 'apollo', name: 'Apollo', codeOf: apolloOf },
  { id: 'python', name: 'Python', codeOf: pythonOf },
];
