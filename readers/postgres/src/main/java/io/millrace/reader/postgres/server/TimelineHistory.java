package io.millrace.reader.postgres.server;

import io.millrace.position.PostgresPosition;
import java.util.OptionalLong;

/**
 * Where the timelines of a server's past ended, each with the promotion that began the next. Immutable.
 *
 * @param text as TIMELINE_HISTORY answers: a line a timeline, its number, the LSN, and why
 */
record TimelineHistory(String text) {
    /** The end of a timeline; empty where the server does not descend from it. */
    OptionalLong endOf(int timeline) {
        for (String line : text.split("\n", -1)) {
            String[] fields = line.strip().split("\\s+", 3);
            if (fields.length > 1 && fields[0].equals(Integer.toUnsignedString(timeline))) {
                return OptionalLong.of(PostgresPosition.parseLsn(fields[1]));
            }
        }
        return OptionalLong.empty();
    }
}
