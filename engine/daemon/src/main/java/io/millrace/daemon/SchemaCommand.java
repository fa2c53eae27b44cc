package io.millrace.daemon;

import io.millrace.daemon.text.JsonSchema;
import io.millrace.task.key.DataSourceKeys;
import io.millrace.task.key.TaskKeys;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints a JSON schema, with which an editor checks and completes a file. */
@Command(name = "schema", description = "Prints the JSON schema of a file, for editors.")
final class SchemaCommand implements Callable<Integer> {
    private final Millrace millrace;

    /** The files that have a schema. */
    enum File {
        task,
        datasources
    }

    @Parameters(paramLabel = "FILE", description = "task or datasources.")
    private File file;

    SchemaCommand(Millrace millrace) {
        this.millrace = millrace;
    }

    @Override
    public Integer call() {
        millrace.result(
                switch (file) {
                    case task -> JsonSchema.of("Millrace task", TaskKeys.all());
                    case datasources -> JsonSchema.of("Millrace data sources", DataSourceKeys.all());
                });
        return 0;
    }
}
