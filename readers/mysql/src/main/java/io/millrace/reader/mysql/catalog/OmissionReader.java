package io.millrace.reader.mysql.catalog;

import io.millrace.reader.TableDetails;
import io.millrace.reader.mysql.sql.SqlSession;
import io.millrace.reader.mysql.sql.SqlText;
import io.millrace.schema.TableId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads what tables have beyond columns, plain indexes and foreign keys: indexes of words and geometries, and what no table that we make
 * gets, so that it can be told. Triggers are shown by the server only to who has the privilege TRIGGER.
 *
 * <p>Confined to its session's thread.
 */
final class OmissionReader {
    private final SqlSession session;
    private final String hidden;
    private final boolean hasReferenceSystems;
    private final boolean hasOnlyNamesOfChecks;

    /**
     * By what the server's catalog knows.
     *
     * @param hidden the condition on {@code STATISTICS} of an index that the server does not use
     * @param hasReferenceSystems whether a column of geometries may be held to one
     * @param hasOnlyNamesOfChecks whether checks are read here, by name, and not elsewhere with their text
     */
    OmissionReader(SqlSession session, String hidden, boolean hasReferenceSystems, boolean hasOnlyNamesOfChecks) {
        this.session = session;
        this.hidden = hidden;
        this.hasReferenceSystems = hasReferenceSystems;
        this.hasOnlyNamesOfChecks = hasOnlyNamesOfChecks;
    }

    void read(Catalog.Scope scope, Map<TableId, TableDraft> drafts) {
        each(
                "SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, INDEX_TYPE, COLUMN_NAME, COALESCE(COLLATION, '') = 'D', "
                        + hidden
                        + " FROM information_schema.STATISTICS WHERE " + scope.condition()
                        + " AND (INDEX_TYPE IN ('FULLTEXT', 'SPATIAL') OR COLLATION = 'D' OR " + hidden
                        + ") ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX",
                drafts,
                OmissionReader::ofIndex);
        drafts.forEach((table, draft) -> {
            List<String> words = draft.indexesOf(TableDetails.Method.FULLTEXT);
            if (scope.holds(table) && !words.isEmpty()) {
                ofParsers(table, draft, words);
            }
        });
        each(
                "SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_NAME FROM information_schema.TABLES WHERE " + scope.condition()
                        + " AND CREATE_OPTIONS LIKE '%partitioned%'",
                drafts,
                (draft, row) -> draft.omit(
                        "partitions", row.getString(3), "rows are divided only as partition: of the task says"));
        each(
                "SELECT EVENT_OBJECT_SCHEMA, EVENT_OBJECT_TABLE, TRIGGER_NAME FROM information_schema.TRIGGERS WHERE "
                        + scope.condition("EVENT_OBJECT_SCHEMA", "EVENT_OBJECT_TABLE") + " ORDER BY TRIGGER_NAME",
                drafts,
                (draft, row) -> draft.omit("trigger", row.getString(3), "what it does at the source comes as rows"));
        if (hasOnlyNamesOfChecks) {
            each(
                    "SELECT TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME FROM information_schema.TABLE_CONSTRAINTS WHERE "
                            + scope.condition() + " AND CONSTRAINT_TYPE = 'CHECK' ORDER BY CONSTRAINT_NAME",
                    drafts,
                    (draft, row) -> draft.addCheck(row.getString(3), ""));
        }
        if (hasReferenceSystems) {
            each(
                    "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE "
                            + scope.condition() + " AND SRS_ID IS NOT NULL ORDER BY ORDINAL_POSITION",
                    drafts,
                    (draft, row) -> draft.omit(
                            "referenceSystem",
                            row.getString(3),
                            "the column is made for geometries of any; each has its own"));
        }
    }

    private static void ofIndex(TableDraft draft, ResultSet row) throws SQLException {
        String index = row.getString(3);
        switch (row.getString(4)) {
            case "FULLTEXT" -> draft.add(index, TableDetails.Method.FULLTEXT, row.getString(5));
            case "SPATIAL" -> draft.add(index, TableDetails.Method.SPATIAL, row.getString(5));
            default -> {
                if (row.getBoolean(6) && index.equals(TableKeys.PRIMARY)) {
                    draft.omit("descending", index, "the key is made with ascending columns");
                }
            }
        }
        if (row.getBoolean(7)) {
            draft.omit("invisible", index, "the index is made visible");
        }
    }

    /** Which parser cuts words is told by the table's own text alone. */
    private void ofParsers(TableId table, TableDraft draft, List<String> indexes) {
        String text = session.row("SHOW CREATE TABLE " + SqlText.quoted(table), row -> row.getString(2))
                .orElse("");
        for (String index : indexes) {
            Pattern own = Pattern.compile(
                    "^ *FULLTEXT KEY " + Pattern.quote(SqlText.quoted(index)) + " \\(.*WITH PARSER.*$",
                    Pattern.MULTILINE);
            if (own.matcher(text).find()) {
                draft.omitIndex(index, "its words are cut by a parser of its own");
            }
        }
    }

    private void each(String sql, Map<TableId, TableDraft> drafts, Catalog.DraftReader reader) {
        Catalog.each(session, sql, drafts, reader);
    }
}
