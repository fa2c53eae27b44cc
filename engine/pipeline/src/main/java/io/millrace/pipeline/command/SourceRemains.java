package io.millrace.pipeline.command;

import io.millrace.datasource.DataSource;
import io.millrace.pipeline.Pipeline;
import io.millrace.pipeline.check.Preparation;
import io.millrace.reader.Source;
import io.millrace.reader.SourceRemnant;
import io.millrace.task.TaskSpec;
import java.util.List;

/** What a task made at its source and leaves there when it ends. Asks the source, and changes nothing. */
public final class SourceRemains {
    private SourceRemains() {}

    /**
     * Looks.
     *
     * @throws io.millrace.error.MillraceException where the source cannot be asked
     */
    public static List<SourceRemnant> of(TaskSpec task, DataSource sourceServer) {
        try (Source source = Pipeline.openSource(sourceServer)) {
            return source.remnants(Preparation.request(task, task.tables()));
        }
    }
}
