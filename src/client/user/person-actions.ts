import { createContext, useContext } from 'react';
import type { PersonView } from '@/shared/user';

/**
 * Something that can be done about a person where they are met. The card closes before `run`, which opens
 * something, and after `attempt`, unless that gives a sentence: why it was refused.
 */
export type PersonAction = { label: string; isDangerous?: boolean } & (
  { run(): void } | { attempt(): Promise<string | null> }
);

const none = (): PersonAction[] => [];

/** What can be done about a person: whatever surrounds their card knows it. */
export const PersonActionsContext = createContext<(person: PersonView) => PersonAction[]>(none);
export const usePersonActions = (person: PersonView): PersonAction[] =>
  useContext(PersonActionsContext)(person);
