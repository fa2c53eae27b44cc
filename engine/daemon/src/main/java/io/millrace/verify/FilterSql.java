package io.millrace.verify;

import io.millrace.verify.SourceTable.SourceColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A filter's condition in the source's own SQL, where that means the same: at PostgreSQL, whose meaning our expressions have, over columns
 * with the widths and the collation that they have in ours; at MySQL as far as whole numbers are compared. It is taken apart into words only,
 * by nothing that the data path uses. Immutable.
 */
final class FilterSql {
    private static final Pattern WORD = Pattern.compile(
            "\\s+|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`(?:[^`]|``)*`"
                    + "|[0-9]+(?:\\.[0-9]*)?(?:[eE][+-]?[0-9]+)?|\\.[0-9]+|[\\p{L}_$][\\p{L}\\p{N}_$]*|<>|!=|<=|>=|\\|\\||[-+*/%=<>(),]");

    /** How a column of such a type stands in an expression of ours; {@code %s} is its name. */
    private static final Map<String, String> POSTGRES = Map.ofEntries(
            Map.entry("bool", "%s"),
            Map.entry("int2", "%s::int8"),
            Map.entry("int4", "%s::int8"),
            Map.entry("int8", "%s"),
            Map.entry("numeric", "%s"),
            Map.entry("float4", "%s::float8"),
            Map.entry("float8", "%s"),
            Map.entry("text", "%s COLLATE \"C\""),
            Map.entry("varchar", "%s::text COLLATE \"C\""),
            Map.entry("bpchar", "pg_catalog.rtrim(%s::text, ' ') COLLATE \"C\""),
            Map.entry("date", "%s"),
            Map.entry("timestamp", "%s"),
            Map.entry("timestamptz", "%s"));

    private static final Set<String> WHOLE = Set.of("tinyint", "smallint", "mediumint", "int", "bigint");
    private static final Set<String> WHOLE_WORDS = Set.of(
            "and", "or", "not", "in", "between", "is", "null", "true", "false", "=", "<>", "!=", "<", ">", "<=", ">=",
            "(", ")", ",", "-");
    /** Letter by letter in ours, at the server by its locale; moments as text in UTC in ours, at the server by the session's zone. */
    private static final Set<String> OF_SESSION = Set.of("upper", "lower", "cast");

    private final List<String> words;
    private final SourceTable table;
    private final Set<String> columns = new TreeSet<>();

    private FilterSql(List<String> words, SourceTable table) {
        this.words = words;
        this.table = table;
        for (int i = 0; i < words.size(); i++) {
            column(i).ifPresent(column -> columns.add(column.name()));
        }
    }

    /** The condition; empty where it has a word that is none. */
    static Optional<FilterSql> of(String where, SourceTable table) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(where);
        int at = 0;
        while (matcher.find() && matcher.start() == at) {
            at = matcher.end();
            if (!matcher.group().isBlank()) {
                words.add(matcher.group());
            }
        }
        return at == where.length() ? Optional.of(new FilterSql(words, table)) : Optional.empty();
    }

    /** The source's columns that it speaks of. */
    Set<String> columns() {
        return columns;
    }

    /** Whether it names a column, which the source may not have. */
    boolean names(String name) {
        return words.stream().map(FilterSql::unquoted).anyMatch(name::equalsIgnoreCase);
    }

    private Optional<SourceColumn> column(int i) {
        String word = words.get(i);
        char first = word.charAt(0);
        if (first != '"' && first != '`' && !Character.isLetter(first) && first != '_') {
            return Optional.empty();
        }
        String next = i + 1 < words.size() ? words.get(i + 1) : "";
        boolean isQuoted = first == '"' || first == '`';
        if (!isQuoted && ((next.equals("(") && !word.equalsIgnoreCase("in")) || next.startsWith("'"))) {
            return Optional.empty(); // a function, or a literal of a date or a time
        }
        String name = unquoted(word);
        Optional<SourceColumn> exact = table.columns().stream()
                .filter(each -> each.name().equals(name))
                .findFirst();
        return exact.isPresent() || isQuoted
                ? exact
                : table.columns().stream()
                        .filter(each -> each.name().equalsIgnoreCase(name))
                        .findFirst();
    }

    private static String unquoted(String word) {
        char first = word.charAt(0);
        return first == '"' || first == '`'
                ? word.substring(1, word.length() - 1).replace("" + first + first, "" + first)
                : word;
    }

    /** Why it may mean something else to this source; empty where it means the same. */
    Optional<String> obstacle(SourceServer server) {
        for (SourceColumn column : table.columns()) {
            boolean isKnown = server == SourceServer.POSTGRES
                    ? POSTGRES.containsKey(column.type())
                    : WHOLE.contains(column.type());
            if (columns.contains(column.name()) && !isKnown) {
                return Optional.of("the source may compare a column otherwise: column=" + column.name() + ", type="
                        + column.type());
            }
        }
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i).toLowerCase(Locale.ROOT);
            if (server == SourceServer.POSTGRES ? OF_SESSION.contains(word) : !isWhole(i, word)) {
                return Optional.of(
                        server == SourceServer.POSTGRES
                                ? "what comes of it depends on the source's session: function=" + word
                                : "the source may understand otherwise what is not a comparison of whole numbers");
            }
        }
        return Optional.empty();
    }

    private boolean isWhole(int i, String word) {
        boolean isSign = word.equals("-")
                && i > 0
                && !words.get(i - 1).matches("[0-9].*|\\)")
                && column(i - 1).isEmpty();
        return column(i).isPresent()
                || word.matches("[0-9]{1,18}")
                || (word.equals("-") ? isSign : WHOLE_WORDS.contains(word));
    }

    /** The condition over a row, which is called as in all our queries. */
    String sql(SourceServer server) {
        StringBuilder condition = new StringBuilder();
        for (int i = 0; i < words.size(); i++) {
            Optional<SourceColumn> column = column(i);
            condition.append(' ');
            if (column.isPresent()) {
                condition.append(
                        server == SourceServer.POSTGRES
                                ? "f." + SqlName.postgres(column.get().name())
                                : Rendering.ALIAS + "."
                                        + SqlName.mysql(column.get().name()));
            } else {
                condition.append(words.get(i));
            }
        }
        if (server == SourceServer.MYSQL) {
            return "(" + condition + ")";
        }
        List<String> shown = new ArrayList<>();
        for (SourceColumn column : table.columns()) {
            if (columns.contains(column.name())) {
                String name = SqlName.postgres(column.name());
                shown.add(POSTGRES.get(column.type()).formatted(Rendering.ALIAS + "." + name) + " AS " + name);
            }
        }
        return "(SELECT" + condition + " FROM (SELECT " + String.join(", ", shown) + ") f)";
    }
}
