package io.millrace.task;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.TableId;
import io.millrace.writer.TypeOptions;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * All that a user says about a task. Immutable; {@link #builder} for embedders, a task file for everyone else.
 *
 * @param name names the task to people, servers and checkpoints
 * @param description for people; may be empty
 * @param steps in the order of {@link Step}
 * @param start given where, and only where, nothing is loaded but changes are followed
 */
public record TaskSpec(
        String name,
        String description,
        SourceSpec source,
        TargetSpec target,
        Set<Step> steps,
        Optional<StartPosition> start,
        TableRules tables,
        Mapping mapping,
        TypeOptions types,
        ForeignKeyActions keyActions,
        DdlSpec ddl,
        DirtyLimit dirtyLimit,
        DeliverySpec delivery,
        ResourceSpec resources,
        RestartSpec restart) {
    /** Derived server ids stand above all that people choose by hand. */
    private static final long FIRST_DERIVED_SERVER_ID = 1L << 31;

    public TaskSpec {
        Objects.requireNonNull(description, "description");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(mapping, "mapping");
        Objects.requireNonNull(types, "types");
        Objects.requireNonNull(keyActions, "keyActions");
        Objects.requireNonNull(ddl, "ddl");
        Objects.requireNonNull(dirtyLimit, "dirtyLimit");
        Objects.requireNonNull(delivery, "delivery");
        Objects.requireNonNull(resources, "resources");
        Objects.requireNonNull(restart, "restart");
        require(TaskName.isValid(name), "not a task name: expected=1 to 128 letters, digits, _ and .");
        require(!steps.isEmpty(), "a task has at least one step: key=steps");
        require(!tables.rules().isEmpty(), "a task has at least one table rule: key=tables");
        steps = Collections.unmodifiableSet(EnumSet.copyOf(steps));
        require(
                start.isPresent() == isStartNeeded(steps),
                start.isPresent()
                        ? "start contradicts steps, whose full load fixes the position: key=start"
                        : "incremental without full needs a start: key=start");
    }

    static boolean isStartNeeded(Set<Step> steps) {
        return steps.contains(Step.INCREMENTAL) && !steps.contains(Step.FULL);
    }

    private static void require(boolean isSo, String problem) {
        if (!isSo) {
            throw new MillraceException(ErrorCode.INVALID_VALUE, problem);
        }
    }

    public static Builder builder(String name) {
        return new Builder(name);
    }

    public boolean has(Step step) {
        return steps.contains(step);
    }

    /** Under which the reader registers at the source: the given one, or one derived from the task's name, stable and above 2^31. */
    public long serverId() {
        return source.serverId().orElseGet(() -> {
            CRC32 crc = new CRC32();
            crc.update(name.getBytes(StandardCharsets.UTF_8));
            return FIRST_DERIVED_SERVER_ID | (crc.getValue() & (FIRST_DERIVED_SERVER_ID - 1));
        });
    }

    /**
     * The same task with another start.
     *
     * @throws MillraceException with INVALID_VALUE where its full load fixes the position
     */
    public TaskSpec startingAt(StartPosition position) {
        return new TaskSpec(
                name,
                description,
                source,
                target,
                steps,
                Optional.of(position),
                tables,
                mapping,
                types,
                keyActions,
                ddl,
                dirtyLimit,
                delivery,
                resources,
                restart);
    }

    /** The target's name of a source table. */
    public TableId targetOf(TableId table) {
        return mapping.target(table, source.datasource(), target.datasource());
    }

    /** What becomes of statements on a table of the source. */
    public DdlSpec ddl(TableId table) {
        return tables.ddl(table).map(ddl::with).orElse(ddl);
    }

    /** Gathers a task; what is not said has the default of the reference. Confined to one thread. */
    public static final class Builder {
        private final String name;
        private String description = "";
        private SourceSpec source;
        private TargetSpec target;
        private Set<Step> steps = EnumSet.allOf(Step.class);
        private Optional<StartPosition> start = Optional.empty();
        private TableRules tables = new TableRules(List.of());
        private Mapping mapping = Mapping.DEFAULT;
        private TypeOptions types = TypeOptions.DEFAULT;
        private ForeignKeyActions keyActions = ForeignKeyActions.TARGET;
        private DdlSpec ddl = DdlSpec.defaults();
        private DirtyLimit dirtyLimit = DirtyLimit.none();
        private DeliverySpec delivery = DeliverySpec.DEFAULT;
        private ResourceSpec resources = ResourceSpec.defaults();
        private RestartSpec restart = RestartSpec.DEFAULT;

        private Builder(String name) {
            this.name = name;
        }

        public Builder description(String text) {
            description = text;
            return this;
        }

        public Builder source(String datasource) {
            return source(SourceSpec.of(datasource));
        }

        public Builder source(SourceSpec spec) {
            source = spec;
            return this;
        }

        public Builder target(String datasource) {
            return target(TargetSpec.of(datasource));
        }

        public Builder target(TargetSpec spec) {
            target = spec;
            return this;
        }

        public Builder steps(Step first, Step... others) {
            steps = EnumSet.of(first, others);
            return this;
        }

        public Builder start(StartPosition position) {
            start = Optional.of(position);
            return this;
        }

        /** Patterns with wildcards. */
        public Builder tables(String... patterns) {
            return tables(TableRules.of(patterns));
        }

        public Builder tables(TableRules rules) {
            tables = rules;
            return this;
        }

        public Builder mapping(Mapping names) {
            mapping = names;
            return this;
        }

        public Builder types(TypeOptions options) {
            types = options;
            return this;
        }

        public Builder foreignKeyActions(ForeignKeyActions who) {
            keyActions = who;
            return this;
        }

        public Builder ddl(DdlSpec policies) {
            ddl = policies;
            return this;
        }

        public Builder dirtyLimit(DirtyLimit limit) {
            dirtyLimit = limit;
            return this;
        }

        public Builder delivery(DeliverySpec spec) {
            delivery = spec;
            return this;
        }

        public Builder resources(ResourceSpec spec) {
            resources = spec;
            return this;
        }

        public Builder restart(RestartSpec spec) {
            restart = spec;
            return this;
        }

        /**
         * The task.
         *
         * @throws MillraceException with INVALID_VALUE where parts contradict each other or one is missing
         */
        public TaskSpec build() {
            return new TaskSpec(
                    name,
                    description,
                    source,
                    target,
                    steps,
                    start,
                    tables,
                    mapping,
                    types,
                    keyActions,
                    ddl,
                    dirtyLimit,
                    delivery,
                    resources,
                    restart);
        }
    }
}
