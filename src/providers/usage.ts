/** What a call to a provider consumed. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Input tokens that the provider took from its cache. @default 0 */
  readonly cachedTokens?: number;
}
