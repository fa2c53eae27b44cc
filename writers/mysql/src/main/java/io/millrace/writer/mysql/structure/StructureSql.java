package io.millrace.writer.mysql.structure;

import io.millrace.writer.StructureItem;
import io.millrace.writer.StructureItem.Reference;
import io.millrace.writer.TableStructure;
import io.millrace.writer.TargetColumn;
import io.millrace.writer.mysql.catalog.MarkColumns;
import io.millrace.writer.mysql.connection.Dialect;
import io.millrace.writer.mysql.connection.Identifiers;
import io.millrace.writer.mysql.connection.NameList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The statements that make tables, and what they get behind their load. */
public final class StructureSql {
    private StructureSql() {}

    /** All that make a table, the database's first. */
    public static List<String> statements(TableStructure structure, Dialect dialect) {
        List<String> all = new ArrayList<>();
        all.add("CREATE DATABASE IF NOT EXISTS "
                + Identifiers.quote(structure.table().name().namespace()));
        all.addAll(behindDatabase(structure, dialect));
        return all;
    }

    static List<String> behindDatabase(TableStructure structure, Dialect dialect) {
        List<String> all = new ArrayList<>();
        all.add(createTable(structure, dialect));
        return all;
    }

    /** Early items are parts of the statement: the table is there with them, or not at all. */
    private static String createTable(TableStructure structure, Dialect dialect) {
        StringBuilder sql = new StringBuilder("CREATE TABLE ")
                .append(Identifiers.quote(structure.table().name()))
                .append(" (");
        List<TargetColumn> columns = structure.table().columns();
        for (int i = 0; i < columns.size(); i++) {
            sql.append(i == 0 ? "\n  " : ",\n  ").append(column(structure, columns.get(i)));
        }
        structure
                .table()
                .mark()
                .ifPresent(column -> sql.append(",\n  ")
                        .append(Identifiers.quote(column))
                        .append(' ')
                        .append(MarkColumns.WORDS.type()));
        if (!structure.table().key().isEmpty()) {
            List<String> key = structure.table().key().stream()
                    .map(position -> columns.get(position).name())
                    .toList();
            sql.append(",\n  PRIMARY KEY (").append(NameList.text(key)).append(')');
        }
        for (StructureItem item : structure.items()) {
            if (item.isEarly()) {
                sql.append(",\n  ")
                        .append(definition(item, Optional.of(item.name()).filter(Identifiers::fits)));
            }
        }
        sql.append("\n) ENGINE=InnoDB DEFAULT COLLATE=").append(dialect.binaryCollation());
        if (!structure.comment().isEmpty()) {
            sql.append(" COMMENT=").append(Identifiers.readable(structure.comment()));
        }
        structure
                .partitioning()
                .map(division -> PartitionSql.clause(structure.table(), division))
                .ifPresent(sql::append);
        return sql.toString();
    }

    private static String column(TableStructure structure, TargetColumn column) {
        StringBuilder sql = new StringBuilder(Identifiers.quote(column.name()))
                .append(' ')
                .append(column.sqlType())
                .append(column.nullable() ? " NULL" : " NOT NULL");
        Optional.ofNullable(structure.defaults().get(column.name()))
                .ifPresent(text -> sql.append(" DEFAULT ").append(text));
        if (structure.identity().filter(column.name()::equals).isPresent()) {
            sql.append(" AUTO_INCREMENT");
        }
        Optional.ofNullable(structure.columnComments().get(column.name()))
                .ifPresent(text -> sql.append(" COMMENT ").append(Identifiers.readable(text)));
        return sql.toString();
    }

    /**
     * The statement that makes an item.
     *
     * @param name empty where the server shall choose one
     */
    public static String item(StructureItem item, Optional<String> name) {
        return "ALTER TABLE " + Identifiers.quote(item.table()) + " ADD " + definition(item, name);
    }

    private static String definition(StructureItem item, Optional<String> name) {
        String called = name.map(each -> Identifiers.quote(each) + " ").orElse("");
        return switch (item.kind()) {
            case INDEX -> "INDEX " + called + "(" + IndexColumns.text(item) + ")";
            case FULLTEXT, SPATIAL -> item.kind() + " INDEX " + called + "(" + NameList.text(item.columns()) + ")";
            case HASH, GIN, GIST, SPGIST, BRIN ->
                throw new IllegalArgumentException("no index of this server: kind=" + item.kind());
            case UNIQUE -> "UNIQUE INDEX " + called + "(" + IndexColumns.text(item) + ")";
            case FOREIGN_KEY -> {
                Reference to = item.reference().orElseThrow();
                yield (called.isEmpty() ? "" : "CONSTRAINT " + called)
                        + "FOREIGN KEY (" + NameList.text(item.columns()) + ") REFERENCES "
                        + Identifiers.quote(to.table()) + " (" + NameList.text(to.columns()) + ") ON DELETE "
                        + to.onDelete().sql() + " ON UPDATE " + to.onUpdate().sql();
            }
        };
    }
}
