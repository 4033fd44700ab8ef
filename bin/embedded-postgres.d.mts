export function startEmbeddedPostgres(
  dataDir: string,
  options?: { isTemporary?: boolean },
): Promise<{ url: string; stop: () => Promise<void> }>;
