/** Sends one GET, as `fetch` does: rejects where no response came. */
export type HttpGet = (
  url: string,
  init: {
    readonly headers: Record<string, string>;
    readonly redirect: 'manual';
    readonly signal: AbortSignal;
  },
) => Promise<{
  readonly status: number;
  readonly body: { cancel(): Promise<void> } | null;
  text(): Promise<string>;
}>;
