import type { ReactNode } from 'react';

/** One subject of the settings: a heading, a sentence, and what can be done. */
export function SettingsSection({
  title,
  about,
  children,
}: {
  title: string;
  about?: string;
  children: ReactNode;
}) {
  return (
    <section aria-label={title} className="border-t py-6 first:border-t-0">
      <h2 className="text-base font-semibold">{title}</h2>
      {about && <p className="mt-1 text-md text-pretty text-soft">{about}</p>}
      <div className="mt-4">{children}</div>
    </section>
  );
}

/** A quiet word that something was done, announced politely. */
export const Done = ({ children }: { children: ReactNode }) => (
  <p role="status" className="min-h-4 text-sm text-soft">
    {children}
  </p>
);
