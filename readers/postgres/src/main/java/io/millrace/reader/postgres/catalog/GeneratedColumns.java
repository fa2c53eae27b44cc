package io.millrace.reader.postgres.catalog;

import io.millrace.reader.postgres.connection.SqlSession;

/**
 * Columns that the server computes. From 18 on a publication of ours carries those that are stored, and so they are as any other; virtual
 * ones, and all of earlier servers, no stream carries.
 *
 * <pre>
 *               15 to 17                 18
 * stored        left out, named          carried: publish_generated_columns = stored
 * virtual                                left out, named
 * </pre>
 */
public final class GeneratedColumns {
    private static final int PUBLISHED_VERSION = 180_000;

    /** Of {@code pg_attribute a}: whether rows of the stream have the column. */
    public static final String IS_CARRIED = "(a.attgenerated = '' OR (a.attgenerated = 's' AND"
            + " pg_catalog.current_setting('server_version_num')::int >= " + PUBLISHED_VERSION + "))";

    /**
     * Of {@code pg_attribute a}: what tells one expression from another, whatever the columns that it reads are called by now; empty of a column that is
     * not computed.
     */
    public static final String MARK = "CASE WHEN a.attgenerated <> '' THEN (SELECT pg_catalog.md5(e.adbin::text) FROM"
            + " pg_catalog.pg_attrdef e WHERE e.adrelid = a.attrelid AND e.adnum = a.attnum) ELSE '' END";

    /** Of {@code pg_publication p}, also of a server that knows no such thing. */
    static final String ARE_PUBLISHED = "pg_catalog.to_jsonb(p)->>'pubgencols' IS NOT DISTINCT FROM 's'";

    private static final String OPTION = ", publish_generated_columns = stored";

    private GeneratedColumns() {}

    /** What a publication is made with. */
    static String option(SqlSession session) {
        int version = Integer.parseInt(session.value("SELECT pg_catalog.current_setting('server_version_num')"));
        return version >= PUBLISHED_VERSION ? OPTION : "";
    }
}
