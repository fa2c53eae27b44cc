package io.millrace.reader.mysql.statement;

import io.millrace.ddl.ForeignKeyDefinition;
import io.millrace.ddl.IndexDefinition;
import io.millrace.reader.mysql.statement.TokenCursor.Unreadable;
import io.millrace.schema.TableId;
import io.millrace.schema.TableIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads keys, indexes and foreign keys of CREATE TABLE, ALTER TABLE and CREATE INDEX. */
final class DdlIndexReader {
    private final TokenCursor cursor;

    DdlIndexReader(TokenCursor cursor) {
        this.cursor = cursor;
    }

    /** Whether a definition that stands here is no column's: a word in quotes is always a name. */
    boolean isHere() {
        boolean isPeriod = cursor.isWord("PERIOD") && cursor.peekSecond().isWord("FOR");
        return isPeriod
                || cursor.isAnyWord(
                        "CONSTRAINT", "PRIMARY", "UNIQUE", "INDEX", "KEY", "FULLTEXT", "SPATIAL", "FOREIGN", "CHECK");
    }

    /** Takes what is read. */
    interface Taker {
        void index(IndexDefinition index, boolean ifNotExists);

        void foreignKey(ForeignKeyDefinition key);

        /** A check, of which nothing is kept. */
        void check();
    }

    /** One definition, to its end. */
    void read(Taker taker) {
        String name = "";
        if (cursor.accept("CONSTRAINT")) {
            cursor.acceptIfExists();
            if (!cursor.isAnyWord("PRIMARY", "UNIQUE", "FOREIGN", "CHECK")) {
                name = cursor.identifier();
            }
        }
        if (cursor.accept("CHECK")) {
            cursor.skipParentheses();
            cursor.skipItem();
            taker.check();
        } else if (cursor.accept("FOREIGN")) {
            cursor.expect("KEY");
            cursor.acceptIfExists();
            taker.foreignKey(foreignKey(name));
        } else {
            index(name, taker);
        }
    }

    private void index(String constraint, Taker taker) {
        IndexDefinition.Kind kind = kind();
        boolean ifNotExists = cursor.acceptIfExists();
        String name = constraint;
        if (!cursor.isSign('(') && !cursor.isAnyWord("USING", "TYPE")) {
            name = cursor.identifier();
        }
        using();
        List<TableIndex.Part> parts = parts();
        cursor.skipItem();
        taker.index(new IndexDefinition(kind, name, parts), ifNotExists);
    }

    private IndexDefinition.Kind kind() {
        if (cursor.accept("PRIMARY")) {
            cursor.expect("KEY");
            return IndexDefinition.Kind.PRIMARY;
        }
        IndexDefinition.Kind kind = IndexDefinition.Kind.PLAIN;
        if (cursor.accept("UNIQUE")) {
            kind = IndexDefinition.Kind.UNIQUE;
        } else if (cursor.accept("FULLTEXT")) {
            kind = IndexDefinition.Kind.FULLTEXT;
        } else if (cursor.accept("SPATIAL")) {
            kind = IndexDefinition.Kind.SPATIAL;
        }
        boolean isNamed = cursor.acceptAny("INDEX", "KEY");
        if (!isNamed && kind == IndexDefinition.Kind.PLAIN) {
            throw new Unreadable();
        }
        return kind;
    }

    void using() {
        if (cursor.acceptAny("USING", "TYPE")) {
            cursor.next();
        }
    }

    List<TableIndex.Part> parts() {
        cursor.expectSign('(');
        List<TableIndex.Part> parts = new ArrayList<>();
        do {
            parts.add(part());
        } while (cursor.acceptSign(','));
        cursor.expectSign(')');
        return parts;
    }

    private TableIndex.Part part() {
        if (cursor.isSign('(')) {
            cursor.skipParentheses();
            cursor.acceptAny("ASC", "DESC");
            return new TableIndex.Part("", 0);
        }
        String column = cursor.identifier();
        int prefix = 0;
        if (cursor.acceptSign('(')) {
            prefix = cursor.number();
            cursor.expectSign(')');
        }
        cursor.acceptAny("ASC", "DESC");
        if (cursor.accept("WITHOUT")) {
            throw new Unreadable(); // OVERLAPS: application-time periods
        }
        return new TableIndex.Part(column, prefix);
    }

    private ForeignKeyDefinition foreignKey(String constraint) {
        String name = constraint;
        if (!cursor.isSign('(')) {
            String index = cursor.identifier();
            name = name.isEmpty() ? index : name;
        }
        List<String> columns = names();
        cursor.expect("REFERENCES");
        return references(name, columns);
    }

    /** From behind REFERENCES. */
    ForeignKeyDefinition references(String name, List<String> columns) {
        TableId parent = cursor.table();
        List<String> parentColumns = cursor.isSign('(') ? names() : List.of();
        String onDelete = "";
        String onUpdate = "";
        while (cursor.isAnyWord("MATCH", "ON")) {
            if (cursor.accept("MATCH")) {
                cursor.next();
                continue;
            }
            if (!cursor.accept("ON", "DELETE") && !cursor.accept("ON", "UPDATE")) {
                break;
            }
            cursor.back(cursor.mark() - 1);
            boolean isDelete = cursor.next().isWord("DELETE");
            String action = action();
            onDelete = isDelete ? action : onDelete;
            onUpdate = isDelete ? onUpdate : action;
        }
        return new ForeignKeyDefinition(name, columns, parent, parentColumns, onDelete, onUpdate);
    }

    private String action() {
        String first = cursor.next().text().toUpperCase(Locale.ROOT);
        return switch (first) {
            case "SET", "NO" -> first + " " + cursor.next().text().toUpperCase(Locale.ROOT);
            default -> first;
        };
    }

    private List<String> names() {
        return parts().stream().map(TableIndex.Part::column).toList();
    }
}
