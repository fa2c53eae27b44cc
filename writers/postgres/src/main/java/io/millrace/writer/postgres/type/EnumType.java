package io.millrace.writer.postgres.type;

import io.millrace.schema.Column;
import io.millrace.schema.ColumnType;
import io.millrace.schema.TableId;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.TargetTable;
import io.millrace.writer.postgres.catalog.CatalogColumn;
import io.millrace.writer.postgres.connection.Identifiers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Enum types that tables of ours have with {@code types.enum: native}: one for each column, in its table's schema, called by both
 * names. Behind a rename of the table it keeps its name, so later statements ask the column for its type. Pure.
 */
public final class EnumType {
    private static final String SUFFIX = "_enum";

    private EnumType() {}

    public static TableId name(TableId table, String column) {
        return Identifiers.cut(table.namespace(), table.name() + "_" + column, SUFFIX);
    }

    /** Why a column's labels can be none of an enum of this server; empty where they can. */
    public static Optional<String> obstacle(Column column) {
        if (column.members().isEmpty()) {
            return Optional.of("the source does not tell its labels");
        }
        return column.members().stream().allMatch(Identifiers::isLabel)
                ? Optional.empty()
                : Optional.of("a label is empty, has U+0000 or is longer than " + Identifiers.MAX_BYTES + " bytes");
    }

    public static boolean isOf(TargetTable table, TargetColumn column) {
        return column.hasLabels() && source(table, column).type() == ColumnType.ENUM;
    }

    /** Whether a column that is there has a type that is called as ours are: one that somebody else made is left as it is. */
    public static boolean isOurs(CatalogColumn column) {
        return column.typeName().endsWith(SUFFIX) || column.typeName().endsWith(SUFFIX + "\"");
    }

    private static Column source(TargetTable table, TargetColumn column) {
        return table.source().columns().get(column.sourceColumn());
    }

    /** The types that a table needs before it is made. */
    public static List<String> statements(TargetTable table) {
        List<String> all = new ArrayList<>();
        for (TargetColumn column : table.columns()) {
            if (isOf(table, column)) {
                all.add(create(table, column));
            }
        }
        return all;
    }

    public static String create(TargetTable table, TargetColumn column) {
        return "CREATE TYPE " + column.sqlType() + " AS ENUM ("
                + source(table, column).members().stream()
                        .map(Identifiers::literal)
                        .collect(Collectors.joining(", "))
                + ")";
    }

    /** Gives the type that the column has the labels that it lacks, and its name; without effect where it has them. */
    public static String extend(TargetTable table, TargetColumn column) {
        StringBuilder labels = new StringBuilder();
        String before = "";
        for (String label : source(table, column).members()) {
            labels.append("\n  EXECUTE 'ALTER TYPE ' || type || ")
                    .append(Identifiers.literal(" ADD VALUE IF NOT EXISTS " + Identifiers.literal(label)
                            + (before.isEmpty() ? "" : " AFTER " + Identifiers.literal(before))))
                    .append(';');
            before = label;
        }
        String name = Identifiers.literal(name(table.name(), column.name()).name());
        String rename = "\n  IF type::pg_catalog.regtype IS DISTINCT FROM pg_catalog.to_regtype("
                + Identifiers.literal(column.sqlType())
                + ") THEN EXECUTE 'ALTER TYPE ' || type || ' RENAME TO ' || pg_catalog.quote_ident(" + name
                + "); END IF;";
        return block("DECLARE type text := " + typeOf(table.name(), column.name())
                + ";\nBEGIN\n  IF type IS NULL THEN RETURN;" + " END IF;" + labels + rename + "\nEND");
    }

    /** Removes the column, and its type where no other column has it. */
    public static String dropColumn(TableId table, String column) {
        String drop = "ALTER TABLE " + Identifiers.quote(table) + " DROP COLUMN " + Identifiers.quote(column);
        return block(
                "DECLARE type text := " + typeOf(table, column) + ";\nBEGIN\n  " + drop + ";" + dropUnused() + "\nEND");
    }

    /** Removes tables, those that are there, and the types of their columns that no other column has. */
    public static String dropTables(Collection<TableId> tables) {
        String types = "ARRAY(SELECT DISTINCT t.oid::pg_catalog.regtype::text FROM pg_catalog.pg_attribute a"
                + " JOIN pg_catalog.pg_type t ON t.oid = a.atttypid AND t.typtype = 'e'"
                + " WHERE a.attrelid IN ("
                + tables.stream()
                        .map(table -> "pg_catalog.to_regclass(" + Identifiers.literal(Identifiers.quote(table)) + ")")
                        .collect(Collectors.joining(", "))
                + ") AND a.attnum > 0 AND NOT a.attisdropped AND t.typname LIKE '%\\_enum')";
        return block("DECLARE types text[] := " + types + ";\n  type text;\nBEGIN\n  DROP TABLE IF EXISTS "
                + tables.stream().map(Identifiers::quote).collect(Collectors.joining(", "))
                + ";\n  FOREACH type IN ARRAY types LOOP" + dropUnused() + "\n  END LOOP;\nEND");
    }

    private static String dropUnused() {
        return "\n  IF type IS NOT NULL AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.refclassid ="
                + " 'pg_catalog.pg_type'::pg_catalog.regclass AND d.refobjid = type::pg_catalog.regtype AND d.deptype = 'n') THEN"
                + " EXECUTE 'DROP TYPE ' || type; END IF;";
    }

    private static String typeOf(TableId table, String column) {
        return "(SELECT t.oid::pg_catalog.regtype::text FROM pg_catalog.pg_attribute a"
                + " JOIN pg_catalog.pg_type t ON t.oid = a.atttypid AND t.typtype = 'e'"
                + " WHERE a.attrelid = " + Identifiers.literal(Identifiers.quote(table))
                + "::pg_catalog.regclass AND a.attname = " + Identifiers.literal(column)
                + " AND NOT a.attisdropped AND t.typname LIKE '%\\_enum')";
    }

    /** Quoted by a word that no name or label is likely to hold, and that is made longer until none does. */
    private static String block(String body) {
        String quote = "$millrace$";
        while (body.contains(quote)) {
            quote = quote.substring(0, quote.length() - 1) + "_$";
        }
        return "DO " + quote + "\n" + body + "\n" + quote;
    }
}
