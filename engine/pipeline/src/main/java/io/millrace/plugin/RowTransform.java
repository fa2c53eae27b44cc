package io.millrace.plugin;

import io.millrace.schema.TableSchema;
import java.util.List;
import java.util.Map;

/**
 * A step of {@code transforms} that is user code. Found by ServiceLoader, so it has a public constructor without parameters. One instance is asked by
 * all threads; what edits rows is opened for each.
 */
public interface RowTransform {
    /** By which a step names it. */
    String name();

    /**
     * The columns that it writes of a table: those of the table but the key's, or new ones. Asked before any row moves, and at each start.
     *
     * Asked also before a statement of the source is carried out, of the table as that would leave it: a column that comes with a value, or has
     * another name, must not be one of these. What an editor makes of others by looking at one that came holds for rows that come from there on.
     *
     * @param table as it is before this step
     * @param options of the step
     * @throws IllegalArgumentException where it cannot do with table or options; its message is shown, and must hold no value
     */
    List<OutputColumn> columns(TableSchema table, Map<String, String> options);

    /** What edits the table's rows, for one thread and for as long as that one runs. */
    RowEditor open(TableSchema table, Map<String, String> options);
}
