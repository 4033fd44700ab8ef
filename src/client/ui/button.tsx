import { clsx } from 'clsx';
import type { AnchorHTMLAttributes, ButtonHTMLAttributes, ComponentProps } from 'react';

const looks = {
  primary: 'bg-accent text-accent-ink hover:brightness-110',
  plain: 'border bg-surface text-ink hover:bg-hover',
  danger: 'bg-red text-canvas hover:brightness-110',
  quiet: 'text-soft hover:bg-hover hover:text-ink',
};

type Look = { look?: keyof typeof looks };
type Props = ButtonHTMLAttributes<HTMLButtonElement> & Look;

const shape =
  'inline-flex h-9 items-center justify-center gap-2 rounded-control px-3.5 text-md font-medium transition-[background-color,filter] duration-120 disabled:pointer-events-none disabled:opacity-45 max-md:h-11';

export function Button({ look = 'plain', className, type = 'button', ...props }: Props) {
  return <button type={type} className={clsx(shape, looks[look], className)} {...props} />;
}

/** A link to another page that looks like a button. */
export const LinkButton = ({
  look = 'plain',
  className,
  children,
  ...props
}: AnchorHTMLAttributes<HTMLAnchorElement> & Look) => (
  <a className={clsx(shape, looks[look], className)} {...props}>
    {children}
  </a>
);

/** A button that is only a picture: its label is what a screen reader says and a hover shows. */
export function IconButton({
  label,
  className,
  type = 'button',
  ...props
}: ComponentProps<'button'> & { label: string }) {
  return (
    <button
      type={type}
      aria-label={label}
      title={label}
      className={clsx(
        'grid size-8 shrink-0 place-items-center rounded-control text-soft transition-colors duration-120 hover:bg-hover hover:text-ink disabled:pointer-events-none disabled:opacity-40 max-md:size-11',
        className,
      )}
      {...props}
    />
  );
}
