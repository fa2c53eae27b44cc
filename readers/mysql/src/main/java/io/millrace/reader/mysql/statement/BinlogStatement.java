package io.millrace.reader.mysql.statement;

import io.millrace.schema.TableId;
import java.util.List;

/**
 * What a statement of a QUERY_EVENT means for the stream.
 *
 * @param verb the statement's kind in a word or two, for messages: never its text
 * @param tables those that it touches
 * @param database what DROP DATABASE drops, CREATE and ALTER DATABASE define; else empty
 * @param savepoint the name of SAVEPOINT, ROLLBACK TO and RELEASE, in lower case; of XA statements their xid; else empty
 * @param opensTransaction whether rows follow although it is DDL (an atomic CREATE TABLE … SELECT)
 * @param query its text
 */
public record BinlogStatement(
        Kind kind,
        String verb,
        List<TableId> tables,
        String database,
        String savepoint,
        boolean opensTransaction,
        QueryText query) {
    /** The kinds that the stream tells apart. */
    public enum Kind {
        BEGIN,
        COMMIT,
        ROLLBACK,
        SAVEPOINT,
        ROLLBACK_TO,
        RELEASE,
        XA_START,
        XA_END,
        XA_COMMIT,
        XA_ROLLBACK,
        /** Changes the shape, the name or the existence of {@link #tables}, or empties them. */
        DDL,
        /** Changes what new tables of {@link #database} are like. */
        DATABASE,
        /** Changes rows of {@link #tables}, which the rows' own events do not show. */
        ROWS,
        /** Touches no table's rows or shape. */
        HARMLESS,
        /** Cannot be told. */
        UNKNOWN
    }

    public BinlogStatement {
        tables = List.copyOf(tables);
    }

    static BinlogStatement of(Kind kind, String verb) {
        return new BinlogStatement(kind, verb, List.of(), "", "", false, QueryText.NONE);
    }

    static BinlogStatement of(Kind kind, String verb, List<TableId> tables) {
        return new BinlogStatement(kind, verb, tables, "", "", false, QueryText.NONE);
    }

    static BinlogStatement named(Kind kind, String verb, String name) {
        return new BinlogStatement(kind, verb, List.of(), "", name, false, QueryText.NONE);
    }

    public BinlogStatement withQuery(QueryText text) {
        return new BinlogStatement(kind, verb, tables, database, savepoint, opensTransaction, text);
    }
}
