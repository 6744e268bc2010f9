/** A database cannot be opened. The message is a sentence for the operator who starts the gateway. */
export class StoreOpenError extends Error {
  override readonly name = 'StoreOpenError';
}

/** Another process holds the lock of the database: it serves or migrates it. */
export class StoreLockedError extends StoreOpenError {}
