import type { Metadata } from 'next';
import { RegisterPage } from '@/client/message/register-page';

export const metadata: Metadata = { title: 'Create an account' };

export default function Register() {
  return <RegisterPage />;
}
