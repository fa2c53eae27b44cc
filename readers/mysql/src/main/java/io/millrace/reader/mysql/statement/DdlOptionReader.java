package io.millrace.reader.mysql.statement;

import io.millrace.reader.mysql.statement.StatementTokens.Token;
import io.millrace.reader.mysql.statement.TokenCursor.Unreadable;
import java.util.Locale;
import java.util.Set;

/**
 * Reads the options of a table or database: those that decide what columns look like are kept, those that are known to change
 * neither columns nor rows are passed over, and any other word ends the reading. One instance a run of options.
 */
final class DdlOptionReader {
    /** Engines that keep no rows, or not their own. */
    private static final Set<String> ROWLESS =
            Set.of("BLACKHOLE", "FEDERATED", "MERGE", "MRG_MYISAM", "CONNECT", "SPIDER");

    /** Options of one word and a value. */
    private static final Set<String> VALUED = Set.of(
            "AUTO_INCREMENT",
            "AUTOEXTEND_SIZE",
            "AVG_ROW_LENGTH",
            "CHECKSUM",
            "TABLE_CHECKSUM",
            "COMPRESSION",
            "CONNECTION",
            "DELAY_KEY_WRITE",
            "ENCRYPTION",
            "ENCRYPTED",
            "ENCRYPTION_KEY_ID",
            "ENGINE_ATTRIBUTE",
            "SECONDARY_ENGINE_ATTRIBUTE",
            "SECONDARY_ENGINE",
            "IETF_QUOTES",
            "INSERT_METHOD",
            "ITEF_QUOTES",
            "KEY_BLOCK_SIZE",
            "LOCK",
            "ALGORITHM",
            "MAX_ROWS",
            "MIN_ROWS",
            "PACK_KEYS",
            "PAGE_CHECKSUM",
            "PAGE_COMPRESSED",
            "PAGE_COMPRESSION_LEVEL",
            "PASSWORD",
            "ROW_FORMAT",
            "SEQUENCE",
            "STATS_AUTO_RECALC",
            "STATS_PERSISTENT",
            "STATS_SAMPLE_PAGES",
            "TABLESPACE",
            "TRANSACTIONAL",
            "READ");

    private final TokenCursor cursor;
    private String charset = "";
    private String collation = "";
    private String comment = "";
    private String verb = "";
    private boolean movesRows;

    DdlOptionReader(TokenCursor cursor) {
        this.cursor = cursor;
    }

    String charset() {
        return charset;
    }

    String collation() {
        return collation;
    }

    String comment() {
        return comment;
    }

    /** The first option's word. */
    String verb() {
        return verb;
    }

    boolean movesRows() {
        return movesRows;
    }

    /**
     * Reads options as far as they go.
     *
     * @param ofAlter whether those of ALTER TABLE alone are read, to a comma; else also over commas
     */
    void read(boolean ofAlter) {
        while (option(ofAlter)) {
            if (!ofAlter) {
                cursor.acceptSign(',');
            }
        }
    }

    private boolean option(boolean ofAlter) {
        if (cursor.peek().type() == StatementTokens.Type.NAME) {
            return vendor();
        }
        if (cursor.peek().type() != StatementTokens.Type.WORD) {
            return false;
        }
        String word = cursor.peek().text().toUpperCase(Locale.ROOT);
        boolean isRead = known(word) || (ofAlter && ofAlter(word));
        if (isRead && verb.isEmpty()) {
            verb = word;
        }
        return isRead;
    }

    private boolean known(String word) {
        switch (word) {
            case "DEFAULT" -> {
                cursor.next();
                return known(cursor.peek().text().toUpperCase(Locale.ROOT)) || fail();
            }
            case "CHARSET" -> {
                cursor.next();
                charset = valueName();
            }
            case "CHARACTER", "CHAR" -> {
                cursor.next();
                cursor.expect("SET");
                charset = valueName();
            }
            case "COLLATE" -> {
                cursor.next();
                collation = valueName();
            }
            case "COMMENT" -> {
                cursor.next();
                cursor.acceptSign('=');
                comment = cursor.string();
            }
            case "ENGINE", "TYPE" -> {
                cursor.next();
                cursor.acceptSign('=');
                movesRows |= ROWLESS.contains(cursor.next().text().toUpperCase(Locale.ROOT));
            }
            case "DATA", "INDEX" -> {
                cursor.next();
                cursor.expect("DIRECTORY");
                cursor.acceptSign('=');
                cursor.string();
            }
            case "UNION" -> {
                cursor.next();
                cursor.acceptSign('=');
                cursor.skipParentheses();
            }
            case "STORAGE" -> {
                cursor.next();
                cursor.next();
            }
            case "START" -> {
                cursor.next();
                cursor.expect("TRANSACTION");
            }
            default -> {
                if (!VALUED.contains(word)) {
                    return vendor();
                }
                cursor.next();
                if (word.equals("READ")) { // READ ONLY of a database
                    cursor.expect("ONLY");
                }
                cursor.acceptSign('=');
                value();
            }
        }
        return true;
    }

    private static boolean fail() {
        throw new Unreadable();
    }

    /** {@code `option` = value}: engines of MariaDB name their own. */
    private boolean vendor() {
        Token sign = cursor.peekSecond();
        if (!sign.isSign('=')) {
            return false;
        }
        cursor.next();
        cursor.next();
        value();
        return true;
    }

    private void value() {
        if (cursor.acceptSign('-') || cursor.peek().type() != StatementTokens.Type.SIGN) {
            cursor.next();
        }
    }

    private String valueName() {
        cursor.acceptSign('=');
        return cursor.charsetName();
    }

    private boolean ofAlter(String word) {
        switch (word) {
            case "FORCE" -> cursor.next();
            case "ENABLE", "DISABLE" -> {
                cursor.next();
                cursor.expect("KEYS");
            }
            case "ORDER" -> {
                cursor.next();
                cursor.expect("BY");
                do {
                    cursor.identifier();
                    cursor.acceptAny("ASC", "DESC");
                } while (cursor.acceptSign(','));
            }
            case "WITH", "WITHOUT" -> {
                cursor.next();
                cursor.expect("VALIDATION");
            }
            case "DISCARD", "IMPORT" -> {
                cursor.next();
                cursor.expect("TABLESPACE");
                movesRows = true;
            }
            case "UPGRADE" -> {
                cursor.next();
                cursor.expect("PARTITIONING");
            }
            case "SECONDARY_LOAD", "SECONDARY_UNLOAD" -> cursor.next();
            default -> {
                return false;
            }
        }
        return true;
    }
}
