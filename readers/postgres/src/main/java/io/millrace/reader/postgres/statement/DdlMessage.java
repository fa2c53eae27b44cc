package io.millrace.reader.postgres.statement;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.postgres.connection.SqlSession;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a message of {@link DdlTrigger} says, or whoever else wrote one: any user of the source may. The server takes it apart.
 *
 * @param tag the statement's first words
 * @param subXid the subtransaction; 0 where it does not say
 * @param isDropped whether the table is gone, so that it has no columns
 * @param isPlain whether no expression can have changed the values of a column that has another type now
 * @param fills by the column's number
 */
record DdlMessage(
        String publication,
        String tag,
        int subXid,
        SeenTable table,
        boolean isDropped,
        boolean isPlain,
        Map<Integer, Fill> fills) {
    /**
     * What rows that were there when a column was added have in it.
     *
     * @param isKnown false where they may differ, or where a trigger of an earlier version does not say
     * @param text empty for NULL
     */
    record Fill(boolean isKnown, Optional<String> text) {
        static final Fill UNKNOWN = new Fill(false, Optional.empty());

        private static Fill of(String word) {
            return switch (word.charAt(0)) {
                case 'n' -> new Fill(true, Optional.empty());
                case 'v' -> new Fill(true, Optional.of(word.substring(1)));
                default -> UNKNOWN;
            };
        }
    }

    private static final int MOST_BYTES = 1 << 20;
    private static final Pattern TAG = Pattern.compile("[A-Z ]{1,40}");
    private static final String PARSE =
            "SELECT m->>'publication', m->>'tag', COALESCE((m->>'dropped')::boolean, false), COALESCE((m->>'xid')::bigint, 0),"
                    + " ARRAY(SELECT CASE WHEN pg_catalog.jsonb_typeof(c->'fill') IS DISTINCT FROM 'array' THEN '?'"
                    + " WHEN c->'fill'->>0 IS NULL THEN 'n' ELSE 'v' || (c->'fill'->>0) END"
                    + " FROM pg_catalog.jsonb_array_elements(m->'columns') c), COALESCE((m->>'plain')::boolean, false), "
                    + SeenTable.FIELDS + " FROM (SELECT ?::jsonb AS m) q";

    /** Empty where it is none that the trigger writes. */
    static Optional<DdlMessage> parse(SqlSession session, byte[] bytes, int at, int length) {
        if (length > MOST_BYTES) {
            return Optional.empty();
        }
        try {
            return session.row(PARSE, DdlMessage::read, new String(bytes, at, length, StandardCharsets.UTF_8));
        } catch (MillraceException e) {
            if (e.code() == ErrorCode.SOURCE_SETTING || e.code() == ErrorCode.EVENT_UNDECODABLE) {
                return Optional.empty(); // the server, or we, found no such thing in it
            }
            throw e;
        }
    }

    private static DdlMessage read(ResultSet row) throws SQLException {
        SeenTable table = SeenTable.read(row, 7);
        String[] texts = (String[]) row.getArray(5).getArray();
        Map<Integer, Fill> fills = new HashMap<>();
        for (int i = 0; i < texts.length; i++) {
            fills.put(table.columns().get(i).number(), Fill.of(texts[i]));
        }
        return new DdlMessage(
                row.getString(1),
                row.getString(2),
                (int) row.getLong(4),
                table,
                row.getBoolean(3),
                row.getBoolean(6),
                fills);
    }

    /** For people: whatever is not a tag is not repeated. */
    String verb() {
        return tag != null && TAG.matcher(tag).matches() ? tag : "DDL";
    }
}
