/**
 * What a store keeps about its own history: part of `Store`, with the same promises. A database that is restored from a backup loses what
 * happened since. What clients remember of that must not be taken for what happens from now on, so each restore begins an incarnation.
 */
export interface Incarnations {
  /** The incarnation: 16 random digits, constant while a process serves. Null until the database was restored for the first time. */
  incarnation(): Promise<string | null>;
  /**
   * Begins a new incarnation, while nobody serves the database. Jobs that the backup has as PENDING or SUBMITTING may have been sent since:
   * they end as unconfirmed. Returns how many.
   */
  beginIncarnation(incarnation: string, now: number): Promise<number>;
  /** Begins a new incarnation if the rows come from a backup, and nobody has served them since; otherwise it returns null. */
  recognizeBackup(incarnation: string, now: number): Promise<number | null>;
  /** Notes that these rows are no backup, because nothing happened since it was made. */
  adopt(): Promise<void>;
}
