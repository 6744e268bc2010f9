import { execFile } from 'node:child_process';

/** Runs a program to its end. Its output is what it printed to both streams, errors last; code 0 is success. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<{ readonly code: number; readonly stdout: string; readonly output: string }> {
  return new Promise((resolve) => {
    execFile(program, [...args], { ...options, encoding: 'utf8', maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, stdout, output: `${stdout}${stderr}` });
    });
  });
}
