export function startEmbeddedPostgres(
  dataDir: string,
  options?: { isTemporary?: boolean; port?: number },
): Promise<{ url: string; stop: () => Promise<void> }>;
