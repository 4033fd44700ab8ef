import type { ReactNode } from 'react';
import { inboxPath } from '@/client/paths';
import { Mark } from '@/client/ui/mark';

/** A calm page with one card in its middle. */
export function AuthPage({
  title,
  children,
  after,
}: {
  title: string;
  children: ReactNode;
  after?: ReactNode;
}) {
  return (
    <main className="grid min-h-dvh place-items-center px-4 py-10">
      <div className="w-full max-w-95">
        <a
          href={inboxPath}
          className="mx-auto mb-6 flex w-fit items-center gap-2.5 rounded-control text-base font-semibold tracking-tight"
        >
          <Mark />
          Foyer
        </a>
        <div className="rounded-xl border bg-raised p-6 max-sm:p-5">
          <h1 className="mb-5 text-lg font-semibold">{title}</h1>
          {children}
        </div>
        {after && <div className="mt-5 text-center text-md text-soft">{after}</div>}
      </div>
    </main>
  );
}

/** A line that says what went wrong; its place is taken only then. */
export const FormError = ({ children }: { children: ReactNode }) =>
  children ? (
    <p role="alert" className="mt-3 text-sm text-red">
      {children}
    </p>
  ) : null;
