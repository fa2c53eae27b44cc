package io.millrace.reader.postgres.server;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.PostgresPosition;
import io.millrace.position.SourcePosition;
import io.millrace.reader.postgres.connection.SqlSession;
import io.millrace.wal.ChainSink;
import java.util.List;
import java.util.OptionalLong;

/**
 * What is proven of server and slot at every connect, before a byte is streamed: that it is the server of the position, that its
 * timeline has the position in its past, and that the slot still holds everything behind it (EXACTNESS 12). Nothing here falls
 * back to another place.
 */
public final class StreamCheck {
    private final SqlSession session;
    private final SqlSession replication;
    private final Names names;
    private final LoadedPlace loaded;
    private long confirmed;
    private long from;

    public StreamCheck(SqlSession session, SqlSession replication, Names names, LoadedPlace loaded) {
        this.session = session;
        this.replication = replication;
        this.names = names;
        this.loaded = loaded;
    }

    /**
     * The sink's position, with the system and timeline that the server has now.
     *
     * @param prepared what the sink has of what its position holds out
     */
    public PostgresPosition verified(SourcePosition wanted, List<ChainSink.Prepared> prepared) {
        if (!(wanted instanceof PostgresPosition position)) {
            throw new MillraceException(
                    ErrorCode.SOURCE_IDENTITY, "not a position of this kind of server: position=" + wanted.text());
        }
        new ServerPositions(session).requireReadable();
        Walsender.Identity server = Walsender.identity(replication);
        long identifier = server.system();
        int timeline = server.timeline();
        if (!position.isOfSame(identifier)) {
            throw new MillraceException(
                    ErrorCode.SOURCE_IDENTITY,
                    "the source is another server: position=" + position.text() + ", system="
                            + Long.toUnsignedString(identifier));
        }
        requireTimeline(position, timeline);
        from = firstNeeded(position, prepared);
        requireSlot(position, server);
        return position.at(identifier, timeline, position.lsn());
    }

    /** What is held out of the position and is not in the sink must be sent again: its log was lost. */
    private static long firstNeeded(PostgresPosition position, List<ChainSink.Prepared> prepared) {
        long first = position.lsn();
        for (long held : position.held()) {
            boolean isThere = prepared.stream().anyMatch(each -> each.transaction().serverLow == held);
            first = !isThere && Long.compareUnsigned(held, first) < 0 ? held : first;
        }
        return first;
    }

    /** Where to stream from: the position, or a place before it. */
    public long from() {
        return from;
    }

    /** What the slot has confirmed: the server may take less, and would then believe that it still holds it. */
    public long confirmed() {
        return confirmed;
    }

    private void requireTimeline(PostgresPosition position, int timeline) {
        boolean isSame = position.timeline() == 0 || position.timeline() == timeline;
        if (isSame && !loaded.isOfAnother(timeline)) {
            return;
        }
        TimelineHistory history = Walsender.history(replication, timeline);
        if (!isSame) {
            requirePast(position, timeline, history);
        }
        loaded.require(timeline, history);
    }

    private static void requirePast(PostgresPosition position, int timeline, TimelineHistory history) {
        OptionalLong end = history.endOf(position.timeline());
        if (end.isEmpty()) {
            throw new MillraceException(
                    ErrorCode.SOURCE_IDENTITY,
                    "the server's timeline does not descend from the position's: position=" + position.text() + ", now="
                            + timeline);
        }
        if (Long.compareUnsigned(position.lsn(), end.getAsLong()) > 0) {
            throw new MillraceException(
                    ErrorCode.SOURCE_IDENTITY,
                    "the new primary never had what was read from the old one: from="
                            + PostgresPosition.lsnText(end.getAsLong()) + ", to="
                            + PostgresPosition.lsnText(position.lsn()) + ", timeline=" + position.timeline() + ", now="
                            + timeline);
        }
    }

    private MillraceException noSlot(PostgresPosition position, Walsender.Identity server) {
        boolean isPromoted = position.timeline() != 0 && position.timeline() != server.timeline();
        return new MillraceException(
                ErrorCode.SOURCE_SLOT,
                (isPromoted
                                ? "the slot was not synchronized to the server that was promoted, and with it all since the"
                                        + " position is gone"
                                : "the slot does not exist, and with it all since the position is gone")
                        + ": slot=" + names.slot() + ", from=" + PostgresPosition.lsnText(from) + ", to=" + server.end()
                        + ", position=" + position.text() + ", timeline=" + server.timeline());
    }

    private void requireSlot(PostgresPosition position, Walsender.Identity server) {
        SlotState slot = SlotState.of(session, names.slot()).orElseThrow(() -> noSlot(position, server));
        if (slot.isSynced() && new ServerPositions(session).isStandby()) {
            throw new MillraceException(
                    ErrorCode.SOURCE_BUSY,
                    "the server is a standby that holds the slot for its primary, and is not promoted yet: slot="
                            + slot.name() + ", timeline=" + server.timeline());
        }
        String database = session.value("SELECT pg_catalog.current_database()");
        if (!"pgoutput".equals(slot.plugin()) || !database.equals(slot.database())) {
            throw new MillraceException(
                    ErrorCode.SOURCE_SLOT,
                    "the slot is another one: slot=" + slot.name() + ", plugin=" + slot.plugin() + ", database="
                            + slot.database());
        }
        if (slot.isLost()) {
            throw new MillraceException(
                    ErrorCode.SOURCE_SLOT,
                    "the slot was invalidated: slot=" + slot.name() + ", walStatus=" + slot.walStatus()
                            + ", invalidation=" + slot.invalidation() + ", position=" + position.text());
        }
        confirmed = slot.confirmedLsn();
        if (Long.compareUnsigned(confirmed, from) > 0) {
            throw new MillraceException(
                    ErrorCode.SOURCE_SLOT,
                    "the slot is ahead of the position, what lies between is lost: slot=" + slot.name() + ", from="
                            + PostgresPosition.lsnText(from) + ", to="
                            + PostgresPosition.lsnText(slot.confirmedLsn()));
        }
    }
}
