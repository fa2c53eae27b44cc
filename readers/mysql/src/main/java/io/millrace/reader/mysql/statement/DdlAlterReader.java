package io.millrace.reader.mysql.statement;

import io.millrace.ddl.AlterStep;
import io.millrace.ddl.ColumnDefinition;
import io.millrace.ddl.ColumnPlace;
import io.millrace.ddl.ForeignKeyDefinition;
import io.millrace.ddl.IndexDefinition;
import io.millrace.reader.mysql.statement.TokenCursor.Unreadable;
import io.millrace.schema.TableId;
import io.millrace.schema.TableIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads the clauses of ALTER TABLE, behind the table's name. One instance a statement. */
final class DdlAlterReader {
    private static final Set<String> PARTITION_VERBS = Set.of(
            "DISCARD",
            "IMPORT",
            "TRUNCATE",
            "COALESCE",
            "REORGANIZE",
            "ANALYZE",
            "CHECK",
            "OPTIMIZE",
            "REBUILD",
            "REPAIR");
    private static final Set<String> PARTITION_MOVERS = Set.of("DISCARD", "IMPORT", "TRUNCATE", "REPAIR");

    private final TokenCursor cursor;
    private final SqlDialect dialect;
    private final List<AlterStep> steps = new ArrayList<>();
    private final DdlIndexReader.Taker taker = new DdlIndexReader.Taker() {
        @Override
        public void index(IndexDefinition index, boolean ifNotExists) {
            steps.add(new AlterStep.AddIndex(index, ifNotExists));
        }

        @Override
        public void foreignKey(ForeignKeyDefinition key) {
            steps.add(new AlterStep.AddForeignKey(key));
        }

        @Override
        public void check() {
            steps.add(new AlterStep.Other("ADD CHECK", false));
        }
    };

    DdlAlterReader(TokenCursor cursor, SqlDialect dialect) {
        this.cursor = cursor;
        this.dialect = dialect;
    }

    List<AlterStep> read() {
        while (!cursor.isEnd() && !cursor.isSign(';')) {
            clause();
            boolean goesOn = cursor.acceptSign(',');
            if (!goesOn && !cursor.isEnd() && !cursor.isSign(';') && !cursor.isAnyWord("PARTITION", "REMOVE")) {
                throw new Unreadable();
            }
        }
        return steps;
    }

    private void clause() {
        if (cursor.accept("ADD")) {
            add();
        } else if (cursor.accept("DROP")) {
            drop();
        } else if (cursor.accept("MODIFY")) {
            cursor.accept("COLUMN");
            boolean ifExists = cursor.acceptIfExists();
            change(cursor.identifier(), ifExists, true);
        } else if (cursor.accept("CHANGE")) {
            cursor.accept("COLUMN");
            boolean ifExists = cursor.acceptIfExists();
            change(cursor.identifier(), ifExists, false);
        } else if (cursor.accept("RENAME")) {
            rename();
        } else if (cursor.accept("ALTER")) {
            alter();
        } else if (cursor.accept("CONVERT")) {
            convert();
        } else if (cursor.accept("EXCHANGE", "PARTITION")) {
            exchange();
        } else if (cursor.accept("PARTITION")) {
            partitionBy();
        } else if (cursor.accept("REMOVE")) {
            cursor.expect("PARTITIONING");
            steps.add(partition("REMOVE PARTITIONING", false));
        } else if (cursor.peekSecond().isWord("PARTITION") && isPartitionVerb()) {
            String verb = cursor.next().text().toUpperCase(Locale.ROOT);
            cursor.expect("PARTITION");
            rest();
            steps.add(partition(verb + " PARTITION", PARTITION_MOVERS.contains(verb)));
        } else {
            option();
        }
    }

    private boolean isPartitionVerb() {
        return PARTITION_VERBS.contains(cursor.peek().text().toUpperCase(Locale.ROOT));
    }

    private static AlterStep partition(String verb, boolean movesRows) {
        return new AlterStep.Partition(verb, movesRows, Optional.empty());
    }

    /** Names of partitions have commas between them: nothing of ALTER TABLE follows such a clause. */
    private void rest() {
        while (!cursor.isEnd()) {
            cursor.next();
        }
    }

    // ---- ADD

    private void add() {
        if (cursor.accept("PARTITION")) {
            rest();
            steps.add(partition("ADD PARTITION", false));
        } else if (new DdlIndexReader(cursor).isHere()) {
            requireNoPeriod();
            new DdlIndexReader(cursor).read(taker);
        } else {
            cursor.accept("COLUMN");
            boolean ifNotExists = cursor.acceptIfExists();
            if (cursor.acceptSign('(')) {
                addList(ifNotExists);
            } else {
                requireNoVersioning();
                addColumn(ifNotExists);
            }
        }
    }

    private void requireNoPeriod() {
        if (cursor.isWord("PERIOD")) {
            throw new Unreadable();
        }
    }

    private void requireNoVersioning() {
        if (cursor.isWord("SYSTEM") && cursor.peekSecond().isWord("VERSIONING")) {
            throw new Unreadable();
        }
    }

    private void addList(boolean ifNotExists) {
        do {
            DdlIndexReader index = new DdlIndexReader(cursor);
            if (index.isHere()) {
                requireNoPeriod();
                index.read(taker);
            } else {
                addColumn(ifNotExists);
            }
        } while (cursor.acceptSign(','));
        cursor.expectSign(')');
    }

    private void addColumn(boolean ifNotExists) {
        DdlColumnReader column = new DdlColumnReader(cursor, dialect, cursor.identifier());
        ColumnDefinition definition = column.read();
        steps.add(new AlterStep.AddColumn(definition, place(), ifNotExists));
        column.reference().ifPresent(key -> steps.add(new AlterStep.AddForeignKey(key)));
    }

    private void change(String name, boolean ifExists, boolean keepsName) {
        String newName = keepsName ? name : cursor.identifier();
        DdlColumnReader column = new DdlColumnReader(cursor, dialect, newName);
        ColumnDefinition definition = column.read();
        steps.add(new AlterStep.ChangeColumn(name, definition, place(), ifExists));
        column.reference().ifPresent(key -> steps.add(new AlterStep.AddForeignKey(key)));
    }

    private ColumnPlace place() {
        if (cursor.accept("FIRST")) {
            return ColumnPlace.FIRST;
        }
        return cursor.accept("AFTER") ? ColumnPlace.after(cursor.identifier()) : ColumnPlace.UNSAID;
    }

    // ---- DROP

    private void drop() {
        if (cursor.accept("PARTITION")) {
            rest();
            steps.add(partition("DROP PARTITION", true));
        } else if (cursor.accept("PRIMARY", "KEY")) {
            steps.add(new AlterStep.DropIndex(TableIndex.PRIMARY));
        } else if (cursor.acceptAny("INDEX", "KEY")) {
            cursor.acceptIfExists();
            steps.add(new AlterStep.DropIndex(cursor.identifier()));
        } else if (cursor.accept("FOREIGN")) {
            cursor.expect("KEY");
            cursor.acceptIfExists();
            steps.add(new AlterStep.DropForeignKey(cursor.identifier()));
        } else if (cursor.accept("CONSTRAINT")) {
            cursor.acceptIfExists();
            steps.add(new AlterStep.DropConstraint(cursor.identifier()));
        } else if (cursor.accept("CHECK")) {
            cursor.identifier();
            steps.add(new AlterStep.Other("DROP CHECK", false));
        } else {
            cursor.accept("COLUMN");
            boolean ifExists = cursor.acceptIfExists();
            requireNoVersioning();
            if (cursor.isWord("PERIOD") && cursor.peekSecond().isWord("FOR")) {
                throw new Unreadable();
            }
            steps.add(new AlterStep.DropColumn(cursor.identifier(), ifExists));
            cursor.acceptAny("RESTRICT", "CASCADE");
        }
    }

    // ---- RENAME, ALTER, CONVERT, EXCHANGE, PARTITION

    private void rename() {
        if (cursor.accept("COLUMN")) {
            boolean ifExists = cursor.acceptIfExists();
            String from = cursor.identifier();
            cursor.expect("TO");
            steps.add(new AlterStep.RenameColumn(from, cursor.identifier(), ifExists));
        } else if (cursor.acceptAny("INDEX", "KEY")) {
            cursor.acceptIfExists();
            String from = cursor.identifier();
            cursor.expect("TO");
            steps.add(new AlterStep.RenameIndex(from, cursor.identifier()));
        } else {
            cursor.acceptAny("TO", "AS");
            cursor.acceptSign('=');
            steps.add(new AlterStep.RenameTo(cursor.table()));
        }
    }

    private void alter() {
        if (cursor.acceptAny("INDEX", "KEY", "CHECK", "CONSTRAINT")) {
            cursor.acceptIfExists();
            cursor.identifier();
            cursor.skipItem();
            steps.add(new AlterStep.Other("ALTER INDEX", false));
            return;
        }
        cursor.accept("COLUMN");
        cursor.acceptIfExists();
        String column = cursor.identifier();
        Optional<String> text = Optional.empty();
        if (cursor.accept("SET", "DEFAULT")) {
            int start = cursor.mark();
            cursor.skipItem();
            text = Optional.of(cursor.textSince(start));
        } else if (!cursor.accept("DROP", "DEFAULT")
                && !cursor.accept("SET", "VISIBLE")
                && !cursor.accept("SET", "INVISIBLE")) {
            throw new Unreadable();
        }
        steps.add(new AlterStep.AlterDefault(column, text));
    }

    private void convert() {
        if (cursor.acceptAny("PARTITION", "TABLE")) {
            rest();
            steps.add(partition("CONVERT PARTITION", true));
            return;
        }
        cursor.expect("TO");
        if (!cursor.accept("CHARSET")) {
            cursor.acceptAny("CHARACTER", "CHAR");
            cursor.expect("SET");
        }
        String charset = cursor.charsetName();
        String collation = cursor.accept("COLLATE") ? cursor.charsetName() : "";
        steps.add(new AlterStep.ConvertCharset(charset, collation));
    }

    private void exchange() {
        cursor.identifier();
        cursor.expect("WITH");
        cursor.expect("TABLE");
        TableId other = cursor.table();
        if (cursor.acceptAny("WITH", "WITHOUT")) {
            cursor.expect("VALIDATION");
        }
        steps.add(new AlterStep.Partition("EXCHANGE PARTITION", true, Optional.of(other)));
    }

    private void partitionBy() {
        cursor.expect("BY");
        if (cursor.isWord("SYSTEM_TIME")) {
            throw new Unreadable();
        }
        rest();
        steps.add(partition("PARTITION BY", false));
    }

    // ---- table options

    private void option() {
        int start = cursor.mark();
        DdlOptionReader options = new DdlOptionReader(cursor);
        options.read(true);
        if (cursor.mark() == start) {
            throw new Unreadable();
        }
        boolean hasCharset =
                !options.charset().isEmpty() || !options.collation().isEmpty();
        if (hasCharset) {
            steps.add(new AlterStep.DefaultCharset(options.charset(), options.collation()));
        }
        if (!hasCharset || options.movesRows()) {
            steps.add(new AlterStep.Other(options.verb(), options.movesRows()));
        }
    }
}
