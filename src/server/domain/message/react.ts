import { AppError } from '@/server/base/errors';
import { changeMessage, changeStatement, isDeleted } from '@/server/domain/message/change';
import { reactionKindsMax, reactionsPerKindMax } from '@/shared/limits';
import type { MessageView, ReactInput } from '@/shared/message';
import { threadForWrite } from '@/server/domain/thread/access';
import type { Member } from '@/shared/user';

const entries = `jsonb_array_elements(coalesce(x.reactions, '[]')) with ordinality as e (pair, place)`;
const hasMine = `exists (select from ${entries} where e.pair->>0 = $4 and e.pair->1 ? $3::text)`;
const ofKind = `(select jsonb_array_length(e.pair->1) from ${entries} where e.pair->>0 = $4)`;

/** The person's id at the end of the emoji's list, the emoji at the end of the message's. */
const added = `case when ${ofKind} is null
  then coalesce(x.reactions, '[]') || jsonb_build_array(jsonb_build_array($4::text, jsonb_build_array($3::text)))
  else (select jsonb_agg(case when e.pair->>0 = $4 then jsonb_build_array($4::text, (e.pair->1) || to_jsonb($3::text)) else e.pair end order by e.place) from ${entries})
  end`;
/** This emoji's list without the person; an emoji that nobody is left with goes. */
const taken = `(select jsonb_agg(case when e.pair->>0 = $4 then jsonb_build_array($4::text, (e.pair->1) - $3::text) else e.pair end order by e.place)
  from ${entries} where e.pair->>0 <> $4 or (e.pair->1) <> jsonb_build_array($3::text))`;

const on = changeStatement({
  name: 'message-react-on',
  when: `x.kind <> 'event' and x.deleted_at is null and not ${hasMine} and (m.muted_until is null or m.muted_until <= now())
    and (m.role <> 'visitor' or r.visitors in ('write', 'approve')) and coalesce(${ofKind}, 0) < ${reactionsPerKindMax}
    and (${ofKind} is not null or jsonb_array_length(coalesce(x.reactions, '[]')) < ${reactionKindsMax})`,
  set: `reactions = ${added}`,
});
const off = changeStatement({
  name: 'message-react-off',
  when: `x.deleted_at is null and ${hasMine}`,
  set: `reactions = ${taken}`,
});

/**
 * Sets a reaction on or off; what is so already changes nothing. An open room takes the person in.
 * @throws {AppError} NOT_FOUND, FORBIDDEN, CONFLICT when the message was deleted or has too many kinds
 */
export async function reactToMessage(viewer: Member, input: ReactInput): Promise<MessageView> {
  if (input.isOn) {
    const { role, status, visitors } = await threadForWrite(viewer, input.threadId);
    if (status === 'active' && role === 'visitor' && visitors !== 'write' && visitors !== 'approve')
      throw new AppError('FORBIDDEN', 'visitors_read_only', 'Visitors can read here, but not react.');
  }
  return changeMessage(viewer, input, {
    statement: input.isOn ? on : off,
    values: [input.emoji],
    explain({ message }) {
      if (message.deletedAt) throw isDeleted();
      const mine =
        message.reactions
          .find((reaction) => reaction.emoji === input.emoji)
          ?.userIds.includes(viewer.userId) ?? false;
      if (mine === input.isOn) return message;
      throw new AppError(
        'CONFLICT',
        'too_many',
        'This message takes no more reactions of this kind from you.',
      );
    },
  });
}
