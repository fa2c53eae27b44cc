package io.millrace.task;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.schema.Column;
import io.millrace.schema.TableId;
import io.millrace.schema.TableSchema;
import io.millrace.writer.TypeOptions;
import io.millrace.writer.WantedTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
        Transforms transforms,
        TypeOptions types,
        ForeignKeyActions keyActions,
        DmlSpec dml,
        Conflicts conflicts,
        DdlSpec ddl,
        DirtyLimit dirtyLimit,
        DeliverySpec delivery,
        ResourceSpec resources,
        RestartSpec restart,
        List<AlertSpec> alerts) {
    /** Derived server ids stand above all that people choose by hand. */
    private static final long FIRST_DERIVED_SERVER_ID = 1L << 31;

    public TaskSpec {
        Objects.requireNonNull(description, "description");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(mapping, "mapping");
        Objects.requireNonNull(transforms, "transforms");
        Objects.requireNonNull(types, "types");
        Objects.requireNonNull(keyActions, "keyActions");
        Objects.requireNonNull(dml, "dml");
        Objects.requireNonNull(conflicts, "conflicts");
        Objects.requireNonNull(ddl, "ddl");
        Objects.requireNonNull(dirtyLimit, "dirtyLimit");
        Objects.requireNonNull(delivery, "delivery");
        Objects.requireNonNull(resources, "resources");
        Objects.requireNonNull(restart, "restart");
        alerts = List.copyOf(alerts);
        require(TaskName.isValid(name), "not a task name: expected=1 to 128 letters, digits, _ and .");
        require(!steps.isEmpty(), "a task has at least one step: key=steps");
        require(!tables.rules().isEmpty(), "a task has at least one table rule: key=tables");
        steps = Collections.unmodifiableSet(EnumSet.copyOf(steps));
        require(
                start.isPresent() == isStartNeeded(steps),
                start.isPresent()
                        ? "start contradicts steps, whose full load fixes the position: key=start"
                        : "incremental without full needs a start: key=start");
        require(
                target.existingRows() == ExistingRows.ERROR || steps.contains(Step.FULL),
                "existing_rows contradicts steps, which have no full load: key=target.existing_rows");
    }

    public static boolean isStartNeeded(Set<Step> steps) {
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
                transforms,
                types,
                keyActions,
                dml,
                conflicts,
                ddl,
                dirtyLimit,
                delivery,
                resources,
                restart,
                alerts);
    }

    /** What becomes of a table's row changes: what its rule says, and else the task. */
    public DmlSpec dmlOf(TableId table) {
        return tables.dml(table).over(dml);
    }

    /** Whether some row changes are not applied as the source made them. */
    public boolean hasRowPolicies() {
        return conflicts != Conflicts.REPAIR
                || dml.isSpecial()
                || tables.rules().stream().anyMatch(rule -> rule.dml().isSpecial());
    }

    /** The target's name of a source table. */
    public TableId targetOf(TableId table) {
        return mapped(table).target();
    }

    /** The target's name of a source table, and how it came by it. */
    public MappedName mapped(TableId table) {
        return tables.target(table)
                .map(name -> new MappedName(table, name, true, List.of()))
                .orElseGet(() -> mapping.target(table, source.datasource(), target.datasource()));
    }

    /** The target's name of a source table's column. */
    public String columnOf(TableId table, String column) {
        String given = tables.columns(table).rename().get(column);
        return given == null ? mapping.cased(column) : given;
    }

    /** Whether a source table's column is not written. */
    public boolean isDropped(TableId table, String column) {
        return tables.columns(table).drop().contains(column);
    }

    /** The type that the task gives to a source table's column; empty where the target chooses. */
    public Optional<String> typeOf(TableId table, Column column) {
        String given = tables.columns(table).types().get(column.name());
        return given != null
                ? Optional.of(given)
                : mapping.typeRules().stream()
                        .filter(rule -> rule.matches(column.sourceType()))
                        .map(TypeRule::to)
                        .findFirst();
    }

    /** What a source table shall be at the target. */
    public WantedTable wanted(TableSchema table) {
        Map<String, String> names = new HashMap<>();
        Map<String, String> types = new HashMap<>();
        for (Column column : table.columns()) {
            String name = columnOf(table.table(), column.name());
            if (!name.equals(column.name())) {
                names.put(column.name(), name);
            }
            typeOf(table.table(), column).ifPresent(type -> types.put(column.name(), type));
        }
        return new WantedTable(
                targetOf(table.table()), names, tables.columns(table.table()).drop(), types);
    }

    /** The renaming rules that change the name of none of these tables: most likely misspelt. */
    public List<String> unusedRenamings(Collection<TableId> selected) {
        List<String> unused = new ArrayList<>(mapping.rules());
        for (TableId table : selected) {
            mapped(table).changes().stream()
                    .filter(change -> !change.before().equals(change.after()))
                    .forEach(change -> unused.remove(change.rule()));
        }
        return unused;
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
        private Transforms transforms = Transforms.NONE;
        private TypeOptions types = TypeOptions.DEFAULT;
        private ForeignKeyActions keyActions = ForeignKeyActions.TARGET;
        private DmlSpec dml = DmlSpec.UNSAID;
        private Conflicts conflicts = Conflicts.REPAIR;
        private DdlSpec ddl = DdlSpec.defaults();
        private DirtyLimit dirtyLimit = DirtyLimit.none();
        private DeliverySpec delivery = DeliverySpec.DEFAULT;
        private ResourceSpec resources = ResourceSpec.defaults();
        private RestartSpec restart = RestartSpec.DEFAULT;
        private List<AlertSpec> alerts = List.of();

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

        public Builder transforms(Transforms rows) {
            transforms = rows;
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

        public Builder dml(DmlSpec policies) {
            dml = policies;
            return this;
        }

        public Builder conflicts(Conflicts policy) {
            conflicts = policy;
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

        /** Watched by the command line; an embedder reads the numbers themselves. */
        public Builder alerts(List<AlertSpec> specs) {
            alerts = List.copyOf(specs);
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
                    transforms,
                    types,
                    keyActions,
                    dml,
                    conflicts,
                    ddl,
                    dirtyLimit,
                    delivery,
                    resources,
                    restart,
                    alerts);
        }
    }
}
