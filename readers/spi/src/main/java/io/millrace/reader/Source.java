package io.millrace.reader;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.MillraceException;
import io.millrace.position.SourcePosition;
import io.millrace.schema.TableId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One server that is read. Methods connect when they need to, and throw {@link io.millrace.error.MillraceException} with a
 * code of the 2000s. Methods may be called from any thread, one at a time; what they hand out is confined as it says.
 */
public interface Source extends AutoCloseable {
    /** Product and version, as in {@code MySQL 8.0.31}. */
    String version();

    /** What names this very server over restarts and renames: a log that was filled from another one is foreign. */
    String identity();

    /** All tables that the selection takes, in the order of their names, from the catalog as it is now. */
    List<TableDetails> tables(TableSelection selection);

    /** Preflight: everything about the server and these tables that a task would stumble over. Changes nothing. */
    List<Finding> check(List<TableDetails> tables, ChangeRequest request);

    /**
     * Makes at the source what a task that follows changes needs there before its first position is taken. Called for such a
     * task each time it begins without a position; may be called again.
     */
    default void prepare(ChangeRequest request) {
        // Nothing is needed.
    }

    /**
     * As {@link #prepare}, for a stream that begins before this call: refused where the server would send less of the past than of
     * what is yet to come.
     */
    default void prepareForPast(ChangeRequest request) {
        prepare(request);
    }

    /**
     * Lets a task that has a position follow these tables and no others: from here on the stream carries the changes of those that are
     * new to it, and every transaction of which it lacks some is visible to any snapshot opened behind this call (EXACTNESS 34).
     * Where that follows from positions there is nothing to do. Called at each later start.
     *
     * @param request with all tables of the task
     * @param tables of which nothing was loaded yet
     */
    default void admit(ChangeRequest request, Set<TableId> tables) {
        // The stream carries every table.
    }

    /** Whether the stream has the statement that makes a table: else only the catalog tells of it. */
    default boolean tellsOfNewTables() {
        return true;
    }

    /**
     * Tables that the stream of a task with a position carries already, by the names that the catalog has for them now. Of a source that {@link
     * #tellsOfNewTables} nobody asks.
     */
    default Set<TableId> carried(ChangeRequest request) {
        return Set.of();
    }

    /** Whether the stream has every statement that changes what a table's rows are. */
    default boolean tellsOfStatements(ChangeRequest request) {
        return true;
    }

    /** What a task made at the source, as it stands there now. */
    default List<SourceRemnant> remnants(ChangeRequest request) {
        return List.of();
    }

    /** Removes one of {@link #remnants}. */
    default void remove(SourceRemnant remnant) {
        throw new IllegalArgumentException("nothing of the kind is made here: kind=" + remnant.kind());
    }

    /**
     * A place such that every transaction before it is visible to any snapshot opened from now on, and none after it has been
     * missed by a stream that starts there: where a task with a full load starts to stream (EXACTNESS 33).
     */
    SourcePosition loadPosition();

    /** A place that holds everything committed before this call: the goal of {@code --until caught-up}. */
    SourcePosition committedPosition();

    /** A place that holds everything committed before {@link #prepare}, and from which all else is sent: {@code start: now}. */
    default SourcePosition nowPosition() {
        return committedPosition();
    }

    /** The oldest place from which the server can still send: {@code start: earliest}. */
    SourcePosition earliestPosition();

    /**
     * The place before the first transaction, in the order of the source's log, that was committed at that time or later:
     * {@code start: time:…}.
     */
    default SourcePosition positionAt(Instant time) {
        throw new MillraceException(
                ErrorCode.NOT_SUPPORTED_YET, "this source has no start by time: start=time:" + time);
    }

    /**
     * Whether this server holds the history up to a position that may have been read at another one, so that reading can go on
     * here: a replica of that one, or one that it was copied to. Where that cannot be told it does not.
     */
    default boolean holds(SourcePosition position) {
        return false;
    }

    /**
     * Whether a position has what this server's history certainly lacks: it was read at another one, which this one has nothing of. What cannot
     * be told is not so.
     */
    default boolean isOfAnother(SourcePosition position) {
        return false;
    }

    /** A reader of changes, not yet connected. */
    ChangeReader changes(ChangeRequest request);

    /** A reader of chunks, over a connection of its own. */
    ChunkReader chunks();

    /** By table the names of columns whose value an update's new row may lack; tables without such are not in it. */
    default Map<TableId, Set<String>> unsent(List<TableDetails> tables) {
        return Map.of();
    }

    /**
     * Likewise the names of columns that the source computes, and of which rows of the stream may lack a value that is new: such a column can be
     * loaded, and not followed.
     */
    default Map<TableId, Set<String>> unfollowed(List<TableDetails> tables) {
        return Map.of();
    }

    /**
     * Which years to seconds the values of a column of dates or times are of, without infinite ones and those outside the years 1 to 9999;
     * empty where there are none, or nobody can tell. Reads the whole table where no index begins with the column.
     */
    default Optional<MomentSpan> span(TableId table, String column) {
        return Optional.empty();
    }

    /** Likewise the names of columns that the row of a delete may lack. */
    default Map<TableId, Set<String>> unsentByDeletes(List<TableDetails> tables) {
        return Map.of();
    }

    /**
     * Ends what {@link #prepare}, {@link #admit} and the positions wait for at the server, now and from now on: they throw then. From any
     * thread, while another method runs.
     */
    default void endWaits() {
        // None waits longer than a question takes.
    }

    @Override
    void close();
}
