package io.millrace.reader.postgres.statement;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.postgres.statement.SeenTable.SeenColumn;
import io.millrace.schema.TableId;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link SeenTable} as text: {@code oid schema table}, then a line a column, {@code number name type modifier required identity computed}, names
 * encoded as in a URL.
 */
final class SeenTableText {
    private static final int NAME_WORDS = 2;
    private static final int TABLE_WORDS = 1 + NAME_WORDS;
    private static final int COLUMN_WORDS = 7;

    private SeenTableText() {}

    static String of(SeenTable table) {
        StringBuilder text = new StringBuilder();
        text.append(table.oid()).append(' ').append(ofName(table.id()));
        for (SeenColumn column : table.columns()) {
            text.append('\n').append(column.number()).append(' ').append(encoded(column.name()));
            text.append(' ').append(column.type()).append(' ').append(column.modifier());
            text.append(' ').append(column.isRequired()).append(' ').append(column.isIdentity());
            text.append(' ').append(encoded(column.computed()));
        }
        return text.toString();
    }

    static String ofName(TableId name) {
        return encoded(name.namespace()) + ' ' + encoded(name.name());
    }

    static TableId parseName(String text) {
        String[] name = words(text, NAME_WORDS);
        return new TableId(decoded(name[0]), decoded(name[1]));
    }

    static SeenTable parse(String text) {
        String[] lines = text.split("\n", -1);
        String[] table = words(lines[0], TABLE_WORDS);
        List<SeenColumn> columns = new ArrayList<>();
        try {
            for (int i = 1; i < lines.length; i++) {
                String[] column = words(lines[i], COLUMN_WORDS);
                columns.add(new SeenColumn(
                        Integer.parseInt(column[0]),
                        decoded(column[1]),
                        Long.parseLong(column[2]),
                        Integer.parseInt(column[3]),
                        Boolean.parseBoolean(column[4]),
                        Boolean.parseBoolean(column[5]),
                        decoded(column[6])));
            }
            return new SeenTable(Long.parseLong(table[0]), new TableId(decoded(table[1]), decoded(table[2])), columns);
        } catch (NumberFormatException e) {
            throw new MillraceException(ErrorCode.LOG_DAMAGED, "a table that the log keeps has no number", e);
        }
    }

    private static String[] words(String line, int count) {
        String[] words = line.split(" ", -1);
        if (words.length != count) {
            throw new MillraceException(
                    ErrorCode.LOG_DAMAGED,
                    "a table that the log keeps cannot be read: words=" + words.length + ", need=" + count);
        }
        return words;
    }

    private static String encoded(String word) {
        return URLEncoder.encode(word, StandardCharsets.UTF_8);
    }

    private static String decoded(String word) {
        return URLDecoder.decode(word, StandardCharsets.UTF_8);
    }
}
