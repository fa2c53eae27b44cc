package io.millrace.reader.mysql.catalog;

import io.millrace.schema.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names by which gh-ost and pt-online-schema-change call their working tables: a copy of a table that is altered and filled,
 * and takes the table's name in the end. Their rows are the table's own, so they are never replicated by themselves.
 *
 * <pre>
 *  gh-ost  _orders_gho (the copy), _orders_ghc (its own notes), _orders_del, _orders_20240102030405_del (what was)
 *  pt-osc  _orders_new (the copy; more underscores where that is taken), _orders_old (what was)
 * </pre>
 */
public final class OnlineSchemaChange {
    private static final Pattern NAME = Pattern.compile("_(.+?)(?:_\\d{14})?_(gho|ghc|del|new|old)", Pattern.DOTALL);

    private OnlineSchemaChange() {}

    /** The tables of which one may be a working table by its name: one more for each underscore that it begins with. */
    public static List<TableId> bases(TableId table) {
        Matcher matcher = NAME.matcher(table.name());
        if (!matcher.matches()) {
            return List.of();
        }
        List<TableId> bases = new ArrayList<>();
        String base = matcher.group(1);
        bases.add(new TableId(table.namespace(), base));
        while (base.startsWith("_") && base.length() > 1) {
            base = base.substring(1);
            bases.add(new TableId(table.namespace(), base));
        }
        return bases;
    }

    /**
     * Whether a table is a working table of another.
     *
     * @param exists tells which tables there are that are replicated
     */
    public static boolean isGhost(TableId table, Predicate<TableId> exists) {
        return bases(table).stream().anyMatch(exists);
    }
}
