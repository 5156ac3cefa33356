/** One scrape of what the server counts. */
export interface Metrics {
  readonly contentType: string
  render(): Promise<string>
}
