package io.millrace.reader.mysql.statement;

import io.millrace.ddl.ColumnDefinition;
import io.millrace.ddl.ColumnDefinition.Generation;
import io.millrace.ddl.ColumnDefinition.Nullability;
import io.millrace.ddl.ForeignKeyDefinition;
import io.millrace.reader.mysql.statement.StatementTokens.Token;
import io.millrace.reader.mysql.statement.TokenCursor.Unreadable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a column's definition behind its name: type, then attributes in any order. A word that it does not know ends the reading
 * of the whole statement; nothing is passed over. One instance a column.
 */
final class DdlColumnReader {
    /** Words that begin an attribute, so that an expression before them is over. */
    private static final Set<String> ATTRIBUTES = Set.of(
            "NOT",
            "NULL",
            "DEFAULT",
            "ON",
            "AUTO_INCREMENT",
            "PRIMARY",
            "KEY",
            "UNIQUE",
            "COMMENT",
            "COLLATE",
            "CHARACTER",
            "CHARSET",
            "GENERATED",
            "AS",
            "VIRTUAL",
            "STORED",
            "PERSISTENT",
            "CHECK",
            "CONSTRAINT",
            "REFERENCES",
            "COLUMN_FORMAT",
            "STORAGE",
            "VISIBLE",
            "INVISIBLE",
            "COMPRESSED",
            "WITH",
            "WITHOUT",
            "ENGINE_ATTRIBUTE",
            "SECONDARY_ENGINE_ATTRIBUTE",
            "SRID",
            "REF_SYSTEM_ID",
            "FIRST",
            "AFTER",
            "PARTITION",
            "REMOVE");

    private final TokenCursor cursor;
    private final SqlDialect dialect;
    private final String name;
    private final List<Integer> arguments = new ArrayList<>();
    private final List<String> members = new ArrayList<>();
    private String typeName = "";
    private boolean isUnsigned;
    private boolean isZerofill;
    private String charset = "";
    private String collation = "";
    private boolean isBinaryCollation;
    private Nullability nullability = Nullability.UNSAID;
    private Optional<String> defaultText = Optional.empty();
    private Generation generation = Generation.NONE;
    private boolean isAutoIncrement;
    private boolean isInvisible;
    private boolean isJson;
    private ColumnDefinition.Key key = ColumnDefinition.Key.NONE;
    private String comment = "";
    private Optional<ForeignKeyDefinition> reference = Optional.empty();

    DdlColumnReader(TokenCursor cursor, SqlDialect dialect, String name) {
        this.cursor = cursor;
        this.dialect = dialect;
        this.name = name;
    }

    /** Reads to the definition's end: a comma, a parenthesis, FIRST, AFTER, a partition clause, or the statement's end. */
    ColumnDefinition read() {
        type();
        while (attribute()) {
            // the next one
        }
        return new ColumnDefinition(
                name,
                typeName,
                arguments,
                members,
                isUnsigned,
                isZerofill,
                charset,
                collation,
                isBinaryCollation,
                nullability,
                defaultText,
                generation,
                isAutoIncrement,
                isInvisible,
                isJson,
                key,
                comment);
    }

    /** REFERENCES in the definition, which MariaDB obeys. */
    Optional<ForeignKeyDefinition> reference() {
        return reference;
    }

    // ---- the type

    private void type() {
        if (cursor.peek().type() != StatementTokens.Type.WORD) {
            throw new Unreadable();
        }
        String word = cursor.next().text().toLowerCase(Locale.ROOT);
        switch (word) {
            case "national" -> {
                national(cursor.next().text().toLowerCase(Locale.ROOT));
                return;
            }
            case "nchar", "nvarchar" -> {
                national(word.substring(1));
                return;
            }
            case "long" -> {
                typeName = longType();
                return;
            }
            case "character", "char" -> typeName = cursor.accept("VARYING") ? "varchar" : "char";
            case "double" -> {
                cursor.accept("PRECISION");
                typeName = "double";
            }
            case "real" -> typeName = dialect.realIsFloat() ? "float" : "double";
            case "serial" -> {
                typeName = "bigint";
                isUnsigned = true;
                nullability = Nullability.NOT_NULL;
                isAutoIncrement = true;
                key = ColumnDefinition.Key.UNIQUE;
                return;
            }
            case "bool", "boolean" -> {
                typeName = "tinyint";
                arguments.add(1);
                return;
            }
            default -> typeName = synonym(word);
        }
        parentheses();
    }

    private void national(String of) {
        charset = "utf8mb3";
        boolean isVarying = of.equals("varchar") || cursor.acceptAny("VARYING", "VARCHAR");
        typeName = isVarying ? "varchar" : "char";
        cursor.accept("VARYING");
        parentheses();
    }

    private String longType() {
        if (cursor.accept("VARBINARY")) {
            return "mediumblob";
        }
        if (cursor.acceptAny("CHAR", "CHARACTER")) {
            cursor.expect("VARYING");
        } else {
            cursor.acceptAny("VARCHAR", "VARCHARACTER");
        }
        return "mediumtext";
    }

    private static String synonym(String word) {
        return switch (word) {
            case "integer", "int4" -> "int";
            case "int1" -> "tinyint";
            case "int2" -> "smallint";
            case "int3", "middleint" -> "mediumint";
            case "int8" -> "bigint";
            case "float4" -> "float";
            case "float8" -> "double";
            case "dec", "numeric", "fixed", "number" -> "decimal";
            case "varcharacter", "varchar2" -> "varchar";
            case "raw" -> "varbinary";
            case "clob" -> "longtext";
            case "geomcollection" -> "geometrycollection";
            default -> word;
        };
    }

    private void parentheses() {
        if (!cursor.acceptSign('(')) {
            return;
        }
        if (typeName.equals("enum") || typeName.equals("set")) {
            do {
                if (cursor.peek().type() == StatementTokens.Type.WORD
                        && cursor.peekSecond().type() == StatementTokens.Type.STRING) {
                    introducer();
                }
                members.add(cursor.string());
            } while (cursor.acceptSign(','));
        } else {
            do {
                arguments.add(cursor.number());
            } while (cursor.acceptSign(','));
        }
        cursor.expectSign(')');
    }

    /** {@code N'…'} and {@code _utf8mb4'…'}; hexadecimal labels are not read. */
    private void introducer() {
        String text = cursor.next().text().toLowerCase(Locale.ROOT);
        if (!text.equals("n") && !text.startsWith("_utf8")) {
            throw new Unreadable();
        }
    }

    // ---- attributes

    /** One attribute; false where none stands here. */
    private boolean attribute() {
        if (cursor.isEnd() || cursor.isSign(',') || cursor.isSign(')') || cursor.isSign(';')) {
            return false;
        }
        if (cursor.peek().type() != StatementTokens.Type.WORD) {
            throw new Unreadable();
        }
        if (cursor.isAnyWord("FIRST", "AFTER", "PARTITION", "REMOVE")) {
            return false;
        }
        String word = cursor.next().text().toUpperCase(Locale.ROOT);
        switch (word) {
            case "UNSIGNED" -> isUnsigned = true;
            case "SIGNED" -> isUnsigned = false;
            case "ZEROFILL" -> {
                isZerofill = true;
                isUnsigned = true;
            }
            case "BINARY" -> isBinaryCollation = true;
            case "ASCII" -> charset = "latin1";
            case "UNICODE" -> charset = "ucs2";
            case "BYTE" -> charset = "binary";
            case "CHARSET" -> charset = cursor.charsetName();
            case "CHAR", "CHARACTER" -> {
                cursor.expect("SET");
                charset = cursor.charsetName();
            }
            case "COLLATE" -> collation = cursor.charsetName();
            case "NOT" -> {
                if (!cursor.accept("SECONDARY")) {
                    cursor.expect("NULL");
                    nullability = Nullability.NOT_NULL;
                }
            }
            case "NULL" -> nullability = Nullability.NULL;
            case "DEFAULT" -> defaultText = Optional.of(expression());
            case "ON" -> {
                cursor.expect("UPDATE");
                expression();
            }
            case "AUTO_INCREMENT" -> isAutoIncrement = true;
            case "PRIMARY" -> {
                cursor.accept("KEY");
                key = ColumnDefinition.Key.PRIMARY;
            }
            case "KEY" -> key = ColumnDefinition.Key.PRIMARY;
            case "UNIQUE" -> {
                cursor.accept("KEY");
                key = key == ColumnDefinition.Key.NONE ? ColumnDefinition.Key.UNIQUE : key;
            }
            case "COMMENT" -> comment = cursor.string();
            case "GENERATED" -> {
                cursor.expect("ALWAYS");
                cursor.expect("AS");
                generated();
            }
            case "AS" -> generated();
            case "VIRTUAL" -> generation = Generation.VIRTUAL;
            case "STORED", "PERSISTENT" -> generation = Generation.STORED;
            case "CHECK" -> check();
            case "CONSTRAINT" -> {
                if (!cursor.isWord("CHECK")) {
                    cursor.identifier();
                }
                cursor.expect("CHECK");
                check();
            }
            case "REFERENCES" -> reference = Optional.of(new DdlIndexReader(cursor).references("", List.of(name)));
            case "COLUMN_FORMAT", "STORAGE" -> cursor.next();
            case "ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE" -> {
                cursor.acceptSign('=');
                cursor.string();
            }
            case "SRID", "REF_SYSTEM_ID" -> {
                cursor.acceptSign('=');
                cursor.next();
            }
            case "VISIBLE" -> isInvisible = false;
            case "INVISIBLE" -> isInvisible = true;
            case "SERIAL" -> {
                cursor.expect("DEFAULT");
                cursor.expect("VALUE");
                nullability = Nullability.NOT_NULL;
                isAutoIncrement = true;
                key = ColumnDefinition.Key.UNIQUE;
            }
            default -> throw new Unreadable(); // COMPRESSED and SYSTEM VERSIONING too: such tables are refused
        }
        return true;
    }

    /** A default or the like: its first token, whatever that is, and all up to the next attribute. */
    private String expression() {
        int start = cursor.mark();
        operand();
        while (!isOver()) {
            operand();
        }
        return cursor.textSince(start);
    }

    private void operand() {
        if (cursor.isSign('(')) {
            cursor.skipParentheses();
        } else if (cursor.isEnd()) {
            throw new Unreadable();
        } else {
            cursor.next();
        }
    }

    private boolean isOver() {
        Token token = cursor.peek();
        boolean isSign = token.isSign(',') || token.isSign(')') || token.isSign(';');
        return token.type() == StatementTokens.Type.END
                || isSign
                || (token.type() == StatementTokens.Type.WORD
                        && ATTRIBUTES.contains(token.text().toUpperCase(Locale.ROOT)));
    }

    private void generated() {
        if (!cursor.isSign('(')) {
            throw new Unreadable(); // AS ROW START: system-versioned tables are refused
        }
        cursor.skipParentheses();
        generation = Generation.VIRTUAL;
    }

    private void check() {
        int start = cursor.mark();
        cursor.skipParentheses();
        int end = cursor.mark();
        isJson |= isJsonCheck(start);
        cursor.back(end);
        cursor.accept("NOT");
        cursor.accept("ENFORCED");
    }

    /** MariaDB writes its JSON type so: {@code CHECK (json_valid(`name`))}. */
    private boolean isJsonCheck(int start) {
        cursor.back(start);
        boolean isCall = cursor.acceptSign('(') && cursor.accept("JSON_VALID") && cursor.acceptSign('(');
        return isCall
                && cursor.peek().isIdentifier()
                && cursor.next().text().equalsIgnoreCase(name)
                && cursor.acceptSign(')')
                && cursor.acceptSign(')');
    }
}
