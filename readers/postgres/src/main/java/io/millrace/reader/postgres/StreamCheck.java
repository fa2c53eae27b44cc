package io.millrace.reader.postgres;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.position.PostgresPosition;
import io.millrace.position.SourcePosition;
import io.millrace.wal.ChainSink;
import java.util.List;

/**
 * What is proven of server and slot at every connect, before a byte is streamed: that it is the server of the position, that its
 * timeline has the position in its past, and that the slot still holds everything behind it (EXACTNESS 12). Nothing here falls
 * back to another place.
 */
final class StreamCheck {
    private final SqlSession session;
    private final SqlSession replication;
    private final Names names;
    private long confirmed;
    private long from;

    StreamCheck(SqlSession session, SqlSession replication, Names names) {
        this.session = session;
        this.replication = replication;
        this.names = names;
    }

    /**
     * The sink's position, with the system and timeline that the server has now.
     *
     * @param prepared what the sink has of what its position holds out
     */
    PostgresPosition verified(SourcePosition wanted, List<ChainSink.Prepared> prepared) {
        if (!(wanted instanceof PostgresPosition position)) {
            throw new MillraceException(
                    ErrorCode.SOURCE_IDENTITY, "not a position of this kind of server: position=" + wanted.text());
        }
        List<String> system = replication.command("IDENTIFY_SYSTEM", "asking for the server's identity");
        long identifier = Long.parseUnsignedLong(system.get(0));
        int timeline = Integer.parseUnsignedInt(system.get(1));
        if (!position.isOfSame(identifier)) {
            throw new MillraceException(
                    ErrorCode.SOURCE_IDENTITY,
                    "the source is another server: position=" + position.text() + ", system="
                            + Long.toUnsignedString(identifier));
        }
        requireTimeline(position, timeline);
        from = firstNeeded(position, prepared);
        requireSlot(position);
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
    long from() {
        return from;
    }

    /** What the slot has confirmed: the server may take less, and would then believe that it still holds it. */
    long confirmed() {
        return confirmed;
    }

    private void requireTimeline(PostgresPosition position, int timeline) {
        if (position.timeline() == 0 || position.timeline() == timeline) {
            return;
        }
        String history = timeline < 2
                ? ""
                : replication
                        .command("TIMELINE_HISTORY " + timeline, "asking for the timeline's history")
                        .get(1);
        for (String line : history.split("\n", -1)) {
            String[] fields = line.strip().split("\\s+", 3);
            boolean isOurs = fields.length > 1 && fields[0].equals(Integer.toString(position.timeline()));
            if (isOurs) {
                long end = PostgresPosition.parseLsn(fields[1]);
                if (Long.compareUnsigned(position.lsn(), end) <= 0) {
                    return;
                }
                throw new MillraceException(
                        ErrorCode.SOURCE_IDENTITY,
                        "the new primary never had what was read from the old one: from="
                                + PostgresPosition.lsnText(end) + ", to=" + PostgresPosition.lsnText(position.lsn())
                                + ", timeline=" + position.timeline() + ", now=" + timeline);
            }
        }
        throw new MillraceException(
                ErrorCode.SOURCE_IDENTITY,
                "the server's timeline does not descend from the position's: position=" + position.text() + ", now="
                        + timeline);
    }

    private void requireSlot(PostgresPosition position) {
        SlotState slot = SlotState.of(session, names.slot())
                .orElseThrow(() -> new MillraceException(
                        ErrorCode.SOURCE_SLOT,
                        "the slot does not exist, and with it all since the position is gone: slot=" + names.slot()
                                + ", position=" + position.text()));
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
