package io.millrace.reader.mysql.statement;

import io.millrace.reader.mysql.statement.BinlogStatement.Kind;
import io.millrace.reader.mysql.statement.StatementTokens.Token;
import io.millrace.schema.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Finds a statement's kind and the tables that it touches. It parses no more than that, and where it cannot tell it says so
 * ({@link Kind#UNKNOWN}), which stops the stream. One instance a statement.
 */
public final class StatementReader {
    /** Statements by their first word that touch no table's rows or shape. */
    private static final Set<String> HARMLESS = Set.of(
            "GRANT",
            "REVOKE",
            "FLUSH",
            "ANALYZE",
            "OPTIMIZE",
            "CHECK",
            "INSTALL",
            "UNINSTALL",
            "SET",
            "DO",
            "USE",
            "KILL",
            "RESET",
            "PURGE",
            "CHANGE",
            "BINLOG",
            "SHOW",
            "RESTART",
            "SHUTDOWN",
            "LOCK",
            "UNLOCK",
            "HELP",
            "COMMENT");

    /** What CREATE, ALTER and DROP may be followed by that is no table. */
    private static final Set<String> NO_TABLES = Set.of(
            "USER",
            "ROLE",
            "VIEW",
            "PROCEDURE",
            "FUNCTION",
            "TRIGGER",
            "EVENT",
            "SERVER",
            "TABLESPACE",
            "LOGFILE",
            "UNDO",
            "RESOURCE",
            "INSTANCE",
            "PACKAGE",
            "LIBRARY",
            "CATALOG");

    private final TokenCursor cursor;

    private StatementReader(TokenCursor cursor) {
        this.cursor = cursor;
    }

    public static BinlogStatement read(String sql, String defaultDatabase, SqlDialect dialect) {
        BinlogStatement statement;
        try {
            statement = new StatementReader(new TokenCursor(sql, dialect, defaultDatabase)).statement();
        } catch (TokenCursor.Unreadable e) {
            statement = unknown("statement");
        }
        return statement.kind() == Kind.XA_COMMIT
                        || statement.kind() == Kind.XA_ROLLBACK
                        || statement.kind() == Kind.XA_START
                ? BinlogStatement.named(statement.kind(), statement.verb(), xid(sql))
                : statement;
    }

    /** What follows the second word: the server writes xids in one form. */
    private static String xid(String sql) {
        String[] words = sql.strip().split("\\s+", 4);
        return words.length < 3 ? "" : words[2];
    }

    private BinlogStatement statement() {
        if (cursor.peek().type() == StatementTokens.Type.END) {
            return BinlogStatement.of(Kind.HARMLESS, "empty");
        }
        if (cursor.accept("SET")) {
            if (!cursor.accept("STATEMENT")) {
                return BinlogStatement.of(Kind.HARMLESS, "SET");
            }
            while (!cursor.accept("FOR")) {
                if (cursor.next().type() == StatementTokens.Type.END) {
                    return unknown("SET STATEMENT");
                }
            }
        }
        if (cursor.peek().type() != StatementTokens.Type.WORD) {
            return unknown("statement");
        }
        String verb = cursor.next().text().toUpperCase(Locale.ROOT);
        return switch (verb) {
            case "BEGIN", "START" -> BinlogStatement.of(Kind.BEGIN, verb);
            case "COMMIT" -> BinlogStatement.of(Kind.COMMIT, verb);
            case "ROLLBACK" -> rollback();
            case "SAVEPOINT" -> BinlogStatement.named(Kind.SAVEPOINT, verb, savepoint());
            case "RELEASE" -> {
                cursor.accept("SAVEPOINT");
                yield BinlogStatement.named(Kind.RELEASE, "RELEASE SAVEPOINT", savepoint());
            }
            case "XA" -> xa();
            case "CREATE" -> create();
            case "ALTER" -> alter();
            case "DROP" -> drop();
            case "RENAME" -> rename();
            case "TRUNCATE" -> {
                cursor.accept("TABLE");
                yield ddl("TRUNCATE TABLE", one());
            }
            case "REPAIR" -> {
                cursor.acceptAny("NO_WRITE_TO_BINLOG", "LOCAL");
                yield cursor.acceptAny("TABLE", "TABLES") ? ddl("REPAIR TABLE", list()) : unknown("REPAIR");
            }
            case "IMPORT" -> unknown("IMPORT TABLE");
            case "INSERT", "REPLACE" -> insert(verb);
            case "UPDATE" -> update();
            case "DELETE" -> delete();
            case "LOAD" -> load();
            default -> HARMLESS.contains(verb) ? BinlogStatement.of(Kind.HARMLESS, verb) : unknown("statement");
        };
    }

    private BinlogStatement rollback() {
        cursor.accept("WORK");
        if (!cursor.accept("TO")) {
            return BinlogStatement.of(Kind.ROLLBACK, "ROLLBACK");
        }
        cursor.accept("SAVEPOINT");
        return BinlogStatement.named(Kind.ROLLBACK_TO, "ROLLBACK TO SAVEPOINT", savepoint());
    }

    private String savepoint() {
        return cursor.next().text().toLowerCase(Locale.ROOT);
    }

    private BinlogStatement xa() {
        String verb = cursor.next().text().toUpperCase(Locale.ROOT);
        Kind kind = switch (verb) {
            case "START", "BEGIN" -> Kind.XA_START;
            case "END" -> Kind.XA_END;
            case "COMMIT" -> Kind.XA_COMMIT;
            case "ROLLBACK" -> Kind.XA_ROLLBACK;
            default -> Kind.UNKNOWN;
        };
        return BinlogStatement.named(kind, "XA " + verb, "");
    }

    private BinlogStatement create() {
        if (cursor.accept("OR")) {
            cursor.accept("REPLACE");
        }
        skipDefiner();
        boolean isTemporary = cursor.accept("TEMPORARY");
        if (cursor.acceptAny("TABLE", "SEQUENCE")) {
            cursor.acceptIfExists();
            if (isTemporary) {
                return BinlogStatement.of(Kind.HARMLESS, "CREATE TEMPORARY TABLE");
            }
            TableId table = table();
            return table == null
                    ? unknown("CREATE TABLE")
                    : new BinlogStatement(
                            Kind.DDL, "CREATE TABLE", List.of(table), "", "", endsInStartTransaction(), QueryText.NONE);
        }
        while (cursor.acceptAny("UNIQUE", "FULLTEXT", "SPATIAL", "ONLINE", "OFFLINE")) {
            if (cursor.peek().isWord("REFERENCE")) {
                return BinlogStatement.of(Kind.HARMLESS, "CREATE SPATIAL REFERENCE SYSTEM");
            }
        }
        if (cursor.accept("INDEX")) {
            return skipPast("ON") ? ddl("CREATE INDEX", one()) : unknown("CREATE INDEX");
        }
        if (cursor.acceptAny("DATABASE", "SCHEMA")) {
            return database("CREATE DATABASE");
        }
        return other("CREATE");
    }

    private BinlogStatement alter() {
        skipDefiner();
        while (cursor.acceptAny("ONLINE", "OFFLINE", "IGNORE")) {
            // of MariaDB
        }
        if (cursor.acceptAny("DATABASE", "SCHEMA")) {
            return database("ALTER DATABASE");
        }
        if (!cursor.acceptAny("TABLE", "SEQUENCE")) {
            return other("ALTER");
        }
        cursor.acceptIfExists();
        TableId table = table();
        if (table == null) {
            return unknown("ALTER TABLE");
        }
        List<TableId> tables = new ArrayList<>(List.of(table));
        while (cursor.peek().type() != StatementTokens.Type.END) {
            if (cursor.accept("RENAME") && !cursor.acceptAny("COLUMN", "INDEX", "KEY")) {
                cursor.acceptAny("TO", "AS");
                if (cursor.peek().isSign('=')) {
                    cursor.next();
                }
                addTo(tables);
            } else if (cursor.accept("WITH")) {
                if (cursor.accept("TABLE")) { // EXCHANGE PARTITION
                    addTo(tables);
                }
            } else {
                cursor.next();
            }
        }
        return BinlogStatement.of(Kind.DDL, "ALTER TABLE", tables);
    }

    private void addTo(List<TableId> tables) {
        TableId table = cursor.peek().isIdentifier() ? table() : null;
        if (table != null) {
            tables.add(table);
        }
    }

    private BinlogStatement drop() {
        boolean isTemporary = cursor.accept("TEMPORARY");
        if (cursor.acceptAny("TABLE", "TABLES", "SEQUENCE")) {
            cursor.acceptIfExists();
            return isTemporary ? BinlogStatement.of(Kind.HARMLESS, "DROP TEMPORARY TABLE") : ddl("DROP TABLE", list());
        }
        if (cursor.accept("INDEX")) {
            return skipPast("ON") ? ddl("DROP INDEX", one()) : unknown("DROP INDEX");
        }
        if (cursor.acceptAny("DATABASE", "SCHEMA")) {
            cursor.acceptIfExists();
            Token name = cursor.next();
            return name.isIdentifier()
                    ? new BinlogStatement(Kind.DDL, "DROP DATABASE", List.of(), name.text(), "", false, QueryText.NONE)
                    : unknown("DROP DATABASE");
        }
        return other("DROP");
    }

    private BinlogStatement rename() {
        if (cursor.accept("USER")) {
            return BinlogStatement.of(Kind.HARMLESS, "RENAME USER");
        }
        if (!cursor.acceptAny("TABLE", "TABLES")) {
            return unknown("RENAME");
        }
        cursor.acceptIfExists();
        List<TableId> tables = new ArrayList<>();
        do {
            TableId from = table();
            while (cursor.acceptAny("WAIT", "NOWAIT")) {
                if (!cursor.peek().isWord("TO")) {
                    cursor.next();
                }
            }
            TableId to = cursor.accept("TO") ? table() : null;
            if (from == null || to == null) {
                return unknown("RENAME TABLE");
            }
            tables.add(from);
            tables.add(to);
        } while (cursor.acceptSign(','));
        return BinlogStatement.of(Kind.DDL, "RENAME TABLE", tables);
    }

    private BinlogStatement insert(String verb) {
        while (cursor.acceptAny("LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE", "INTO")) {
            // words before the table
        }
        return rows(verb, one());
    }

    private BinlogStatement update() {
        while (cursor.acceptAny("LOW_PRIORITY", "IGNORE")) {
            // words before the table
        }
        List<TableId> tables = one();
        return cursor.peek().isWord("SET") ? rows("UPDATE", tables) : unknown("UPDATE of several tables");
    }

    private BinlogStatement delete() {
        while (cursor.acceptAny("LOW_PRIORITY", "QUICK", "IGNORE")) {
            // words before the table
        }
        if (!cursor.accept("FROM")) {
            return unknown("DELETE from several tables");
        }
        List<TableId> tables = one();
        Token after = cursor.peek();
        return after.type() == StatementTokens.Type.END
                        || after.isWord("WHERE")
                        || after.isWord("ORDER")
                        || after.isWord("LIMIT")
                ? rows("DELETE", tables)
                : unknown("DELETE from several tables");
    }

    private BinlogStatement load() {
        if (cursor.accept("INDEX")) {
            return BinlogStatement.of(Kind.HARMLESS, "LOAD INDEX");
        }
        return skipPast("INTO") && cursor.accept("TABLE") ? rows("LOAD DATA", one()) : unknown("LOAD DATA");
    }

    /** After CREATE, ALTER or DROP: something that is no table. */
    private BinlogStatement other(String verb) {
        while (cursor.acceptAny(
                "AGGREGATE", "ALGORITHM", "SQL", "SECURITY", "DEFINER", "INVOKER", "PUBLIC", "OR", "REPLACE")) {
            skipValue();
            skipDefiner();
        }
        String what = cursor.peek().text().toUpperCase(Locale.ROOT);
        return cursor.peek().type() == StatementTokens.Type.WORD && NO_TABLES.contains(what)
                ? BinlogStatement.of(Kind.HARMLESS, verb + " " + what)
                : unknown(verb);
    }

    private void skipValue() {
        if (cursor.peek().isSign('=')) {
            cursor.next();
            cursor.next();
        }
    }

    /** {@code DEFINER = user@host}, {@code DEFINER = CURRENT_USER()}. */
    private void skipDefiner() {
        while (cursor.accept("DEFINER") || cursor.accept("ALGORITHM")) {
            if (cursor.peek().isSign('=')) {
                cursor.next();
                cursor.next();
            }
            if (cursor.peek().isSign('@')) {
                cursor.next();
                cursor.next();
            }
            while (cursor.peek().isSign('(')
                    || cursor.peek().isSign(')')
                    || cursor.peek().isSign('.')
                    || cursor.peek().isSign('%')) {
                cursor.next();
            }
        }
    }

    private boolean endsInStartTransaction() {
        List<Token> tokens = cursor.tokens();
        int last = tokens.size() - 2;
        return last >= 1
                && tokens.get(last - 1).isWord("START")
                && tokens.get(last).isWord("TRANSACTION");
    }

    private BinlogStatement database(String verb) {
        cursor.acceptIfExists();
        boolean isNamed = cursor.peek().isIdentifier();
        String name = isNamed ? cursor.peek().text() : cursor.defaultDatabase();
        return new BinlogStatement(Kind.DATABASE, verb, List.of(), name, "", false, QueryText.NONE);
    }

    private BinlogStatement ddl(String verb, List<TableId> tables) {
        return tables.isEmpty() ? unknown(verb) : BinlogStatement.of(Kind.DDL, verb, tables);
    }

    private BinlogStatement rows(String verb, List<TableId> tables) {
        return tables.isEmpty() ? unknown(verb) : BinlogStatement.of(Kind.ROWS, verb, tables);
    }

    private static BinlogStatement unknown(String verb) {
        return BinlogStatement.of(Kind.UNKNOWN, verb);
    }

    private List<TableId> one() {
        TableId table = table();
        return table == null ? List.of() : List.of(table);
    }

    private List<TableId> list() {
        List<TableId> tables = new ArrayList<>();
        do {
            TableId table = table();
            if (table == null) {
                return List.of();
            }
            tables.add(table);
        } while (cursor.acceptSign(','));
        return tables;
    }

    /** A table's name with or without its database; null where none stands here, or its bytes were no text. */
    private TableId table() {
        try {
            return cursor.table();
        } catch (TokenCursor.Unreadable e) {
            return null;
        }
    }

    private boolean skipPast(String word) {
        while (!cursor.isEnd()) {
            if (cursor.next().isWord(word)) {
                return true;
            }
        }
        return false;
    }
}
