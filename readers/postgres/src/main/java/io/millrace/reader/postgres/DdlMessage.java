package io.millrace.reader.postgres;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a message of {@link DdlTrigger} says, or whoever else wrote one: any user of the source may. The server takes it apart.
 *
 * @param tag the statement's first words
 * @param subXid the subtransaction; 0 where it does not say
 * @param isDropped whether the table is gone, so that it has no columns
 */
record DdlMessage(String publication, String tag, int subXid, SeenTable table, boolean isDropped) {
    private static final int MOST_BYTES = 1 << 20;
    private static final Pattern TAG = Pattern.compile("[A-Z ]{1,40}");
    private static final String PARSE =
            "SELECT m->>'publication', m->>'tag', COALESCE((m->>'dropped')::boolean, false), COALESCE((m->>'xid')::bigint, 0), "
                    + SeenTable.FIELDS + " FROM (SELECT ?::jsonb AS m) q";

    /** Empty where it is none that the trigger writes. */
    static Optional<DdlMessage> parse(SqlSession session, byte[] bytes, int at, int length) {
        if (length > MOST_BYTES) {
            return Optional.empty();
        }
        try {
            return session.row(
                    PARSE,
                    row -> new DdlMessage(
                            row.getString(1),
                            row.getString(2),
                            (int) row.getLong(4),
                            SeenTable.read(row, 5),
                            row.getBoolean(3)),
                    new String(bytes, at, length, StandardCharsets.UTF_8));
        } catch (MillraceException e) {
            if (e.code() == ErrorCode.SOURCE_SETTING || e.code() == ErrorCode.EVENT_UNDECODABLE) {
                return Optional.empty(); // the server, or we, found no such thing in it
            }
            throw e;
        }
    }

    /** For people: whatever is not a tag is not repeated. */
    String verb() {
        return tag != null && TAG.matcher(tag).matches() ? tag : "DDL";
    }
}
