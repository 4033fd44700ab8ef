import { Field } from '@/client/ui/field';
import { passwordMaxChars, passwordMinChars } from '@/shared/limits';

type Props = { id: string; value: string; onValue(value: string): void; autoFocus?: boolean };

export const EmailField = ({ onValue, ...props }: Props) => (
  <Field
    {...props}
    label="E-mail"
    type="email"
    autoComplete="username"
    required
    onChange={(event) => onValue(event.target.value)}
  />
);

/** A password that is there already. */
export const PasswordField = ({ onValue, label = 'Password', ...props }: Props & { label?: string }) => (
  <Field
    {...props}
    label={label}
    type="password"
    autoComplete="current-password"
    required
    onChange={(event) => onValue(event.target.value)}
  />
);

/** A password to be: browsers offer to make one up. */
export const NewPasswordField = ({
  onValue,
  label = 'New password',
  hint = `At least ${passwordMinChars} characters.`,
  ...props
}: Props & { label?: string; hint?: string }) => (
  <Field
    {...props}
    label={label}
    hint={hint}
    type="password"
    autoComplete="new-password"
    required
    minLength={passwordMinChars}
    maxLength={passwordMaxChars}
    onChange={(event) => onValue(event.target.value)}
  />
);
