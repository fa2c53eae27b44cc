package io.millrace.pipeline.statement;

import io.millrace.ddl.DdlEvent;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.TableId;
import io.millrace.task.DdlPolicy;
import io.millrace.task.DdlSpec;
import io.millrace.task.TaskSpec;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of the source's statements where a target has no tables: each is told at its place, and rows have the source's columns, before it and
 * behind it; or the task ends before it. Nothing is carried out there, so nothing can be left out either. Immutable.
 */
public final class ToldStatements {
    private static final Logger LOG = LoggerFactory.getLogger(ToldStatements.class);

    private final TaskSpec task;
    private final Set<String> skipped;

    /**
     * Of a task.
     *
     * @param skipped where statements stand that a person asks to pass
     */
    public ToldStatements(TaskSpec task, Set<String> skipped) {
        this.task = task;
        this.skipped = skipped;
    }

    /**
     * Refuses what such a target cannot obey.
     *
     * @throws MillraceException with NOT_SUPPORTED_YET, and which key
     */
    public static void requireFitting(TaskSpec task) {
        if (task.ddl().isLenient()) {
            throw new MillraceException(
                    ErrorCode.NOT_SUPPORTED_YET,
                    "a target of this type has no tables that a statement could destroy: key=ddl_mode");
        }
        requireTold("ddl.", task.ddl());
        task.tables().rules().forEach(rule -> rule.ddl().ifPresent(ddl -> requireTold("tables[].ddl.", ddl)));
    }

    private static void requireTold(String key, DdlSpec ddl) {
        ddl.said().forEach((kind, policy) -> {
            if (policy == DdlPolicy.IGNORE || policy == DdlPolicy.ALERT) {
                throw new MillraceException(
                        ErrorCode.NOT_SUPPORTED_YET,
                        "a target of this type is told of every statement, and its rows have the source's columns: key="
                                + key
                                + kind.name().toLowerCase(Locale.ROOT) + ", value=" + policy.text()
                                + ", expected=normal or error");
            }
        });
    }

    /**
     * Ends the task before a statement where its policy says so.
     *
     * @throws MillraceException with DDL_ON_SELECTED_TABLE
     */
    public void require(DdlEvent event) {
        Optional<String> refused = event.effects().stream()
                .map(effect -> effect.table())
                .filter(task.tables()::isSelected)
                .flatMap(table -> refused(table, event))
                .findFirst();
        if (refused.isEmpty()) {
            return;
        }
        String place = StatementPlace.of(event);
        if (skipped.contains(place)) {
            LOG.warn("statement passed: task={}, {}", task.name(), event.describe());
            return;
        }
        throw new MillraceException(
                ErrorCode.DDL_ON_SELECTED_TABLE,
                "statement changes a selected table: " + event.describe() + ", " + refused.get() + ", skip=" + place);
    }

    private Stream<String> refused(TableId table, DdlEvent event) {
        return event.kinds().stream()
                .filter(kind -> task.ddl(table).said().get(kind) == DdlPolicy.ERROR)
                .map(kind ->
                        "table=" + table + ", policy=error, kind=" + kind.name().toLowerCase(Locale.ROOT));
    }
}
