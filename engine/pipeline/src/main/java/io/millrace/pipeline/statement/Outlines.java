package io.millrace.pipeline.statement;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.TableId;
import io.millrace.writer.TableOutline;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Outlines of target tables as text: a column a line, {@code schema table column type}, each word encoded as in a URL. */
public final class Outlines {
    private static final int WORDS = 4;

    private Outlines() {}

    public static String text(Map<TableId, TableOutline> outlines) {
        StringBuilder text = new StringBuilder();
        outlines.forEach((table, outline) -> outline.columns()
                .forEach((column, type) -> text.append(String.join(
                                " ", encoded(table.namespace()), encoded(table.name()), encoded(column), encoded(type)))
                        .append('\n')));
        return text.toString();
    }

    public static Map<TableId, TableOutline> parse(String text) {
        Map<TableId, Map<String, String>> columns = new HashMap<>();
        text.lines().forEach(line -> {
            String[] words = line.split(" ", -1);
            if (words.length != WORDS) {
                throw new MillraceException(ErrorCode.INVARIANT, "an outline is none: words=" + words.length);
            }
            columns.computeIfAbsent(new TableId(decoded(words[0]), decoded(words[1])), name -> new HashMap<>())
                    .put(decoded(words[2]), decoded(words[3]));
        });
        Map<TableId, TableOutline> outlines = new HashMap<>();
        columns.forEach((table, of) -> outlines.put(table, new TableOutline(of)));
        return outlines;
    }

    private static String encoded(String word) {
        return URLEncoder.encode(word, StandardCharsets.UTF_8);
    }

    private static String decoded(String word) {
        return URLDecoder.decode(word, StandardCharsets.UTF_8);
    }
}
