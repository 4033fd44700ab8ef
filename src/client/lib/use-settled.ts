import { useEffect, useState } from 'react';

/** How long somebody who types must pause before it is asked for. */
const settledMs = 300;

/** Words that are being typed, once they stand: each question costs the server a search, and is counted. Nothing is at once. */
export function useSettled(typed: string): string {
  const [settled, setSettled] = useState(typed);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(typed), typed === '' ? 0 : settledMs);
    return () => clearTimeout(timer);
  }, [typed]);
  return settled;
}
