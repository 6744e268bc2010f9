/** Why a database cannot be opened, as a sentence for the operator who starts the gateway. */
export class StoreOpenError extends Error {
  override readonly name = 'StoreOpenError';
}
