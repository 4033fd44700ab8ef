import { memo } from 'react';

const link = /(https?:\/\/[^\s<>"'`]*[^\s<>"'`.,;:!?)\]}])/giu;

/** A message's words as they were typed, with web addresses as links. */
export const MessageText = memo(function MessageText({ text }: { text: string }) {
  return (
    <span dir="auto" className="[overflow-wrap:anywhere] whitespace-pre-wrap [unicode-bidi:isolate]">
      {text.split(link).map((part, i) =>
        i % 2 === 1 ? (
          <a
            key={i}
            href={part}
            target="_blank"
            rel="noopener noreferrer nofollow ugc"
            className="underline decoration-current/40 underline-offset-2 hover:decoration-current"
          >
            {part}
          </a>
        ) : (
          part
        ),
      )}
    </span>
  );
});
