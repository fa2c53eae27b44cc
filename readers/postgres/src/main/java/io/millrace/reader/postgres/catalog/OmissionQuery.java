package io.millrace.reader.postgres.catalog;

/** The question for what tables have that no table which we make gets, beside what of their indexes is left out: table, what, name, why. */
final class OmissionQuery {
    static final String SQL = """
            WITH t AS (SELECT c.oid, c.relname, c.relkind, c.relrowsecurity FROM pg_catalog.pg_class c
              WHERE c.oid = ANY (?::pg_catalog.oid[]))
            SELECT o.oid::bigint, o.what, o.name, o.why FROM (
              SELECT k.conrelid AS oid, 'check' AS what, k.conname::text AS name, 'no text of the source is run at a target' AS why
              FROM t JOIN pg_catalog.pg_constraint k ON k.conrelid = t.oid WHERE k.contype = 'c'
              UNION ALL
              SELECT k.conrelid, 'foreignKey', k.conname::text,
                CASE WHEN k.condeferrable THEN 'it is deferrable' WHEN NOT k.convalidated THEN 'it is not validated'
                     WHEN k.confmatchtype <> 's' THEN 'it is MATCH FULL' ELSE 'its action sets some of its columns' END
              FROM t JOIN pg_catalog.pg_constraint k ON k.conrelid = t.oid WHERE k.contype = 'f' AND k.conparentid = 0
                AND (k.condeferrable OR NOT k.convalidated OR k.confmatchtype <> 's' OR k.confdelsetcols IS NOT NULL)
              UNION ALL
              SELECT g.tgrelid, 'trigger', g.tgname::text, 'what it does at the source comes as rows'
              FROM t JOIN pg_catalog.pg_trigger g ON g.tgrelid = t.oid WHERE NOT g.tgisinternal
              UNION ALL
              SELECT r.ev_class, 'rule', r.rulename::text, 'what it does at the source comes as rows'
              FROM t JOIN pg_catalog.pg_rewrite r ON r.ev_class = t.oid
              UNION ALL
              SELECT t.oid, 'rowSecurity', t.relname::text, 'users and what they may see are not carried'
              FROM t WHERE t.relrowsecurity
              UNION ALL
              SELECT t.oid, 'partitions', t.relname::text, 'rows are divided only as partition: of the task says'
              FROM t WHERE t.relkind = 'p'
              UNION ALL
              SELECT s.stxrelid, 'statistics', s.stxname::text, 'what the planner shall know of columns together is the target''s own'
              FROM t JOIN pg_catalog.pg_statistic_ext s ON s.stxrelid = t.oid
              UNION ALL
              SELECT a.attrelid, 'domain', a.attname::text, 'the column is made of the base type, without the domain''s checks'
              FROM t JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
              WHERE a.attnum > 0 AND y.typtype = 'd'
              UNION ALL
              SELECT a.attrelid, 'collation', a.attname::text, 'the column is made with the target''s own'
              FROM t JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
              WHERE a.attnum > 0 AND a.attcollation <> 0 AND a.attcollation <> y.typcollation) o
            ORDER BY 1, 2, 3""";

    private OmissionQuery() {}
}
