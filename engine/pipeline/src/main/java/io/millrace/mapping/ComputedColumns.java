package io.millrace.mapping;

import io.millrace.reader.TableDetails;
import io.millrace.schema.Column;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Of which columns the source computes others: those whose name its expression has anywhere. That takes a word of a literal for a column, too, which
 * refuses more than must be, and never less. Stateless.
 */
public final class ComputedColumns {
    private ComputedColumns() {}

    /** The columns that a column is computed of, at last; itself is none of them. */
    public static Set<String> bases(TableDetails table, String column) {
        Set<String> found = new TreeSet<>();
        Deque<String> due = new ArrayDeque<>(Set.of(column));
        while (!due.isEmpty()) {
            String expression = table.computed().getOrDefault(due.remove(), "");
            for (Column other : table.schema().columns()) {
                if (!other.name().equals(column) && hasName(expression, other.name()) && found.add(other.name())) {
                    due.add(other.name());
                }
            }
        }
        return found;
    }

    /** Whether a text has a name, in quotes of any kind or without, and not within a longer word. */
    public static boolean hasName(String expression, String name) {
        String text = expression.toLowerCase(Locale.ROOT);
        for (String form : List.of(name, name.replace("`", "``"), name.replace("\"", "\"\""))) {
            String word = form.toLowerCase(Locale.ROOT);
            for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
                if (!isOfWord(text, at - 1) && !isOfWord(text, at + word.length())) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isOfWord(String text, int at) {
        return at >= 0
                && at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_' || text.charAt(at) == '$');
    }
}
