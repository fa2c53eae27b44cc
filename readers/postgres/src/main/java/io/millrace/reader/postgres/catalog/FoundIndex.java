package io.millrace.reader.postgres.catalog;

import io.millrace.reader.TableDetails;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An index as the catalog has it.
 *
 * @param isIdentity whether REPLICA IDENTITY names it
 * @param isKey whether it keeps two rows from having the same values in its columns
 * @param obstacle why no target has it
 * @param differences of what a target has instead
 */
record FoundIndex(
        String name,
        boolean isUnique,
        boolean isPrimary,
        boolean isIdentity,
        boolean isKey,
        Optional<String> obstacle,
        String method,
        boolean isExclusion,
        List<String> differences,
        List<String> columns) {
    /** Of tables by their numbers. */
    static final String QUESTION = """
            SELECT i.indrelid::bigint, c.relname, i.indisunique, i.indisprimary, i.indisreplident,
                   i.indisunique AND i.indimmediate AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL,
                   CASE WHEN NOT i.indisvalid THEN 'it is not valid'
                        WHEN i.indisexclusion THEN 'no target refuses rows by it'
                        WHEN i.indpred IS NOT NULL THEN 'it holds a part of the rows'
                        WHEN i.indexprs IS NOT NULL THEN 'it is over an expression'
                        WHEN i.indisunique AND NOT i.indimmediate THEN 'it is deferrable'
                        WHEN i.indisunique AND i.indnullsnotdistinct THEN 'it takes NULLs for equal'
                        WHEN m.amname NOT IN ('btree', 'hash', 'gin', 'gist', 'spgist', 'brin') THEN 'it is of another method'
                        WHEN m.amname <> 'btree' AND own.class THEN 'it has operator classes that are not the types'' own' END,
                   m.amname, i.indisexclusion,
                   ARRAY_REMOVE(ARRAY[
                     CASE WHEN i.indnatts > i.indnkeyatts THEN 'included' END,
                     CASE WHEN EXISTS (SELECT FROM pg_catalog.generate_series(0, i.indnkeyatts - 1) s WHERE i.indoption[s] <> 0)
                          THEN 'descending' END,
                     CASE WHEN own.class THEN 'operatorClass' END,
                     CASE WHEN EXISTS (SELECT FROM pg_catalog.generate_series(0, i.indnkeyatts - 1) s
                            JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[s]
                            WHERE i.indcollation[s] <> a.attcollation) THEN 'collation' END], NULL),
                   ARRAY(SELECT a.attname::text FROM pg_catalog.generate_series(0, i.indnkeyatts - 1) s
                         JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[s] ORDER BY s)
            FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
            JOIN pg_catalog.pg_am m ON m.oid = c.relam
            CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM pg_catalog.generate_series(0, i.indnkeyatts - 1) s
              JOIN pg_catalog.pg_opclass o ON o.oid = i.indclass[s] WHERE NOT o.opcdefault) AS class) own
            WHERE i.indrelid = ANY (?::pg_catalog.oid[]) ORDER BY i.indrelid, c.relname COLLATE "C\"""";

    private static final Map<String, String> DIFFERENCES = Map.of(
            "included",
            "the index is made without the columns that are not of its order",
            "descending",
            "the index is made with ascending columns, NULL last",
            "operatorClass",
            "the index is made with the types' own operator classes",
            "collation",
            "the index is made with the columns' own collations");

    static FoundIndex read(ResultSet row) throws SQLException {
        return new FoundIndex(
                row.getString(2),
                row.getBoolean(3),
                row.getBoolean(4),
                row.getBoolean(5),
                row.getBoolean(6),
                Optional.ofNullable(row.getString(7)),
                row.getString(8),
                row.getBoolean(9),
                Catalog.texts(row, 10),
                Catalog.texts(row, 11));
    }

    boolean isMade() {
        return !isPrimary && obstacle.isEmpty();
    }

    /** What of it no target has. */
    Stream<TableDetails.Omission> omissions() {
        String what = isExclusion ? "exclusion" : isUnique ? "uniqueKey" : "index";
        return obstacle.isPresent() && !isPrimary
                ? Stream.of(new TableDetails.Omission(what, name, obstacle.get()))
                : differences.stream().map(each -> new TableDetails.Omission(each, name, DIFFERENCES.get(each)));
    }

    TableDetails.Index made() {
        return new TableDetails.Index(
                name, isUnique, columns, TableDetails.Method.valueOf(method.toUpperCase(Locale.ROOT)));
    }
}
