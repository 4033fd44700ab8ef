import type { ReactNode } from 'react';

type Scene = 'door' | 'threads' | 'search' | 'shut' | 'link';

const scenes: Record<Scene, ReactNode> = {
  door: (
    <>
      <rect x="30" y="14" width="36" height="58" rx="3" />
      <path d="M30 72h52M66 14l12 6v58l-12-6" />
      <circle cx="59" cy="44" r="1.8" fill="currentColor" />
    </>
  ),
  threads: (
    <>
      <rect x="18" y="20" width="44" height="16" rx="7" />
      <rect x="34" y="44" width="44" height="16" rx="7" />
      <path d="M26 28h22M42 52h26" opacity=".5" />
    </>
  ),
  search: (
    <>
      <circle cx="44" cy="42" r="19" />
      <path d="m58 56 14 14M36 42h16" />
    </>
  ),
  shut: (
    <>
      <rect x="28" y="40" width="40" height="30" rx="5" />
      <path d="M36 40v-8a12 12 0 0 1 24 0v8M48 52v7" />
    </>
  ),
  link: (
    <>
      <path d="M20 48h18M58 48h18" />
      <circle cx="48" cy="48" r="3" fill="currentColor" />
      <path d="m40 34 4 6M56 34l-4 6M40 62l4-6M56 62l-4-6" opacity=".5" />
    </>
  ),
};

/** One picture, one sentence, at most one action. */
export function EmptyState({
  scene,
  title,
  children,
  action,
}: {
  scene: Scene;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="grid h-full place-items-center p-8 text-center">
      <div className="flex max-w-80 flex-col items-center">
        <svg
          viewBox="0 0 96 88"
          className="mb-4 w-24 text-faint"
          fill="none"
          stroke="currentColor"
          strokeWidth="2"
          strokeLinecap="round"
          strokeLinejoin="round"
          aria-hidden
        >
          {scenes[scene]}
        </svg>
        <h2 className="text-base font-medium">{title}</h2>
        {children && <p className="mt-1 text-md text-pretty text-soft">{children}</p>}
        {action && <div className="mt-5">{action}</div>}
      </div>
    </div>
  );
}
