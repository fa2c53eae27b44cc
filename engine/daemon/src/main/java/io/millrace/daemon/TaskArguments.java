package io.millrace.daemon;

import io.millrace.datasource.DataSource;
import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.plugin.RowTransform;
import io.millrace.task.TaskSpec;
import io.millrace.task.file.DataSourceFile;
import io.millrace.task.file.TaskFile;
import io.millrace.task.yaml.Parsed;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments that name a task, and the files behind them. Confined to one thread. */
final class TaskArguments {
    @Parameters(paramLabel = "TASK", description = "A task file.")
    private Path file;

    @Option(
            names = "--datasources",
            paramLabel = "FILE",
            description = "The data sources; default: datasources.yaml beside the task.")
    private Path dataSources;

    /**
     * A task with its data sources.
     *
     * @param sources by name: the task's source and target
     */
    record Loaded(TaskSpec task, Map<String, DataSource> sources) {
        DataSource source() {
            return sources.get(task.source().datasource());
        }

        DataSource target() {
            return sources.get(task.target().datasource());
        }
    }

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description = "Jars with row transforms; default: plugins beside the task.")
    private Path plugins;

    private Map<String, RowTransform> plugins(Context context, Path task) {
        return Plugins.in(
                plugins == null
                        ? task.resolveSibling("plugins")
                        : context.directory().resolve(plugins));
    }

    /** Reads the task alone; as {@link #load} where it is wrong. */
    Optional<TaskSpec> task(Millrace millrace) {
        Context context = millrace.context();
        Path path = context.directory().resolve(file);
        Parsed<TaskSpec> task = TaskFile.parse(
                file.toString(),
                read(path),
                path.getParent(),
                new ProcessSecrets(context.environment()),
                plugins(context, path));
        millrace.terminal().problems(task.findings(), millrace.isJson());
        return task.value();
    }

    /** Reads both files; warnings are printed. Empty where one is wrong: all of its problems have been printed then. */
    Optional<Loaded> load(Millrace millrace) {
        Context context = millrace.context();
        Path taskPath = context.directory().resolve(file);
        Optional<TaskSpec> task = task(millrace);
        if (task.isEmpty()) {
            return Optional.empty();
        }
        TaskSpec spec = task.get();
        Path sourcesPath = dataSources == null
                ? taskPath.resolveSibling("datasources.yaml")
                : context.directory().resolve(dataSources);
        Parsed<Map<String, DataSource>> sources = DataSourceFile.parse(
                (dataSources == null ? sourcesPath.getFileName() : dataSources).toString(),
                read(sourcesPath),
                sourcesPath.getParent(),
                new ProcessSecrets(context.environment()),
                Set.copyOf(java.util.List.of(
                                spec.source().datasource(), spec.target().datasource())
                        .stream()
                        .distinct()
                        .toList()));
        millrace.terminal().problems(sources.findings(), millrace.isJson());
        return sources.value().map(found -> new Loaded(spec, found));
    }

    private static String read(Path path) {
        try {
            return Files.readString(path, StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            throw new MillraceException(ErrorCode.TASK_FILE_UNREADABLE, "file is not UTF-8: file=" + path, e);
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.TASK_FILE_UNREADABLE,
                    "file cannot be read: file=" + path + ", reason="
                            + e.getClass().getSimpleName(),
                    e);
        }
    }
}
