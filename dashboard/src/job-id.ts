/** The id that the log has for a job, out of its global id; null if this gateway makes its ids in another way. */
export function logIdOf(globalId: string): string | null {
  try {
    const text = atob(globalId.replaceAll('-', '+').replaceAll('_', '/'));
    return /^Job:([\w-]+)$/.exec(text)?.[1] ?? null;
  } catch {
    return null;
  }
}
