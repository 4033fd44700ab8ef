/** Every number of the product, with its unit in the name. Pure data: the browser imports it too. */

export const textMaxChars = 5_000;
export const textMaxBytes = 16 * 1024;
export const titleMinChars = 2;
export const titleMaxChars = 255;
export const nameMaxChars = 40;
export const topicMaxChars = 500;
export const searchMaxChars = 100;
export const previewMaxChars = 140;
/** More than a message may have: what is too long is kept until it is cut. */
export const draftMaxChars = 20_000;
export const draftsListed = 200;
export const draftDaysKept = 60;
/** People whom one message can call; further mentions are just shown. */
export const mentionsMax = 50;
/** People that the list behind an `@` shows, and how often it may ask for them. */
export const peopleFoundMax = 8;
export const lookupsPerMinute = 240;
/** Searches of one person through all titles or all names. */
export const searchesPerMinute = 20;
/** People without a row whom one network is thought to have. */
export const strangersTogether = 5;
export const reactionKindsMax = 20;
export const reactionsPerKindMax = 200;
/** How long an author may take a deletion back. */
export const undoMs = 5 * 60_000;

/** People of a direct room, the one who opens it included. */
export const directPeopleMax = 8;
export const inviteBatchMax = 50;
export const inviteHoursMax = 365 * 24;
export const inviteUsesMax = 10_000;
/** Links that let people in, per room; revoke some to make more. */
export const openLinksMax = 50;

export const pageSize = 50;
export const pageSizeMax = 100;
export const listSize = 30;
export const listSizeMax = 100;
/** Of the instance's newest threads, how many are looked through for a page of somebody's own. */
export const nearThreads = 200;

/** Changes kept per watched thread, and the longest replay before a reader is told to start again. */
export const tailChanges = 256;
export const replayMaxChanges = 1_000;
export const tailGapWaitMs = 150;
/** Readers of one thread that are woken in one turn of the event loop. */
export const readersPerTurn = 256;
export const tailSweepMs = 2_000;
export const epochCheckMs = 10_000;
export const tailIdleMs = 30_000;
export const leaseMs = 30_000;
export const heartbeatMs = 20_000;
/** The inbox says at most this often what is new in a room. */
export const pulseMs = 250;
/** Threads whose last news a process remembers per topic. */
export const pulseMemory = 5_000;
/** A sweep of the lists looks this far back for what was committed late, and at so many threads. */
export const listSweepBackMs = 6_000;
export const listSweepMax = 500;

/**
 * Redis is a help, never a need. A call waits for its limits only, at most `redisLimitMs`; the other
 * times say when a link is given up that nobody waits for.
 */
export const redisCommandMs = 250;
export const redisPublishMs = 500;
export const redisSubscribeMs = 2_000;
export const redisConnectMs = 2_000;
export const redisRetryMaxMs = 1_000;
export const redisLimitMs = 100;
export const redisPingMs = 2_000;
export const redisBreakerMs = 1_000;
/** What has been back for so long is told to be back; what comes and goes is not told again and again. */
export const outageOverMs = 10_000;
/** So many rooms of a person are named in one event, which then stays small enough to travel. */
export const personNewsMaxRooms = 100;
/** Larger events travel as a pointer, and nothing larger than the second is even parsed. */
export const busEventMaxBytes = 8 * 1024;
export const busFrameMaxBytes = 256 * 1024;
export const busJoinMaxTopics = 500;
export const instanceCountMs = 5_000;

/** Posts that one statement writes, and such statements at once for plain posts. */
export const writeBatchMax = 64;
export const writersMax = 4;
/** Posts that wait for one thread, and for all of a process, before more are refused. */
export const writeQueueMax = 2_000;
export const writeWaitingMax = 10_000;
/** Messages of a deleted thread that one statement removes. */
export const purgeBatchMessages = 5_000;

export const frameMaxBytes = 64 * 1024;
export const bodyMaxBytes = 64 * 1024;
export const urlMaxBytes = 4 * 1024;
/** What a browser makes at most, its origin included: the longest read asks for fifty threads at once. */
export const callUrlMaxBytes = 4_000;
export const jsonMaxDepth = 32;
export const callsPerBatchMax = 10;
/**
 * tRPC's socket client puts all calls of one turn into one frame, its streams after a reconnect included;
 * rates count per call, and the frame's size is bounded, so this only has to be finite.
 */
export const callsPerFrameMax = 50;
export const badFramesMax = 5;
export const subscriptionsPerSocketMax = 32;
export const socketsPerIdentityMax = 10;
export const socketsPerAddressMax = 100;
export const socketsMax = 20_000;
export const handshakesPerSecondPerAddress = 5;
/** Of one instance; more than that wait for their turn, up to so long. */
export const handshakesPerSecond = 200;
export const handshakeWaitMaxMs = 3_000;
export const socketAuthDeadlineMs = 5_000;
export const serverPingMs = 30_000;
export const serverPongMs = 10_000;
export const socketBufferSoftBytes = 256 * 1024;
export const socketBufferHardBytes = 1024 * 1024;
/** What the log holds while it cannot be written. */
export const logWaitingMaxChars = 1024 * 1024;
/** Questions of one socket that are answered at once: their answers lie in memory until they are taken. */
export const questionsAtOncePerSocket = 8;
export const socketDrainMaxMs = 10_000;
/** Statements that may wait for a connection before more are refused, and what counts as slow. */
export const poolWaitingMax = 2_000;
export const slowStatementMs = 1_000;
/** What goes on being slow is told again this often, with how often it was. */
export const slowToldAgainMs = 10_000;
/** Questions of one kind that go out as one statement, and how long the next ones wait for those on their way. */
export const questionsTogetherMax = 500;
export const togetherPatienceMs = 50;
/** Long replays from the database at once, over all readers of a process. */
export const replaysAtOnce = 8;

/** A stop: all of it, the sockets' move, their close, and the calls that are under way. */
export const shutdownMs = 15_000;
export const drainSocketsMs = 6_000;
export const drainCloseMs = 1_000;
export const drainCallsMs = 8_000;
export const drainNoticeMaxMs = 5_000;

export const clientPingMs = 20_000;
export const clientPongMs = 8_000;
export const clientProbeMs = 3_000;
export const lateAnswerMs = 4_000;
export const callDeadlineMs = 10_000;
/** How long a page of messages waits for the parser of their marks. */
export const parserWaitMs = 2_000;
export const reconnectBaseMs = 1_000;
export const reconnectMaxMs = 30_000;
export const offlineRetryMs = 1_500;
export const socketFailuresBeforeFallback = 3;
/** Streams without a socket: how often the server says that it is there, and when silence means that it is not. */
export const eventStreamPingMs = 15_000;
export const eventStreamQuietMs = 35_000;

export const sendBurstPerSecond = 10;
export const sendsPerMinute = 100;
export const editsPerMinute = 30;
export const reactionsPerMinute = 60;
export const sendsPerMinutePerAddress = 300;
export const callsPerSecondPerAddress = 100;
/** New visitors: so many walk in, more work for it, past the last number they are refused. */
export const newVisitorsFreePerHourPerAddress = 5;
export const newVisitorsFreePerHourPerNetwork = 50;
export const newVisitorsFreePerMinute = 200;
export const newVisitorsPerHourPerAddress = 300;
/** The work: steps of so many iterations each, 0.2 to 2 s on what people have. */
export const proofIterations = 2_000;
export const proofStepsMin = 200;
export const proofStepsMax = 400;
export const proofTtlMs = 5 * 60_000;
export const proofMaxChars = 2_000;
export const createsPerMinute = 20;

/** Keeping order: the longest that a moderator can ask for, and how much one call takes away. */
export const slowModeMaxMs = 6 * 60 * 60_000;
export const muteMaxMs = 30 * 24 * 60 * 60_000;
export const addressBanMaxHours = 30 * 24;
export const purgeMaxHours = 30 * 24;
export const purgeBatch = 50;
export const purgePerCallMax = 1_000;
/** How long it is known from which network a visitor wrote. */
export const addressMarkDays = 30;
/** Messages that wait for a moderator: of one person in a room, and of all together. */
export const heldPerPersonMax = 5;
export const heldPerRoomMax = 200;
/** How long it is remembered that one was turned away. */
export const rejectedDays = 7;
export const reportNoteMaxChars = 500;
export const reportsPerMinute = 5;
export const openReportsPerRoomMax = 1_000;
/** Queues are shown oldest first, as many at a time. */
export const queuePageSize = 50;

/** A form that signs somebody in, or out. */
export const signInMaxBytes = 8 * 1024;
export const passwordMinChars = 8;
export const passwordMaxChars = 128;
export const emailMaxChars = 254;
export const bioMaxChars = 300;
/** Generated pictures to choose from. */
export const pictureKinds = 24;
/** Sign-ins that fail, within the window. */
export const signInWindowSeconds = 15 * 60;
export const signInsPerAccount = 5;
export const signInsPerAddress = 20;
export const registrationsPerHourPerAddress = 20;
export const exportsPerHour = 5;
/** How long a browser stays signed in without coming back, and how often its row says that it came. */
export const sessionDays = 30;
export const sessionSeenMs = 60 * 60_000;
/** Of a foreign header, so much stands in the log. */
export const originShownChars = 120;
/** The same refusal of the same caller stands in the log once in this time. */
export const securityRepeatMs = 60_000;
/** How often open connections are compared with what the database says of their people. */
export const identitySweepMs = 2_000;
/** Messages of a person who is called otherwise from now on that are brought to open lists anew. */
export const liveMessagesMax = 300;
/** Messages that one transaction of an erasure changes, and that an export reads at a time. */
export const eraseBatch = 100;
export const exportBatch = 500;
export const resetLinkMinutes = 60;
export const adminLinkHours = 24;
export const userSearchSize = 10;
/** Passwords hashed at once, and waiting for their turn: each takes 19 MiB and a core. */
export const hashesAtOnce = 2;
export const hashesWaitingMax = 40;

/** Close code of a socket whose person is not there any more, or is another one by now. */
export const identityEndedCode = 4403;
/** Silence of this long ends somebody's typing; while it lasts their browser says so again, at most once a second. */
export const typingTtlMs = 3_000;
export const typingSignalMs = 1_000;
/** While people type, readers are told again this often, so that a browser can forget whom it hears of no more. */
export const typingToldAgainMs = 2_000;
export const typistsKept = 100;
export const typistsShown = 4;
/** Readers of one thread are told of typing and of receipts at most this often; of receipts of many, more seldom. */
export const signalMs = 1_000;
export const receiptsOfManyMs = 5_000;
/** A socket that is full gets no signals; it is looked at again after this time. */
export const signalRetryMs = 500;
/** Readers whose places are told, those that are looked at for it, and the faces at one message. */
export const readersTold = 20;
export const readersCounted = 200;
export const facesShown = 5;
/** Receipts that were told longer ago are read again: a word on the bus may have been lost. */
export const receiptsMaxAgeMs = 15_000;
export const deliveriesPerCallMax = 50;
/** Readers whose deliveries of a message are stored, per process; and the threads that is remembered of. */
export const deliveriesEnough = 3;
export const deliveryThreadsKept = 10_000;
/** Browsers say what they were delivered at most this often. */
export const deliveryMs = 1_000;
/** Signals (typing, deliveries, presence) that one person may send in ten seconds. */
export const signalsPerTenSeconds = 40;

/** A reload ends one connection and opens another: for so long nobody is told of it. */
export const presenceGraceMs = 5_000;
/** Processes say again who is on them, and are believed no longer than this: a killed one leaves no ghosts. */
export const presenceRefreshMs = 10_000;
export const presenceExpiryMs = 30_000;
/** Words of presence go out at most this often, between processes and to each browser. */
export const presenceMs = 1_000;
export const presencePerWordMax = 200;
/** People whom one tab is told of; it asks anew this often, so that what was lost is made up for. */
export const presenceWatchedMax = 200;
export const presenceAskMs = 60_000;
/** Nobody touched the page for so long, or no tab of it was in view: away. */
export const awayAfterIdleMs = 5 * 60_000;
export const awayAfterHiddenMs = 60_000;
/** `last seen` is written at most this often. */
export const lastSeenMs = 60_000;
