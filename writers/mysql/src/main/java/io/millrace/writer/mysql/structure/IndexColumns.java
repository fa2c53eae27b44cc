package io.millrace.writer.mysql.structure;

import io.millrace.schema.IndexPart;
import io.millrace.writer.StructureItem;
import io.millrace.writer.mysql.connection.Identifiers;
import io.millrace.writer.mysql.connection.NameList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The columns of an index as SQL, each with its prefix and its order, and back. */
public final class IndexColumns {
    private static final Pattern PART = Pattern.compile("`((?:[^`]|``)*)`(?:\\(([0-9]{1,9})\\))?( DESC)?,?");

    private IndexColumns() {}

    public static String text(StructureItem item) {
        return item.parts().isEmpty()
                ? NameList.text(item.columns())
                : item.parts().stream().map(IndexColumns::text).collect(Collectors.joining(","));
    }

    private static String text(IndexPart part) {
        return Identifiers.quote(part.column())
                + (part.prefix() > 0 ? "(" + part.prefix() + ")" : "")
                + (part.isDescending() ? " DESC" : "");
    }

    /** Reads {@link #text}. */
    public static List<IndexPart> parse(String text) {
        return PART.matcher(text).results().map(IndexColumns::part).toList();
    }

    private static IndexPart part(MatchResult found) {
        int prefix = found.group(2) == null ? 0 : Integer.parseInt(found.group(2));
        return new IndexPart(found.group(1).replace("``", "`"), prefix, found.group(3) != null);
    }
}
