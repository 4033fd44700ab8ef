-- What may be unread for somebody is asked for all day: of their states, this is all that is looked at.
CREATE INDEX "read_states_counted_idx" ON "read_states" ("user_id", "thread_id") INCLUDE ("last_read_seq")
  WHERE "following" AND NOT "muted";
