'use client';

import { ArrowLeft } from 'lucide-react';
import { ForgetButton } from '@/client/inbox/forget-button';
import { DeactivateForm, EraseForm, ExportButtons } from '@/client/inbox/own-data';
import { SignOutButton } from '@/client/inbox/me-actions';
import { inboxPath, registerPath, signInPath } from '@/client/paths';
import { LinkButton } from '@/client/ui/button';
import { Skeleton } from '@/client/ui/skeleton';
import { PasswordForm } from '@/client/user/password-form';
import { ProfileForm } from '@/client/user/profile-form';
import { RecoverForm, RecoveryCode } from '@/client/user/recovery-code';
import { SessionList } from '@/client/user/session-list';
import { SettingsSection } from '@/client/user/settings-section';
import { useAccount } from '@/client/user/use-account';
import { useMe } from '@/client/user/use-me';
import type { AccountView } from '@/shared/account';

/** Everything that a person can say and do about themselves. */
export function AccountPage() {
  const me = useMe();
  const account = useAccount();
  return (
    <main className="min-h-dvh bg-canvas">
      <div className="mx-auto w-full max-w-140 px-5 pt-4 pb-16">
        <LinkButton look="quiet" href={inboxPath} className="-ml-3.5">
          <ArrowLeft size={16} aria-hidden />
          Back
        </LinkButton>
        <h1 className="mt-2 mb-4 text-2xl font-semibold tracking-tight">
          {me?.kind === 'registered' ? 'Account' : 'You in this browser'}
        </h1>
        {account === undefined && <Waiting />}
        {account === null && <Nobody />}
        {account?.kind === 'visitor' && <VisitorSettings account={account} />}
        {account?.kind === 'registered' && <AccountSettings account={account} />}
      </div>
    </main>
  );
}

const Waiting = () => (
  <div aria-busy="true" className="space-y-3 py-6">
    {['h-16', 'h-10', 'h-24'].map((height) => (
      <Skeleton key={height} className={height} />
    ))}
  </div>
);

const Nobody = () => (
  <SettingsSection
    title="Nothing yet"
    about="You have written nothing here so far, so there is nothing to set. With an account you are the same person in every browser."
  >
    <ToAccount />
    <div className="mt-6">
      <p className="mb-3 text-md text-soft">You have been here before, in another browser?</p>
      <RecoverForm />
    </div>
  </SettingsSection>
);

const ToAccount = () => (
  <div className="flex flex-wrap gap-2">
    <LinkButton look="primary" href={registerPath}>
      Create an account
    </LinkButton>
    <LinkButton href={signInPath()}>Sign in</LinkButton>
  </div>
);

const OwnData = ({ account }: { account: AccountView }) => (
  <>
    <SettingsSection title="Your data" about="Everything that this Foyer keeps about you, in one file.">
      <ExportButtons />
    </SettingsSection>
    <SettingsSection
      title="Erase"
      about="Nobody can be you any more, and this cannot be undone. A room that only you own passes to whoever has been there longest, or is archived."
    >
      <EraseForm account={account} />
    </SettingsSection>
  </>
);

const VisitorSettings = ({ account }: { account: AccountView }) => (
  <>
    <SettingsSection title="Profile" about="What others see of you.">
      <ProfileForm account={account} />
    </SettingsSection>
    <SettingsSection
      title="Recovery code"
      about="Brings you into another browser, or back into this one when it has forgotten you."
    >
      <RecoveryCode hasCode={account.hasRecoveryCode} />
    </SettingsSection>
    <SettingsSection
      title="An account"
      about="Keeps everything you wrote, and lets you sign in from any browser."
    >
      <ToAccount />
    </SettingsSection>
    <SettingsSection
      title="Leave this computer"
      about="Nothing of you stays in this browser. What you wrote stays in its rooms."
    >
      <ForgetButton hasCode={account.hasRecoveryCode} />
    </SettingsSection>
    <OwnData account={account} />
  </>
);

const AccountSettings = ({ account }: { account: AccountView }) => (
  <>
    <SettingsSection title="Profile" about="What others see of you. Your e-mail address is never shown.">
      <ProfileForm account={account} />
    </SettingsSection>
    {account.hasPassword && (
      <SettingsSection title="Password" about={`You sign in as ${account.email ?? ''}.`}>
        <PasswordForm />
      </SettingsSection>
    )}
    <SettingsSection title="Where you are signed in">
      <SessionList sessions={account.sessions} />
    </SettingsSection>
    <SettingsSection
      title="Sign out"
      about="This browser then holds nothing of your account: no drafts, no waiting messages."
    >
      <div className="flex flex-wrap gap-2">
        <SignOutButton />
      </div>
    </SettingsSection>
    <SettingsSection
      title="Deactivate"
      about="You are signed out everywhere until you sign in again. A room that only you own gets another owner beside you."
    >
      <DeactivateForm account={account} />
    </SettingsSection>
    <OwnData account={account} />
  </>
);
