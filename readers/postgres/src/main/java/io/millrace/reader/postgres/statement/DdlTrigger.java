package io.millrace.reader.postgres.statement;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.postgres.catalog.GeneratedColumns;
import io.millrace.reader.postgres.connection.SqlSession;
import io.millrace.reader.postgres.connection.SqlText;
import io.millrace.reader.postgres.server.Names;
import io.millrace.reader.postgres.server.ServerPositions;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Event triggers of a task that write each DDL on a published table into the WAL, with the shape that it leaves. Installed by a person,
 * for only a superuser may; everything works without.
 *
 * <p>A statement of the source's users never fails by it: whatever goes wrong becomes a warning, and the statement is then seen as far as
 * it is seen without the triggers. Where no table of the publication is touched nothing is written.
 *
 * <pre>
 * ddl_command_end   {publication, tag, xid, oid, schema, table, plain, columns: [{number, name, type, modifier, required,
 *                   identity, computed, fill: [value of all rows], [] for NULL, null where they may differ} …]}
 * sql_drop          {publication, tag, xid, oid, schema, table, dropped: true}
 * </pre>
 *
 * <p>{@code xid} is of the subtransaction, which a message of a streamed transaction does not say. A backend holds the lock of each that it has
 * not rolled back, and the newest of them is the current one, or was released into it. The server places a message where its WAL record ends, which
 * is where the next one starts: so that no row of another subtransaction comes before it, an empty message stands behind.
 */
public final class DdlTrigger {
    /** Of the messages that it writes. */
    public static final String PREFIX = "millrace.ddl";

    private static final int LONGEST_NAME = 63;
    private static final int LONGEST_STEM = 45;

    /** What rows that are there have in a column that was added: one value for all, or null where each may have another. */
    private static final String FILL = " 'fill', CASE WHEN a.atthasmissing THEN pg_catalog.jsonb_build_array("
            + "(a.attmissingval::text::text[])[1]) WHEN a.atthasdef OR a.attidentity <> '' THEN NULL ELSE '[]' END,";

    /** The columns of {@code pg_class k}; {@link SeenTable} asks the catalog for the same. */
    private static final String COLUMNS = "(SELECT COALESCE(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(" + FILL
            + "'number', a.attnum, 'name', a.attname, 'computed', " + GeneratedColumns.MARK + ","
            + " 'type', a.atttypid::bigint, 'modifier', a.atttypmod, 'required', a.attnotnull, 'identity',"
            + " CASE k.relreplident WHEN 'f' THEN true WHEN 'n' THEN false ELSE EXISTS (SELECT FROM"
            + " pg_catalog.pg_index i WHERE i.indrelid = k.oid AND a.attnum = ANY"
            + " ((i.indkey::smallint[])[0:i.indnkeyatts - 1]) AND CASE k.relreplident WHEN 'i' THEN"
            + " i.indisreplident ELSE i.indisprimary END) END) ORDER BY a.attnum), '[]')"
            + " FROM pg_catalog.pg_attribute a WHERE a.attrelid = k.oid AND a.attnum > 0 AND NOT a.attisdropped"
            + " AND " + GeneratedColumns.IS_CARRIED + ")";

    private static final String XID =
            "(SELECT l.transactionid::text::bigint FROM pg_locks l WHERE l.locktype = 'transactionid'"
                    + " AND l.pid = pg_backend_pid() AND l.granted AND l.mode = 'ExclusiveLock' ORDER BY age(l.transactionid) LIMIT 1)";

    private static final String CREATE = "CREATE SCHEMA IF NOT EXISTS millrace;"
            + " CREATE OR REPLACE FUNCTION :function RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER"
            + " SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, YMD' SET extra_float_digits = 1 AS $millrace$ DECLARE word jsonb; BEGIN"
            + " IF tg_event = 'sql_drop' THEN"
            + " FOR word IN SELECT jsonb_build_object('publication', ':publication', 'tag', tg_tag, 'xid', :xid, 'oid', o.objid::bigint,"
            + " 'schema', o.schema_name, 'table', o.object_name, 'dropped', true)"
            + " FROM pg_event_trigger_dropped_objects() o JOIN pg_event_trigger_dropped_objects() r"
            + " ON r.object_type = 'publication relation' AND r.address_args = ARRAY[':publication']"
            + " AND r.address_names = ARRAY[o.schema_name, o.object_name] WHERE o.object_type = 'table'"
            + " LOOP PERFORM pg_logical_emit_message(true, ':prefix', word::text); END LOOP;"
            + " ELSE"
            + " FOR word IN SELECT DISTINCT jsonb_build_object('publication', p.pubname, 'tag', tg_tag, 'xid', :xid, 'oid',"
            + " k.oid::bigint, 'schema', n.nspname, 'table', k.relname, 'plain', :plain, 'columns', :columns)"
            + " FROM pg_event_trigger_ddl_commands() c CROSS JOIN LATERAL (WITH RECURSIVE heir (oid) AS (SELECT"
            + " COALESCE((SELECT i.indrelid FROM pg_index i WHERE i.indexrelid = c.objid), c.objid) UNION"
            + " SELECT h.inhrelid FROM pg_inherits h JOIN heir ON h.inhparent = heir.oid) SELECT oid FROM heir) heir"
            + " JOIN pg_class k ON k.oid = heir.oid"
            + " JOIN pg_namespace n ON n.oid = k.relnamespace JOIN pg_publication_rel r ON r.prrelid = k.oid"
            + " JOIN pg_publication p ON p.oid = r.prpubid AND p.pubname = ':publication'"
            + " WHERE c.classid = 'pg_class'::regclass"
            + " LOOP PERFORM pg_logical_emit_message(true, ':prefix', word::text); END LOOP;"
            + " END IF; IF FOUND THEN PERFORM pg_logical_emit_message(true, ':prefix', ''); END IF;"
            + " EXCEPTION WHEN OTHERS THEN RAISE WARNING 'millrace: % was not written into the WAL: %', tg_tag, SQLERRM;"
            + " END $millrace$;"
            + " CREATE EVENT TRIGGER :onddl ON ddl_command_end EXECUTE FUNCTION :function;"
            + " CREATE EVENT TRIGGER :ondrop ON sql_drop EXECUTE FUNCTION :function";

    /** Where the whole text is one ALTER that casts by no expression: of what a function or a script runs that cannot be seen. */
    private static final String PLAIN = "current_query() ~* '^\\s*alter\\s' AND current_query() !~* '\\yusing\\y'"
            + " AND current_query() !~ ';\\s*\\S'";

    /** The schema goes, too, where nothing else is in it. */
    private static final String REMOVE = "DROP EVENT TRIGGER IF EXISTS :onddl; DROP EVENT TRIGGER IF EXISTS :ondrop;"
            + " DROP FUNCTION IF EXISTS :function; DO $$ BEGIN DROP SCHEMA IF EXISTS millrace;"
            + " EXCEPTION WHEN dependent_objects_still_exist THEN NULL; END $$";

    private static final String IS_WHOLE = """
            SELECT count(*) = 2 FROM pg_catalog.pg_event_trigger t JOIN pg_catalog.pg_proc f ON f.oid = t.evtfoid
            JOIN pg_catalog.pg_namespace n ON n.oid = f.pronamespace
            WHERE t.evtenabled IN ('O', 'A') AND t.evtname = ANY (?::text[]) AND n.nspname = 'millrace' AND f.proname = ?""";

    private final String publication;
    private final String name;

    public DdlTrigger(Names names) {
        publication = names.publication();
        name = name(publication);
    }

    /** The publication's name, shortened where {@code _drop} would not fit behind it. */
    private static String name(String publication) {
        if (publication.length() + "_drop".length() <= LONGEST_NAME) {
            return publication;
        }
        CRC32 crc = new CRC32();
        crc.update(publication.getBytes(StandardCharsets.UTF_8));
        return publication.substring(0, LONGEST_STEM) + "_" + Long.toHexString(crc.getValue());
    }

    public String name() {
        return name;
    }

    /** What a superuser is to run. */
    public String creation() {
        return named(
                CREATE.replace(":columns", COLUMNS)
                        .replace(":plain", PLAIN)
                        .replace(":xid", XID)
                        .replace(":prefix", PREFIX)
                        .replace(":publication", publication),
                name);
    }

    private static String named(String sql, String name) {
        return sql.replace(":function", "millrace." + SqlText.quoted(name) + "()")
                .replace(":onddl", SqlText.quoted(name + "_ddl"))
                .replace(":ondrop", SqlText.quoted(name + "_drop"));
    }

    /** Whether both triggers are there, and fire. */
    public boolean isThere(SqlSession session) {
        return session.value(IS_WHOLE, triggers(name), name).equals("t");
    }

    /** Whether anything of it is there. */
    public boolean isLeft(SqlSession session) {
        return session.value(
                        "SELECT count(*) > 0 FROM pg_catalog.pg_event_trigger WHERE evtname = ANY (?::text[])",
                        triggers(name))
                .equals("t");
    }

    private static String triggers(String name) {
        return "{" + name + "_ddl," + name + "_drop}";
    }

    public static void drop(SqlSession session, String name) {
        if (new ServerPositions(session).isStandby()) {
            throw new MillraceException(
                    ErrorCode.SOURCE_SETTING,
                    "event triggers cannot be dropped on a standby: name=" + name + ", on the primary run: "
                            + named(REMOVE, name));
        }
        session.execute(named(REMOVE, name), "dropping the event triggers of " + name);
    }
}
