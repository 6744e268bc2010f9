const pattern = /^[0-9a-f]{32}\.(?:mp4|jpg)$/;

/** Whether a text is the name of a video or a poster: 32 lower-case hexadecimal digits, then `.mp4` or `.jpg`. */
export function isBlobName(text: string): boolean {
  return pattern.test(text);
}

/** Returns a name as it is; throws a TypeError for everything else, so that no path leads out of a store. */
export function checkedName(name: string): string {
  if (!isBlobName(name)) throw new TypeError('A name in the video store has 32 hexadecimal digits and .mp4 or .jpg.');
  return name;
}
