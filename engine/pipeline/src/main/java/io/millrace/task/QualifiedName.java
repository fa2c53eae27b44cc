package io.millrace.task;

import io.millrace.schema.TableId;
import java.util.ArrayList;
import java.util.List;

/** A table's full name as a user writes it: {@code schema.table}, odd names in backquotes. Pure. */
public final class QualifiedName {
    private QualifiedName() {}

    /**
     * Reads a name.
     *
     * @throws IllegalArgumentException where it has another form
     */
    public static TableId parse(String text) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '`') {
                i = TablePattern.quoted(text, i, part::append);
                continue;
            }
            if (c == '.') {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c);
            }
            i++;
        }
        parts.add(part.toString());
        if (parts.size() != 2 || parts.stream().anyMatch(String::isEmpty)) {
            throw new IllegalArgumentException(
                    "not a table's name: expected=schema.table, names with dots in backquotes");
        }
        return new TableId(parts.get(0), parts.get(1));
    }
}
