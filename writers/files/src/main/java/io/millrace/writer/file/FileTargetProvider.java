package io.millrace.writer.file;

import io.millrace.datasource.DataSource;
import io.millrace.writer.ChangeTarget;
import io.millrace.writer.ChangeTargetProvider;
import java.nio.file.Path;
import java.util.Set;

/** Opens {@code type: file}. */
public final class FileTargetProvider implements ChangeTargetProvider {
    @Override
    public Set<String> types() {
        return Set.of("file");
    }

    @Override
    public ChangeTarget open(DataSource dataSource, String task, Path stateDirectory) {
        return new FileTarget(task, FileSettings.of(dataSource), stateDirectory);
    }
}
