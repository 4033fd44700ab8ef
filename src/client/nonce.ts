import { createContext } from 'react';

/** The page's content policy lets only scripts with this nonce run; known while the server renders. */
export const NonceContext = createContext<string | undefined>(undefined);
