export function startEmbeddedPostgres(dataDir: string): Promise<{ url: string; stop: () => Promise<void> }>;
