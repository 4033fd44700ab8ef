import { createContext, useContext } from 'react';
import type { PersonView } from '@/shared/user';

/** Something that can be done about a person where they are met. */
export type PersonAction = { label: string; isDangerous?: boolean; run(): void };

const none = (): PersonAction[] => [];

/** What can be done about a person: whatever surrounds their card knows it. */
export const PersonActionsContext = createContext<(person: PersonView) => PersonAction[]>(none);
export const usePersonActions = (person: PersonView): PersonAction[] =>
  useContext(PersonActionsContext)(person);
