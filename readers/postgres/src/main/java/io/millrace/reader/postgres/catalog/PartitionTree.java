package io.millrace.reader.postgres.catalog;

/**
 * SQL for a table and what lies below it as a partition. The server's own {@code pg_partition_tree} takes ACCESS SHARE of every partition, and so waits for
 * whatever holds one of them: VACUUM FULL, or an ALTER that writes it anew, for hours. This reads the catalog alone.
 */
public final class PartitionTree {
    private PartitionTree() {}

    /**
     * Rows of {@code relid}, {@code level} (0 for the table itself) and {@code isleaf}, for a FROM clause.
     *
     * @param root an expression of the table's OID
     */
    public static String of(String root) {
        return ("(WITH RECURSIVE tree (oid, level) AS (SELECT :root::pg_catalog.oid, 0 UNION ALL SELECT i.inhrelid, tree.level + 1"
                        + " FROM tree JOIN pg_catalog.pg_class above ON above.oid = tree.oid AND above.relkind = 'p'"
                        + " JOIN pg_catalog.pg_inherits i ON i.inhparent = tree.oid AND NOT i.inhdetachpending)"
                        + " SELECT tree.oid AS relid, tree.level, own.relkind <> 'p' AS isleaf"
                        + " FROM tree JOIN pg_catalog.pg_class own ON own.oid = tree.oid)")
                .replace(":root", root);
    }
}
