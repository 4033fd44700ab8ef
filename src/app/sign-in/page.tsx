import type { Metadata } from 'next';
import { SignInPage } from '@/client/user/sign-in-page';

export const metadata: Metadata = { title: 'Sign in' };

type Props = { searchParams: Promise<{ why?: string | string[]; error?: string | string[] }> };

export default async function SignIn({ searchParams }: Props) {
  const { why, error } = await searchParams;
  return (
    <SignInPage
      why={why === 'ended' || why === 'moved' ? why : null}
      error={typeof error === 'string' ? error : null}
    />
  );
}
