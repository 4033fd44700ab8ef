/** The tRPC codes that Foyer answers with; `data.code` is always one of these. */
export const errorCodes = [
  'BAD_REQUEST',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'NOT_FOUND',
  'METHOD_NOT_SUPPORTED',
  'CONFLICT',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'PRECONDITION_REQUIRED',
  'TOO_MANY_REQUESTS',
  'SERVICE_UNAVAILABLE',
  'INTERNAL_SERVER_ERROR',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** Why, where the code alone does not tell a client what to do. */
export const errorReasons = [
  'input',
  'identity_needed',
  'identity_changed',
  'identity_ended',
  'account_needed',
  'wrong_password',
  'not_found',
  'not_member',
  'not_allowed',
  'muted',
  'banned',
  'visitors_read_only',
  'approval_needed',
  'rejected',
  'room_archived',
  'room_locked',
  'thread_archived',
  'thread_locked',
  'reply_not_found',
  'deleted',
  'too_late',
  'id_taken',
  'last_owner',
  'link_closed',
  'thread_exists',
  'too_fast',
  'slow_mode',
  'proof_of_work',
  'proof_refused',
  'too_many_visitors',
  'too_many',
  'busy',
  'unavailable',
  'transport',
  'internal',
] as const;
export type ErrorReason = (typeof errorReasons)[number];

/** What `error.data` holds on the wire. */
export type ErrorData = {
  code: ErrorCode;
  reason: ErrorReason;
  httpStatus: number;
  /** Dotted path of the first wrong input field. */
  field?: string;
  /** How long to wait before the same call may succeed, milliseconds. */
  retryAfterMs?: number;
  /** For `proof_of_work`: what to solve and hand to `session.prove`, as JSON. */
  challenge?: string;
};
