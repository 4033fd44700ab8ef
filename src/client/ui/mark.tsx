/** Foyer's mark: an open door. */
export const Mark = () => (
  <svg
    viewBox="0 0 24 24"
    className="size-6 text-accent"
    fill="none"
    stroke="currentColor"
    strokeWidth="2"
    strokeLinejoin="round"
    aria-hidden
  >
    <path d="M5 21V3h9l5 2.5V21l-5-2.2V3" />
    <path d="M3 21h11" strokeLinecap="round" />
    <circle cx="11" cy="12.5" r="1" fill="currentColor" stroke="none" />
  </svg>
);
