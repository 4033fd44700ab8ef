'use client';

import { useState, type ReactNode } from 'react';
import { clockOf, dayOf } from '@/client/lib/format-time';
import { ModerateDialog } from '@/client/message/moderate-dialog';
import { reasonWords } from '@/client/message/report-dialog';
import { useHeld, useModeration, useReports } from '@/client/room/use-moderation';
import { callErrorOf, trpc } from '@/client/trpc';
import { Button } from '@/client/ui/button';
import { Skeleton } from '@/client/ui/skeleton';
import { Face } from '@/client/user/face';
import { PersonName } from '@/client/user/person-name';
import type { HeldView, ReportedView, ReportReason, ResolveReportInput } from '@/shared/queue';
import { nameOf, type PersonView } from '@/shared/user';

/** First messages that wait to be let in. */
export function HeldQueue({ roomId }: { roomId: string }) {
  const { data, error } = useHeld(roomId);
  const decide = useModeration(roomId, ({ id, isIn }: { id: string; isIn: boolean }) =>
    isIn ? trpc().room.approve.mutate({ roomId, id }) : trpc().room.reject.mutate({ roomId, id }),
  );
  return (
    <Queue
      title="Waiting to be let in"
      empty="Nobody waits."
      error={error ?? decide.error}
      items={data?.held}
      total={data?.total ?? 0}
    >
      {(held: HeldView) => (
        <Item
          key={held.id}
          person={held.author}
          text={held.text}
          at={held.createdAt}
          where={held.threadTitle}
        >
          <Button
            look="primary"
            disabled={decide.isPending}
            onClick={() => decide.mutate({ id: held.id, isIn: true })}
          >
            Let in
          </Button>
          <Button disabled={decide.isPending} onClick={() => decide.mutate({ id: held.id, isIn: false })}>
            Turn away
          </Button>
        </Item>
      )}
    </Queue>
  );
}

/** Messages that people have reported. */
export function ReportQueue({ roomId }: { roomId: string }) {
  const { data, error } = useReports(roomId);
  const [banning, setBanning] = useState<ReportedView | null>(null);
  const settle = useModeration(roomId, (input: Omit<ResolveReportInput, 'roomId'>) =>
    trpc().room.resolve.mutate({ roomId, ...input }),
  );
  return (
    <Queue
      title="Reported"
      empty="Nothing is reported."
      error={error ?? settle.error}
      items={data?.reported}
      total={data?.total ?? 0}
    >
      {(reported: ReportedView) => {
        const { message, author, notes } = reported;
        const act = (action: ResolveReportInput['action']) =>
          settle.mutate({ messageId: message.id, action });
        return (
          <Item
            key={message.id}
            person={author}
            text={message.text}
            at={message.createdAt}
            where={reasonsOf(reported)}
          >
            {notes.length > 0 && (
              <ul className="mb-2 w-full space-y-0.5 text-sm text-soft">
                {notes.map(({ by, note }) => (
                  <li key={by.id} dir="auto" className="[overflow-wrap:anywhere]">
                    {nameOf(by)}: “{note}”
                  </li>
                ))}
              </ul>
            )}
            <Button look="primary" disabled={settle.isPending} onClick={() => act('delete')}>
              Delete
            </Button>
            <Button disabled={settle.isPending} onClick={() => setBanning(reported)}>
              Mute or ban …
            </Button>
            <Button look="quiet" disabled={settle.isPending} onClick={() => act('dismiss')}>
              Dismiss
            </Button>
          </Item>
        );
      }}
      {banning && (
        <ModerateDialog roomId={roomId} person={banning.author} isBan onClose={() => setBanning(null)} />
      )}
    </Queue>
  );
}

const reasonsOf = ({ reasons }: ReportedView) =>
  Object.entries(reasons)
    .map(([reason, count]) => `${reasonWords[reason as ReportReason]}${count > 1 ? ` (${count})` : ''}`)
    .join(', ');

function Queue<T>({
  title,
  empty,
  error,
  items,
  total,
  children,
}: {
  title: string;
  empty: string;
  error: unknown;
  items: T[] | undefined;
  total: number;
  children: ((item: T) => ReactNode) | [(item: T) => ReactNode, ReactNode];
}) {
  const [draw, rest] = Array.isArray(children) ? children : [children, null];
  return (
    <section aria-label={title}>
      <h3 className="mb-2 flex items-center gap-2 text-md font-semibold">
        {title}
        {total > 0 && <span className="rounded-full bg-accent-soft px-2 text-sm tabular">{total}</span>}
      </h3>
      {error ? (
        <p role="alert" className="mb-2 text-sm text-red">
          {callErrorOf(error).message}
        </p>
      ) : null}
      {!items && !error && <Skeleton className="h-12" />}
      {items?.length === 0 && <p className="text-md text-soft">{empty}</p>}
      <ul className="space-y-2">{items?.map(draw)}</ul>
      {rest}
    </section>
  );
}

function Item({
  person,
  text,
  at,
  where,
  children,
}: {
  person: PersonView;
  text: string;
  at: string;
  where: string;
  children: ReactNode;
}) {
  return (
    <li className="rounded-lg border p-3">
      <div className="flex items-center gap-2 text-sm">
        <Face person={person} size={24} />
        <span className="min-w-0 truncate font-medium">
          <PersonName person={person} />
        </span>
        <span className="shrink-0 text-faint tabular">
          {dayOf(at)}, {clockOf(at)}
        </span>
      </div>
      <p className="mt-1 text-sm text-soft">{where}</p>
      <p
        dir="auto"
        className="mt-1 mb-3 max-h-40 overflow-y-auto text-md [overflow-wrap:anywhere] whitespace-pre-wrap"
      >
        {text}
      </p>
      <div className="flex flex-wrap gap-2">{children}</div>
    </li>
  );
}
