import 'react';

declare module 'react' {
  interface CSSProperties {
    /** The width of a video divided by its height. */
    '--ratio'?: number;
  }
}
