/** The signed-in person, for every page inside the frame. */
import { createContext, useContext } from 'react';
import type { User } from '../api/types';

export const SessionContext = createContext<User | undefined>(undefined);

export function useUser(): User {
  const user = useContext(SessionContext);
  if (!user) throw new Error('a page of the frame was shown to nobody');
  return user;
}
