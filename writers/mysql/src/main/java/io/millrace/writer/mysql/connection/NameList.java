package io.millrace.writer.mysql.connection;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Names of columns as one text, quoted as in SQL, and back. */
public final class NameList {
    private NameList() {}

    public static String text(List<String> names) {
        return names.stream().map(Identifiers::quote).collect(Collectors.joining(","));
    }

    /** Reads {@link #text}. */
    public static List<String> parse(String text) {
        List<String> names = new ArrayList<>();
        StringBuilder name = new StringBuilder();
        boolean isInside = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '`') {
                if (isInside) {
                    name.append(c);
                }
            } else if (isInside && i + 1 < text.length() && text.charAt(i + 1) == '`') {
                name.append('`');
                i++;
            } else if (isInside) {
                names.add(name.toString());
                name.setLength(0);
                isInside = false;
            } else {
                isInside = true;
            }
        }
        return names;
    }
}
