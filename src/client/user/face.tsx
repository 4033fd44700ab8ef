import { clsx } from 'clsx';
import { hueOf, hueOfPicture } from '@/client/user/hue';
import type { UserKind } from '@/shared/user';

const initialsOf = (name: string) => {
  const words = name.split(/[\s_\-.]+/u).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return (
    letters
      .map((word) => [...(word ?? '')][0] ?? '')
      .join('')
      .toUpperCase() || '?'
  );
};

/** Whose picture: `picture` is the one they chose, absent for the one that comes with the id. */
export type Faced = { id: string; name: string; kind: UserKind; picture?: number | undefined };

/** A person's picture: their initials on a colour that they or their id chose. A visitor's has a broken ring. */
export function Face({
  person: { id, name, kind, picture },
  size = 32,
  className,
}: {
  person: Faced;
  size?: number;
  className?: string;
}) {
  const hue = picture === undefined ? hueOf(id) : hueOfPicture(picture);
  return (
    <span
      aria-hidden
      className={clsx(
        'inline-grid shrink-0 place-items-center rounded-full font-medium select-none',
        kind === 'visitor' && 'outline-[1.5px] -outline-offset-[1.5px] outline-current outline-dashed',
        className,
      )}
      style={{
        width: size,
        height: size,
        fontSize: Math.round(size * 0.38),
        background: `oklch(var(--face-l) var(--face-c) ${hue})`,
        color: `oklch(var(--face-ink-l) 0.08 ${hue})`,
      }}
    >
      {initialsOf(name)}
    </span>
  );
}
