'use client';

import { clsx } from 'clsx';
import { useState, type FormEvent } from 'react';
import { callErrorOf } from '@/client/trpc';
import { Button } from '@/client/ui/button';
import { Field } from '@/client/ui/field';
import { FormError } from '@/client/user/auth-page';
import { Face } from '@/client/user/face';
import { Done } from '@/client/user/settings-section';
import { useUpdateMe } from '@/client/user/use-me';
import type { AccountView } from '@/shared/account';
import { bioMaxChars, nameMaxChars, pictureKinds } from '@/shared/limits';

const pictures = [null, ...Array.from({ length: pictureKinds }, (_, i) => i)];

/** Name, a line about oneself, and one of the generated pictures. */
export function ProfileForm({ account }: { account: AccountView }) {
  const [fields, setFields] = useState({
    name: account.name,
    bio: account.bio,
    picture: account.picture,
  });
  const update = useUpdateMe();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    update.mutate(fields);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field
        id="profile-name"
        label="Name"
        autoComplete="nickname"
        maxLength={nameMaxChars}
        value={fields.name}
        onChange={(event) => setFields({ ...fields, name: event.target.value })}
      />
      <Field
        id="profile-bio"
        label="A line about you (optional)"
        maxLength={bioMaxChars}
        value={fields.bio}
        onChange={(event) => setFields({ ...fields, bio: event.target.value })}
      />
      <fieldset>
        <legend className="mb-1.5 text-sm font-medium">Picture</legend>
        <div className="flex flex-wrap gap-1.5 max-md:gap-2">
          {pictures.map((picture) => (
            <label
              key={picture}
              className={clsx(
                'cursor-pointer rounded-full p-0.5 ring-accent has-focus-visible:ring-2 max-md:p-1',
                fields.picture === picture && 'ring-2',
              )}
            >
              <input
                type="radio"
                name="picture"
                className="sr-only"
                aria-label={picture === null ? 'The picture you came with' : `Picture ${picture + 1}`}
                checked={fields.picture === picture}
                onChange={() => setFields({ ...fields, picture })}
              />
              <Face
                person={{
                  id: account.id,
                  kind: account.kind,
                  name: fields.name || '?',
                  picture: picture ?? undefined,
                }}
                size={32}
              />
            </label>
          ))}
        </div>
      </fieldset>
      <div className="flex items-center gap-3">
        <Button look="primary" type="submit" disabled={update.isPending || !fields.name.trim()}>
          Save
        </Button>
        <Done>{update.isSuccess && 'Saved.'}</Done>
      </div>
      <FormError>{update.error && callErrorOf(update.error).message}</FormError>
    </form>
  );
}
