package io.millrace.writer;

import io.millrace.datasource.DataSource;
import java.nio.file.Path;
import java.util.Set;

/** Opens targets of some types that take changes one by one. Found by ServiceLoader. */
public interface ChangeTargetProvider {
    /** The {@code type:} values of data sources that this one opens. */
    Set<String> types();

    /**
     * Names a target; touches nothing yet.
     *
     * @param task its name
     * @param stateDirectory where the checkpoint is kept of a target that cannot keep it; need not be there yet
     */
    ChangeTarget open(DataSource dataSource, String task, Path stateDirectory);
}
