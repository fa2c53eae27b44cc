package io.millrace.reader.mysql;

import io.millrace.reader.mysql.BinlogStatement.Kind;
import io.millrace.reader.mysql.StatementTokens.Token;
import io.millrace.schema.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Finds a statement's kind and the tables that it touches. It parses no more than that, and where it cannot tell it says so
 * ({@link Kind#UNKNOWN}), which stops the stream. One instance a statement.
 */
final class StatementReader {
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

    private final List<Token> tokens;
    private final String defaultDatabase;
    private int at;

    private StatementReader(List<Token> tokens, String defaultDatabase) {
        this.tokens = tokens;
        this.defaultDatabase = defaultDatabase;
    }

    static BinlogStatement read(String sql, String defaultDatabase, boolean ansiQuotes, boolean backslashEscapes) {
        List<Token> tokens = StatementTokens.of(sql, ansiQuotes, backslashEscapes);
        BinlogStatement statement = new StatementReader(tokens, defaultDatabase).statement();
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
        if (peek().type() == StatementTokens.Type.END) {
            return BinlogStatement.of(Kind.HARMLESS, "empty");
        }
        if (accept("SET")) {
            if (!accept("STATEMENT")) {
                return BinlogStatement.of(Kind.HARMLESS, "SET");
            }
            while (!accept("FOR")) {
                if (next().type() == StatementTokens.Type.END) {
                    return unknown("SET STATEMENT");
                }
            }
        }
        if (peek().type() != StatementTokens.Type.WORD) {
            return unknown("statement");
        }
        String verb = next().text().toUpperCase(Locale.ROOT);
        return switch (verb) {
            case "BEGIN", "START" -> BinlogStatement.of(Kind.BEGIN, verb);
            case "COMMIT" -> BinlogStatement.of(Kind.COMMIT, verb);
            case "ROLLBACK" -> rollback();
            case "SAVEPOINT" -> BinlogStatement.named(Kind.SAVEPOINT, verb, savepoint());
            case "RELEASE" -> {
                accept("SAVEPOINT");
                yield BinlogStatement.named(Kind.RELEASE, "RELEASE SAVEPOINT", savepoint());
            }
            case "XA" -> xa();
            case "CREATE" -> create();
            case "ALTER" -> alter();
            case "DROP" -> drop();
            case "RENAME" -> rename();
            case "TRUNCATE" -> {
                accept("TABLE");
                yield ddl("TRUNCATE TABLE", one());
            }
            case "REPAIR" -> {
                acceptAny("NO_WRITE_TO_BINLOG", "LOCAL");
                yield acceptAny("TABLE", "TABLES") ? ddl("REPAIR TABLE", list()) : unknown("REPAIR");
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
        accept("WORK");
        if (!accept("TO")) {
            return BinlogStatement.of(Kind.ROLLBACK, "ROLLBACK");
        }
        accept("SAVEPOINT");
        return BinlogStatement.named(Kind.ROLLBACK_TO, "ROLLBACK TO SAVEPOINT", savepoint());
    }

    private String savepoint() {
        return next().text().toLowerCase(Locale.ROOT);
    }

    private BinlogStatement xa() {
        String verb = next().text().toUpperCase(Locale.ROOT);
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
        if (accept("OR")) {
            accept("REPLACE");
        }
        skipDefiner();
        boolean isTemporary = accept("TEMPORARY");
        if (acceptAny("TABLE", "SEQUENCE")) {
            acceptIfExists();
            if (isTemporary) {
                return BinlogStatement.of(Kind.HARMLESS, "CREATE TEMPORARY TABLE");
            }
            TableId table = table();
            return table == null
                    ? unknown("CREATE TABLE")
                    : new BinlogStatement(Kind.DDL, "CREATE TABLE", List.of(table), "", "", endsInStartTransaction());
        }
        while (acceptAny("UNIQUE", "FULLTEXT", "SPATIAL", "ONLINE", "OFFLINE")) {
            if (peek().isWord("REFERENCE")) {
                return BinlogStatement.of(Kind.HARMLESS, "CREATE SPATIAL REFERENCE SYSTEM");
            }
        }
        if (accept("INDEX")) {
            return skipPast("ON") ? ddl("CREATE INDEX", one()) : unknown("CREATE INDEX");
        }
        if (acceptAny("DATABASE", "SCHEMA")) {
            return BinlogStatement.of(Kind.HARMLESS, "CREATE DATABASE");
        }
        return other("CREATE");
    }

    private BinlogStatement alter() {
        skipDefiner();
        while (acceptAny("ONLINE", "OFFLINE", "IGNORE")) {
            // of MariaDB
        }
        if (acceptAny("DATABASE", "SCHEMA")) {
            return BinlogStatement.of(Kind.HARMLESS, "ALTER DATABASE");
        }
        if (!acceptAny("TABLE", "SEQUENCE")) {
            return other("ALTER");
        }
        acceptIfExists();
        TableId table = table();
        if (table == null) {
            return unknown("ALTER TABLE");
        }
        List<TableId> tables = new ArrayList<>(List.of(table));
        while (peek().type() != StatementTokens.Type.END) {
            if (accept("RENAME") && !acceptAny("COLUMN", "INDEX", "KEY")) {
                acceptAny("TO", "AS");
                if (peek().isSign('=')) {
                    next();
                }
                addTo(tables);
            } else if (accept("WITH")) {
                if (accept("TABLE")) { // EXCHANGE PARTITION
                    addTo(tables);
                }
            } else {
                next();
            }
        }
        return BinlogStatement.of(Kind.DDL, "ALTER TABLE", tables);
    }

    private void addTo(List<TableId> tables) {
        TableId table = peek().isIdentifier() ? table() : null;
        if (table != null) {
            tables.add(table);
        }
    }

    private BinlogStatement drop() {
        boolean isTemporary = accept("TEMPORARY");
        if (acceptAny("TABLE", "TABLES", "SEQUENCE")) {
            acceptIfExists();
            return isTemporary ? BinlogStatement.of(Kind.HARMLESS, "DROP TEMPORARY TABLE") : ddl("DROP TABLE", list());
        }
        if (accept("INDEX")) {
            return skipPast("ON") ? ddl("DROP INDEX", one()) : unknown("DROP INDEX");
        }
        if (acceptAny("DATABASE", "SCHEMA")) {
            acceptIfExists();
            Token name = next();
            return name.isIdentifier()
                    ? new BinlogStatement(Kind.DDL, "DROP DATABASE", List.of(), name.text(), "", false)
                    : unknown("DROP DATABASE");
        }
        return other("DROP");
    }

    private BinlogStatement rename() {
        if (accept("USER")) {
            return BinlogStatement.of(Kind.HARMLESS, "RENAME USER");
        }
        if (!acceptAny("TABLE", "TABLES")) {
            return unknown("RENAME");
        }
        acceptIfExists();
        List<TableId> tables = new ArrayList<>();
        do {
            TableId from = table();
            while (acceptAny("WAIT", "NOWAIT")) {
                if (!peek().isWord("TO")) {
                    next();
                }
            }
            TableId to = accept("TO") ? table() : null;
            if (from == null || to == null) {
                return unknown("RENAME TABLE");
            }
            tables.add(from);
            tables.add(to);
        } while (acceptComma());
        return BinlogStatement.of(Kind.DDL, "RENAME TABLE", tables);
    }

    private BinlogStatement insert(String verb) {
        while (acceptAny("LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE", "INTO")) {
            // words before the table
        }
        return rows(verb, one());
    }

    private BinlogStatement update() {
        while (acceptAny("LOW_PRIORITY", "IGNORE")) {
            // words before the table
        }
        List<TableId> tables = one();
        return peek().isWord("SET") ? rows("UPDATE", tables) : unknown("UPDATE of several tables");
    }

    private BinlogStatement delete() {
        while (acceptAny("LOW_PRIORITY", "QUICK", "IGNORE")) {
            // words before the table
        }
        if (!accept("FROM")) {
            return unknown("DELETE from several tables");
        }
        List<TableId> tables = one();
        Token after = peek();
        return after.type() == StatementTokens.Type.END
                        || after.isWord("WHERE")
                        || after.isWord("ORDER")
                        || after.isWord("LIMIT")
                ? rows("DELETE", tables)
                : unknown("DELETE from several tables");
    }

    private BinlogStatement load() {
        if (accept("INDEX")) {
            return BinlogStatement.of(Kind.HARMLESS, "LOAD INDEX");
        }
        return skipPast("INTO") && accept("TABLE") ? rows("LOAD DATA", one()) : unknown("LOAD DATA");
    }

    /** After CREATE, ALTER or DROP: something that is no table. */
    private BinlogStatement other(String verb) {
        while (acceptAny(
                "AGGREGATE", "ALGORITHM", "SQL", "SECURITY", "DEFINER", "INVOKER", "PUBLIC", "OR", "REPLACE")) {
            skipValue();
            skipDefiner();
        }
        String what = peek().text().toUpperCase(Locale.ROOT);
        return peek().type() == StatementTokens.Type.WORD && NO_TABLES.contains(what)
                ? BinlogStatement.of(Kind.HARMLESS, verb + " " + what)
                : unknown(verb);
    }

    private void skipValue() {
        if (peek().isSign('=')) {
            next();
            next();
        }
    }

    /** {@code DEFINER = user@host}, {@code DEFINER = CURRENT_USER()}. */
    private void skipDefiner() {
        while (accept("DEFINER") || accept("ALGORITHM")) {
            if (peek().isSign('=')) {
                next();
                next();
            }
            if (peek().isSign('@')) {
                next();
                next();
            }
            while (peek().isSign('(') || peek().isSign(')') || peek().isSign('.') || peek().isSign('%')) {
                next();
            }
        }
    }

    private boolean endsInStartTransaction() {
        int last = tokens.size() - 2;
        return last >= 1
                && tokens.get(last - 1).isWord("START")
                && tokens.get(last).isWord("TRANSACTION");
    }

    private void acceptIfExists() {
        if (accept("IF")) {
            accept("NOT");
            accept("EXISTS");
        }
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
        } while (acceptComma());
        return tables;
    }

    /** A table's name with or without its database; null where none stands here, or its bytes were no UTF-8. */
    private TableId table() {
        if (!peek().isIdentifier()) {
            return null;
        }
        String first = next().text();
        String second = null;
        if (peek().isSign('.')) {
            next();
            if (!peek().isIdentifier()) {
                return null;
            }
            second = next().text();
        }
        String database = second == null ? defaultDatabase : first;
        String name = second == null ? first : second;
        boolean isReadable = database.indexOf('\uFFFD') < 0 && name.indexOf('\uFFFD') < 0;
        return isReadable ? new TableId(database, name) : null;
    }

    private boolean skipPast(String word) {
        while (peek().type() != StatementTokens.Type.END) {
            if (next().isWord(word)) {
                return true;
            }
        }
        return false;
    }

    private boolean acceptComma() {
        if (peek().isSign(',')) {
            next();
            return true;
        }
        return false;
    }

    private boolean acceptAny(String... words) {
        for (String word : words) {
            if (accept(word)) {
                return true;
            }
        }
        return false;
    }

    private boolean accept(String word) {
        if (peek().isWord(word)) {
            at++;
            return true;
        }
        return false;
    }

    private Token peek() {
        return tokens.get(Math.min(at, tokens.size() - 1));
    }

    private Token next() {
        Token token = peek();
        at++;
        return token;
    }
}
