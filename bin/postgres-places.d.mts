export type Owner = { uid: number; gid: number } | null;
export function findPostgres(): { home: string; owner: Owner };
export function makeClusterFolder(dataDir: string, owner: Owner): string;
