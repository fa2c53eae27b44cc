package io.millrace.writer;

import io.millrace.error.Finding;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One server that is written to. Methods connect when they need to and throw {@link io.millrace.error.MillraceException} with
 * a code of the 3000s. They may be called from any thread, one at a time; what they hand out is confined as it says.
 */
public interface Target extends AutoCloseable {
    /** Product and version, as in {@code PostgreSQL 18.6}. */
    String version();

    /**
     * What the table would be if this program made it: names, types, key. Needs no connection.
     *
     * @throws io.millrace.error.MillraceException with TABLE_REFUSED where the target can have no such table
     */
    TargetTable plan(TableSchema source, WantedTable wanted);

    /** The same with the source's columns as they are. */
    default TargetTable plan(TableSchema source, TableId name) {
        return plan(source, WantedTable.of(name));
    }

    /**
     * How planned tables stand at the target now, by name, with every difference at once: by so many questions for all of them, not
     * for each.
     *
     * @param tables of different names
     */
    Map<TableId, TargetState> inspect(List<TargetTable> tables);

    /** The same of one. */
    default TargetState inspect(TargetTable table) {
        return inspect(List.of(table)).get(table.name());
    }

    /**
     * What of a wanted structure this target can make.
     *
     * @param wanted of all tables of the task: a foreign key is judged with its parent
     * @param existing tables that are there, and get nothing
     * @param findings takes what is left out, and why
     * @return in the order of {@code wanted}
     */
    List<TableStructure> adapt(List<TableStructure> wanted, Set<TableId> existing, List<Finding> findings);

    /** The statements that {@link #create} would run for a table and its schema; needs no connection. */
    List<String> statements(TableStructure structure);

    /** The same for a table without more than its columns and key. */
    default List<String> statements(TargetTable table) {
        return statements(TableStructure.plain(table));
    }

    /** The statement that {@link #make} would run; needs no connection. */
    String statement(StructureItem item);

    /**
     * Makes the table with its schema where that is missing, its defaults, comments and early items, and notes the other items
     * as {@link #pending}: all in one transaction. Not called for a table that exists.
     */
    void create(TableStructure structure);

    /** The same for a table without more than its columns and key. */
    default void create(TargetTable table) {
        create(TableStructure.plain(table));
    }

    /** Items of tables that the task made which are neither made yet nor given up, in the order in which they are made. */
    List<StructureItem> pending();

    /**
     * Makes an item and notes that, in one transaction. Once the server has refused it for good, because of rows or of a privilege,
     * that is noted instead, and it is not tried again.
     *
     * @return why it was refused; empty where it was made
     */
    Optional<String> make(StructureItem item);

    /**
     * Lets the types of a table that is there hold what the source's may hold by now: labels that came to it without a statement on the
     * table. Without effect where nothing is missing.
     */
    default void widen(TargetTable table) {
        // Its types know nothing of the source's.
    }

    /** Where the last interval of a table ends that is divided by ranges, in UTC; empty where it has none, or is no such table. */
    Optional<LocalDateTime> partitionedUntil(TableId table);

    /**
     * Gives a table that is divided by ranges further intervals, which begin where its last one ends or later; rows that are there
     * and belong into them come into them. Each interval in one step, so that a killed one has happened or has not. Waits for locks no longer
     * than a few seconds, and fails then with a code that is tried again.
     */
    void addPartitions(TableId table, Partitioning further);

    /**
     * Lets what counts numbers for columns that the task writes go on behind the numbers that were replicated, so that whoever takes the
     * tables over can insert. Without effect where the server counts along by itself.
     *
     * @param findings takes what stands behind all the same, and why
     * @return how many had to be moved
     */
    default int passIdentities(List<TargetTable> tables, List<Finding> findings) {
        return 0;
    }

    /**
     * Removes tables with their rows, those that are there, whatever foreign keys there are between them. Only ever called for such as this
     * program made.
     *
     * @throws io.millrace.error.MillraceException with TARGET_FAILED where foreign keys of other tables refer to them
     */
    void drop(Collection<TableId> tables);

    /** A table's columns as they are now; empty where there is no such table. */
    Optional<TableOutline> outline(TableId table);

    /**
     * The statements that {@link #change} would run; needs no connection.
     *
     * @throws io.millrace.error.MillraceException with DDL_ON_SELECTED_TABLE, naming the clause that this target has no words for
     */
    List<String> changing(List<TargetChange> changes);

    /**
     * Why tables cannot be changed so, asked before a statement is begun: the target computes a column by itself of one that would go, or that it
     * cannot change then. Empty where nothing is known against it.
     */
    Optional<String> obstacle(List<TargetChange> changes);

    /** Changes tables: all of it or nothing, as far as the server can; else in an order whose parts {@link #outline} tells apart. */
    void change(List<TargetChange> changes);

    /**
     * Preflight for these tables, beyond what {@link #inspect} has found: the server, its settings, what we may make there, types that
     * the task gives. Changes nothing.
     *
     * @param states what {@link #inspect} said of them
     */
    List<Finding> check(List<TargetTable> tables, Map<TableId, TargetState> states);

    /** Everything about these tables. */
    default List<Finding> check(List<TargetTable> tables) {
        Map<TableId, TargetState> states = inspect(tables);
        List<Finding> findings = new ArrayList<>();
        tables.forEach(table -> findings.addAll(states.get(table.name()).findings()));
        findings.addAll(check(tables, states));
        return List.copyOf(findings);
    }

    /** Checkpoints and ledger of the task. */
    ControlStore control();

    /** A connection for one lane, made on first use. */
    LaneWriter laneWriter(int lane);

    /**
     * The same for a lane that runs actions of foreign keys itself, as far as the target does not: see {@link #foreignKeys}.
     *
     * @param actions foreign keys whose actions the source does not tell
     * @param told foreign keys whose actions the source tells: the target must run none that the source did not
     */
    default LaneWriter laneWriter(int lane, List<StructureItem> actions, List<StructureItem> told) {
        if (!actions.isEmpty() || !told.isEmpty()) {
            throw new UnsupportedOperationException("the target runs no actions of foreign keys");
        }
        return laneWriter(lane);
    }

    /** By table the foreign keys that the target enforces on us, or will once the task has made them; tables without are not in it. */
    default Map<TableId, List<StructureItem>> foreignKeys(Set<TableId> tables) {
        return Map.of();
    }

    /** The same of one table. */
    default List<StructureItem> foreignKeys(TableId table) {
        return foreignKeys(Set.of(table)).getOrDefault(table, List.of());
    }

    /** Tables that are none of these and whose foreign keys refer to one of them: they hold its rows, or would lose rows of their own. */
    Set<TableId> referring(Collection<TableId> tables);

    /** About how many rows a table that is there has, as the server's own statistics say; -1 where they do not. */
    long estimatedRows(TableId table);

    /** Whether the server compares keys of the table, as it is there, as {@link io.millrace.row.KeyOrder} does: a range is the same here and there. */
    boolean isOrdered(TargetTable table);

    /** The statements by which {@link ControlStore#empty} removes the rows of tables. */
    List<String> emptying(Collection<TableId> tables);

    /** A connection for bulk loads, made on first use. */
    ChunkWriter chunkWriter();

    @Override
    void close();
}
