package io.millrace.reader.mysql.statement;

import io.millrace.ddl.AlterStep;
import io.millrace.ddl.ColumnDefinition;
import io.millrace.ddl.ForeignKeyDefinition;
import io.millrace.ddl.IndexDefinition;
import io.millrace.ddl.TableChange;
import io.millrace.reader.mysql.statement.TokenCursor.Unreadable;
import io.millrace.schema.TableId;
import io.millrace.schema.TableIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads a DDL statement of MySQL or MariaDB into what it changes, whole or not at all: the server has run it, so what is not
 * understood here is a gap of ours. {@link StatementReader} has told before that it is DDL. One instance a statement.
 *
 * <p>Why no generated parser: see {@code engine/decisions/0008-ddl-reader.md}.
 */
public final class DdlReader {
    private final TokenCursor cursor;
    private final SqlDialect dialect;

    private DdlReader(String sql, SqlDialect dialect, String defaultDatabase) {
        this.dialect = dialect;
        cursor = new TokenCursor(sql, dialect, defaultDatabase);
    }

    /** What the statement changes, in order; empty where it cannot be read. */
    public static Optional<List<TableChange>> read(String sql, SqlDialect dialect, String defaultDatabase) {
        try {
            return Optional.of(new DdlReader(sql, dialect, defaultDatabase).statement());
        } catch (Unreadable e) {
            return Optional.empty();
        }
    }

    private List<TableChange> statement() {
        if (cursor.accept("SET", "STATEMENT")) {
            while (!cursor.accept("FOR")) {
                if (cursor.isEnd()) {
                    throw new Unreadable();
                }
                cursor.next();
            }
        }
        List<TableChange> changes = changes();
        cursor.acceptSign(';');
        if (!cursor.isEnd()) {
            throw new Unreadable();
        }
        return changes;
    }

    private List<TableChange> changes() {
        if (cursor.accept("CREATE")) {
            return create();
        }
        if (cursor.accept("ALTER")) {
            return alter();
        }
        if (cursor.accept("DROP")) {
            return drop();
        }
        if (cursor.accept("RENAME")) {
            return rename();
        }
        if (cursor.accept("TRUNCATE")) {
            cursor.accept("TABLE");
            TableId table = cursor.table();
            cursor.skipWait();
            return List.of(new TableChange.Truncate(table));
        }
        if (cursor.accept("REPAIR")) {
            cursor.acceptAny("NO_WRITE_TO_BINLOG", "LOCAL");
            if (!cursor.acceptAny("TABLE", "TABLES")) {
                throw new Unreadable();
            }
            List<TableChange> changes = new ArrayList<>();
            do {
                changes.add(new TableChange.Repair(cursor.table()));
            } while (cursor.acceptSign(','));
            while (cursor.acceptAny("QUICK", "EXTENDED", "USE_FRM", "FORCE")) {
                // how thoroughly
            }
            return changes;
        }
        throw new Unreadable();
    }

    // ---- CREATE

    private List<TableChange> create() {
        boolean orReplace = cursor.accept("OR", "REPLACE");
        if (cursor.accept("TABLE")) {
            return List.of(createTable(orReplace));
        }
        if (cursor.acceptAny("DATABASE", "SCHEMA")) {
            boolean ifNotExists = cursor.acceptIfExists();
            String database = cursor.identifier();
            DdlOptionReader options = new DdlOptionReader(cursor);
            options.read(false);
            TableChange made = new TableChange.DatabaseCharset(
                    database, true, ifNotExists, options.charset(), options.collation());
            return orReplace ? List.of(new TableChange.DropDatabase(database, true), made) : List.of(made);
        }
        return List.of(createIndex(orReplace));
    }

    private TableChange createIndex(boolean orReplace) {
        IndexDefinition.Kind kind = IndexDefinition.Kind.PLAIN;
        cursor.acceptAny("ONLINE", "OFFLINE");
        if (cursor.accept("UNIQUE")) {
            kind = IndexDefinition.Kind.UNIQUE;
        } else if (cursor.accept("FULLTEXT")) {
            kind = IndexDefinition.Kind.FULLTEXT;
        } else if (cursor.accept("SPATIAL")) {
            kind = IndexDefinition.Kind.SPATIAL;
        }
        cursor.expect("INDEX");
        boolean ifNotExists = cursor.acceptIfExists();
        String name = cursor.identifier();
        DdlIndexReader reader = new DdlIndexReader(cursor);
        reader.using();
        cursor.expect("ON");
        TableId table = cursor.table();
        cursor.skipWait();
        List<TableIndex.Part> parts = reader.parts();
        while (!cursor.isEnd() && !cursor.isSign(';')) {
            cursor.next(); // how the index is kept
        }
        List<AlterStep> steps = new ArrayList<>();
        if (orReplace) {
            steps.add(new AlterStep.DropIndex(name));
        }
        steps.add(new AlterStep.AddIndex(new IndexDefinition(kind, name, parts), ifNotExists));
        return new TableChange.Alter(table, false, false, steps);
    }

    private TableChange createTable(boolean orReplace) {
        boolean ifNotExists = cursor.acceptIfExists();
        TableId table = cursor.table();
        Definitions found = new Definitions();
        Optional<TableId> like = Optional.empty();
        if (cursor.accept("LIKE")) {
            like = Optional.of(cursor.table());
        } else if (cursor.isSign('(') && cursor.peekSecond().isWord("LIKE")) {
            cursor.next();
            cursor.next();
            like = Optional.of(cursor.table());
            cursor.expectSign(')');
        } else if (cursor.isSign('(') && !isQuery(cursor.peekSecond())) {
            cursor.next();
            found.read();
            cursor.expectSign(')');
        }
        DdlOptionReader options = new DdlOptionReader(cursor);
        options.read(false);
        partitions();
        boolean hasQuery = query();
        return new TableChange.Create(
                table,
                ifNotExists,
                orReplace,
                like,
                hasQuery,
                found.columns,
                found.indexes,
                found.foreignKeys,
                options.charset(),
                options.collation(),
                options.comment());
    }

    private static boolean isQuery(StatementTokens.Token token) {
        return token.isWord("SELECT") || token.isWord("WITH") || token.isWord("VALUES") || token.isSign('(');
    }

    /** What stands between the parentheses of CREATE TABLE. */
    private final class Definitions implements DdlIndexReader.Taker {
        private final List<ColumnDefinition> columns = new ArrayList<>();
        private final List<IndexDefinition> indexes = new ArrayList<>();
        private final List<ForeignKeyDefinition> foreignKeys = new ArrayList<>();

        void read() {
            do {
                DdlIndexReader index = new DdlIndexReader(cursor);
                if (cursor.isWord("PERIOD") && index.isHere()) {
                    throw new Unreadable();
                }
                if (index.isHere()) {
                    index.read(this);
                } else {
                    DdlColumnReader column = new DdlColumnReader(cursor, dialect, cursor.identifier());
                    columns.add(column.read());
                    column.reference().ifPresent(foreignKeys::add);
                }
            } while (cursor.acceptSign(','));
        }

        @Override
        public void index(IndexDefinition index, boolean ifNotExists) {
            indexes.add(index);
        }

        @Override
        public void foreignKey(ForeignKeyDefinition key) {
            foreignKeys.add(key);
        }

        @Override
        public void check() {
            // Rows are what they are, checked or not.
        }
    }

    private void partitions() {
        if (!cursor.accept("PARTITION", "BY")) {
            return;
        }
        if (cursor.isWord("SYSTEM_TIME")) {
            throw new Unreadable();
        }
        while (!cursor.isEnd() && !cursor.isSign(';') && !cursor.isAnyWord("AS", "SELECT", "IGNORE", "REPLACE")) {
            if (cursor.isSign('(')) {
                cursor.skipParentheses();
            } else {
                cursor.next();
            }
        }
        new DdlOptionReader(cursor).read(false); // START TRANSACTION
    }

    private boolean query() {
        if (cursor.isEnd() || cursor.isSign(';')) {
            return false;
        }
        cursor.acceptAny("IGNORE", "REPLACE");
        cursor.accept("AS");
        boolean isQuery = isQuery(cursor.peek()) || cursor.isWord("TABLE");
        boolean isVersioned = cursor.isWord("WITH") && cursor.peekSecond().isWord("SYSTEM");
        if (!isQuery || isVersioned) {
            throw new Unreadable();
        }
        while (!cursor.isEnd()) {
            cursor.next();
        }
        return true;
    }

    // ---- ALTER, DROP, RENAME

    private List<TableChange> alter() {
        boolean ignoresErrors = false;
        while (cursor.isAnyWord("ONLINE", "OFFLINE", "IGNORE")) {
            ignoresErrors |= cursor.next().isWord("IGNORE");
        }
        if (cursor.acceptAny("DATABASE", "SCHEMA")) {
            return List.of(alterDatabase());
        }
        cursor.expect("TABLE");
        boolean ifExists = cursor.acceptIfExists();
        TableId table = cursor.table();
        cursor.skipWait();
        return List.of(
                new TableChange.Alter(table, ignoresErrors, ifExists, new DdlAlterReader(cursor, dialect).read()));
    }

    private TableChange alterDatabase() {
        boolean isNamed =
                !cursor.isAnyWord("DEFAULT", "CHARACTER", "CHARSET", "COLLATE", "ENCRYPTION", "READ", "COMMENT")
                        || cursor.peek().type() == StatementTokens.Type.NAME;
        String database = isNamed ? cursor.identifier() : cursor.defaultDatabase();
        DdlOptionReader options = new DdlOptionReader(cursor);
        options.read(false);
        return new TableChange.DatabaseCharset(database, false, false, options.charset(), options.collation());
    }

    private List<TableChange> drop() {
        if (cursor.acceptAny("TABLE", "TABLES")) {
            boolean ifExists = cursor.acceptIfExists();
            List<TableChange> changes = new ArrayList<>();
            do {
                changes.add(new TableChange.Drop(cursor.table(), ifExists));
            } while (cursor.acceptSign(','));
            cursor.skipWait();
            cursor.acceptAny("RESTRICT", "CASCADE");
            return changes;
        }
        if (cursor.acceptAny("DATABASE", "SCHEMA")) {
            boolean ifExists = cursor.acceptIfExists();
            return List.of(new TableChange.DropDatabase(cursor.identifier(), ifExists));
        }
        cursor.acceptAny("ONLINE", "OFFLINE");
        cursor.expect("INDEX");
        cursor.acceptIfExists();
        String index = cursor.identifier();
        cursor.expect("ON");
        TableId table = cursor.table();
        while (!cursor.isEnd() && !cursor.isSign(';')) {
            cursor.next(); // ALGORITHM, LOCK, WAIT
        }
        return List.of(new TableChange.Alter(table, false, false, List.of(new AlterStep.DropIndex(index))));
    }

    private List<TableChange> rename() {
        if (!cursor.acceptAny("TABLE", "TABLES")) {
            throw new Unreadable();
        }
        boolean ifExists = cursor.acceptIfExists();
        List<TableChange> changes = new ArrayList<>();
        do {
            TableId from = cursor.table();
            cursor.skipWait();
            cursor.expect("TO");
            changes.add(new TableChange.Rename(from, cursor.table(), ifExists));
        } while (cursor.acceptSign(','));
        return changes;
    }
}
