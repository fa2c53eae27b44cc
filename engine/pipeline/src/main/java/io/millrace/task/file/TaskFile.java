package io.millrace.task.file;

import io.millrace.plugin.RowTransform;
import io.millrace.task.AlertSpec;
import io.millrace.task.Conflicts;
import io.millrace.task.Consistency;
import io.millrace.task.DdlSpec;
import io.millrace.task.DeliverySpec;
import io.millrace.task.DirtyLimit;
import io.millrace.task.DmlSpec;
import io.millrace.task.ExistingRows;
import io.millrace.task.ForeignKeyActions;
import io.millrace.task.Mapping;
import io.millrace.task.ResourceSpec;
import io.millrace.task.RestartSpec;
import io.millrace.task.SourceSpec;
import io.millrace.task.StartPosition;
import io.millrace.task.Step;
import io.millrace.task.TableRules;
import io.millrace.task.TargetSpec;
import io.millrace.task.TaskName;
import io.millrace.task.TaskSpec;
import io.millrace.task.Transforms;
import io.millrace.task.key.TaskKeys;
import io.millrace.task.yaml.Findings;
import io.millrace.task.yaml.Parsed;
import io.millrace.task.yaml.SecretReader;
import io.millrace.task.yaml.SecretResolver;
import io.millrace.task.yaml.Section;
import io.millrace.task.yaml.Units;
import io.millrace.task.yaml.YamlNode;
import io.millrace.task.yaml.YamlReader;
import io.millrace.writer.TypeOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.ToLongFunction;

/** Reads a task from YAML: {@link TaskKeys} lists its keys. Reads no file itself. */
public final class TaskFile {
    private static final long MOST_SERVER_ID = (1L << 32) - 1;
    private static final Duration LEAST_HEARTBEAT = Duration.ofMillis(100);
    private static final long LEAST_MEMORY = 16L << 20;
    private static final long LEAST_LOG_DISK = 64L << 20;
    private static final int MOST_BATCH_ROWS = 1_000_000;
    private static final int MOST_CONCURRENCY = 64;
    private static final int MOST_RESTARTS = 1_000;

    private static final SecretResolver NO_SECRETS = new SecretResolver() {
        @Override
        public Optional<String> environment(String name) {
            return Optional.empty();
        }

        @Override
        public Optional<String> file(Path path) {
            return Optional.empty();
        }
    };

    private final Findings findings;
    private final Section top;
    private final SecretReader secrets;
    private final Map<String, RowTransform> plugins;

    private TaskFile(Section top, SecretReader secrets, Map<String, RowTransform> plugins, Findings findings) {
        this.plugins = plugins;
        this.secrets = secrets;
        this.top = top;
        this.findings = findings;
    }

    /** Reads a task that names no secret. */
    public static Parsed<TaskSpec> parse(String file, String text) {
        return parse(file, text, Path.of(""), NO_SECRETS);
    }

    /**
     * Reads a task.
     *
     * @param file its name, for findings
     * @param text its content
     * @param directory from which the paths of secrets start
     */
    public static Parsed<TaskSpec> parse(String file, String text, Path directory, SecretResolver resolver) {
        return parse(file, text, directory, resolver, Map.of());
    }

    /**
     * The same with user code.
     *
     * @param plugins by the names under which steps use them
     */
    public static Parsed<TaskSpec> parse(
            String file, String text, Path directory, SecretResolver resolver, Map<String, RowTransform> plugins) {
        Findings findings = new Findings(file);
        Optional<YamlNode> root = YamlReader.read(text, findings);
        if (root.isEmpty()) {
            return Parsed.failed(findings);
        }
        Section top = new Section("", "", root.get(), TaskKeys.all(), findings);
        return new TaskFile(top, new SecretReader(resolver, directory, findings), plugins, findings).task();
    }

    private Parsed<TaskSpec> task() {
        Optional<String> name = top.parsed("name", TaskFile::name);
        Optional<SourceSpec> source = source();
        Optional<TargetSpec> target = target();
        Set<Step> steps = steps();
        Optional<StartPosition> start = start(steps);
        requireLoad(target, steps);
        TableRules tables = new TableRuleReader(findings).read(top);
        Optional<Section> names = top.section("mapping");
        Mapping mapping =
                names.map(section -> new MappingReader(section).read()).orElse(Mapping.DEFAULT);
        Transforms transforms = new Transforms(
                new TransformReader(findings, secrets, plugins).read(top),
                names.map(new AddedColumnReader(findings)::read).orElse(List.of()));
        TypeOptions types = top.section("types").map(TaskFile::types).orElse(TypeOptions.DEFAULT);
        ForeignKeyActions keyActions = top.choice("foreign_key_actions")
                .map(text -> ForeignKeyActions.valueOf(text.toUpperCase(Locale.ROOT)))
                .orElse(ForeignKeyActions.TARGET);
        DmlSpec dml = top.section("dml").map(DmlReader::read).orElse(DmlSpec.UNSAID);
        Conflicts conflicts = top.choice("conflicts")
                .map(text -> Conflicts.valueOf(text.toUpperCase(Locale.ROOT)))
                .orElse(Conflicts.REPAIR);
        DdlSpec said = top.section("ddl").map(DdlSpecReader::read).orElse(DdlSpec.defaults());
        DdlSpec ddl = top.choice("ddl_mode").filter("lenient"::equals).isPresent() ? said.lenient() : said;
        DirtyLimit dirtyLimit = top.section("dirty")
                .flatMap(section -> section.parsed("limit", DirtyLimit::parse))
                .orElse(DirtyLimit.none());
        ResourceSpec resources =
                top.section("resources").map(TaskFile::resources).orElse(ResourceSpec.defaults());
        DeliverySpec standard = DeliverySpec.within(resources);
        DeliverySpec delivery = top.section("delivery")
                .map(section -> delivery(section, standard))
                .orElse(standard);
        RestartSpec restart = top.section("restart").map(TaskFile::restart).orElse(RestartSpec.DEFAULT);
        List<AlertSpec> alerts = AlertReader.read(top);
        if (findings.hasErrors()) {
            return Parsed.failed(findings);
        }
        return Parsed.of(
                findings,
                new TaskSpec(
                        name.orElseThrow(),
                        top.text("description").orElse(""),
                        source.orElseThrow(),
                        target.orElseThrow(),
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
                        alerts));
    }

    private static String name(String text) {
        if (!TaskName.isValid(text)) {
            throw new IllegalArgumentException("not a task name: expected=1 to 128 letters, digits, _ and .");
        }
        return text;
    }

    private Optional<SourceSpec> source() {
        if (top.value("source").orElse(null) instanceof YamlNode.Scalar datasource) {
            return Optional.of(SourceSpec.of(datasource.text()));
        }
        Optional<Section> section = top.section("source");
        if (section.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> datasource = section.get().text("datasource");
        OptionalLong serverId = section.get().integer("server_id", 1, MOST_SERVER_ID);
        Duration heartbeat = section.get().time("heartbeat", LEAST_HEARTBEAT).orElse(SourceSpec.DEFAULT_HEARTBEAT);
        Optional<String> slot = section.get().parsed("slot", TaskFile::serverName);
        Optional<String> publication = section.get().parsed("publication", TaskFile::serverName);
        boolean isTwoPhase =
                section.get().choice("two_phase").map("true"::equals).orElse(false);
        return datasource.map(name -> new SourceSpec(name, serverId, heartbeat, slot, publication, isTwoPhase));
    }

    private Optional<TargetSpec> target() {
        if (top.value("target").orElse(null) instanceof YamlNode.Scalar datasource) {
            return Optional.of(TargetSpec.of(datasource.text()));
        }
        Optional<Section> section = top.section("target");
        if (section.isEmpty()) {
            return Optional.empty();
        }
        ExistingRows existing = section.get()
                .choice("existing_rows")
                .map(text -> ExistingRows.valueOf(text.toUpperCase(Locale.ROOT)))
                .orElse(ExistingRows.ERROR);
        boolean isAppend =
                section.get().choice("write_mode").filter("append"::equals).isPresent();
        boolean isReplica =
                section.get().choice("session").filter("replica"::equals).isPresent();
        String controlSchema = section.get().text("control_schema").orElse(TargetSpec.DEFAULT_CONTROL_SCHEMA);
        return section.get()
                .text("datasource")
                .map(name -> new TargetSpec(name, controlSchema, isReplica, isAppend, existing));
    }

    private static String serverName(String text) {
        if (!text.matches("[a-z0-9_]{1,63}")) {
            throw new IllegalArgumentException("not a name: expected=1 to 63 of a to z, 0 to 9 and _");
        }
        return text;
    }

    private Set<Step> steps() {
        EnumSet<Step> steps = EnumSet.noneOf(Step.class);
        Step last = null;
        for (YamlNode.Scalar text : top.texts("steps").orElse(List.of())) {
            Optional<Step> step = step(text.text());
            if (step.isEmpty()) {
                top.error(text, "steps", "unknown value: expected=structure | full | incremental");
            } else if (last != null && step.get().compareTo(last) <= 0) {
                top.error(text, "steps", "out of order: expected=structure, full, incremental");
            }
            step.ifPresent(steps::add);
            last = step.orElse(last);
        }
        return steps.isEmpty() ? EnumSet.allOf(Step.class) : steps;
    }

    private static Optional<Step> step(String text) {
        return EnumSet.allOf(Step.class).stream()
                .filter(step -> step.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst();
    }

    /** What becomes of rows before a load is nothing to a task without one. */
    private void requireLoad(Optional<TargetSpec> target, Set<Step> steps) {
        boolean isSaid =
                target.filter(spec -> spec.existingRows() != ExistingRows.ERROR).isPresent();
        if (isSaid && !steps.isEmpty() && !steps.contains(Step.FULL)) {
            top.error(top.at("steps"), "target.existing_rows", "contradicts steps: there is no full load");
        }
    }

    private Optional<StartPosition> start(Set<Step> steps) {
        Optional<YamlNode.Scalar> text = top.scalar("start");
        boolean isNeeded = TaskSpec.isStartNeeded(steps);
        if (text.isEmpty()) {
            if (isNeeded && !top.has("start")) {
                top.error(top.at("steps"), "start", "missing with incremental and without full");
            }
            return Optional.empty();
        }
        if (!isNeeded) {
            top.error(text.get(), "start", "contradicts steps: the full load fixes the position");
            return Optional.empty();
        }
        return top.parsed("start", StartPosition::parse);
    }

    private static TypeOptions types(Section section) {
        section.choice("geometry");
        TypeOptions options = new TypeOptions(
                section.choice("zero_date")
                        .map(text -> TypeOptions.ZeroDate.valueOf(text.toUpperCase(Locale.ROOT)))
                        .orElse(TypeOptions.DEFAULT.zeroDate()),
                section.choice("nul_char")
                        .map(text -> TypeOptions.NulChar.valueOf(text.toUpperCase(Locale.ROOT)))
                        .orElse(TypeOptions.DEFAULT.nulChar()),
                section.choice("json").map("jsonb"::equals).orElse(TypeOptions.DEFAULT.isJsonBinary()));
        boolean isEnumNative = section.choice("enum").filter("native"::equals).isPresent();
        return isEnumNative ? options.withEnumNative() : options;
    }

    private static DeliverySpec delivery(Section section, DeliverySpec standard) {
        section.choice("acknowledge");
        return new DeliverySpec(
                section.time("flush_interval", Duration.ofMillis(1)).orElse(standard.flushInterval()),
                section.count("batch_rows", MOST_BATCH_ROWS).orElse(standard.batchRows()),
                section.size("batch_bytes", 1L << 10).orElse(standard.batchBytes()),
                section.parsed("hold_at_source", TaskFile::hold).orElse(standard.holdAtSourceBytes()),
                section.choice("consistency")
                        .map(word -> Consistency.valueOf(word.toUpperCase(Locale.ROOT)))
                        .orElse(standard.consistency()),
                section.time("delay", Duration.ZERO).orElse(standard.delay()));
    }

    private static long hold(String text) {
        return switch (text) {
            case "0" -> 0L;
            case "unlimited" -> Long.MAX_VALUE;
            default -> Units.size(text);
        };
    }

    private static RestartSpec restart(Section section) {
        RestartSpec standard = RestartSpec.DEFAULT;
        return new RestartSpec(
                (int) section.integer("failures", 0, MOST_RESTARTS).orElse(standard.failures()),
                section.time("within", Duration.ofSeconds(1)).orElse(standard.within()));
    }

    private static ResourceSpec resources(Section section) {
        ResourceSpec standard = ResourceSpec.defaults();
        OptionalInt readers = section.count("read_concurrency", MOST_CONCURRENCY);
        OptionalInt lanes = section.count("write_concurrency", MOST_CONCURRENCY);
        return new ResourceSpec(
                readers.orElse(standard.readConcurrency()),
                lanes.orElse(standard.writeConcurrency()),
                section.size("memory", LEAST_MEMORY).orElse(standard.memoryBytes()),
                section.size("log_disk", LEAST_LOG_DISK),
                section.time("log_keep", Duration.ZERO).orElse(standard.logKeep()),
                section.parsed("rows_per_second", text -> rate(text, TaskFile::rows))
                        .orElse(OptionalLong.empty()),
                section.parsed("bytes_per_second", text -> rate(text, Units::size))
                        .orElse(OptionalLong.empty()));
    }

    private static OptionalLong rate(String text, ToLongFunction<String> parser) {
        if (text.equals("unlimited")) {
            return OptionalLong.empty();
        }
        long rate = parser.applyAsLong(text);
        if (rate < 1) {
            throw new IllegalArgumentException("too small: least=1");
        }
        return OptionalLong.of(rate);
    }

    private static long rows(String text) {
        if (!text.matches("[0-9]{1,15}")) {
            throw new IllegalArgumentException("not a number of rows: expected=a whole number, or unlimited");
        }
        return Long.parseLong(text);
    }
}
