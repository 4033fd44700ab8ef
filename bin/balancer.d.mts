export function startBalancer(options: {
  port: number;
  host?: string;
  targets: number[];
}): Promise<{ port: number; ready: () => number[]; close: () => Promise<void> }>;
