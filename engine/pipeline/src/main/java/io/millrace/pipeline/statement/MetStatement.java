package io.millrace.pipeline.statement;

import io.millrace.ddl.DdlEvent;
import io.millrace.writer.Checkpoint;
import java.util.List;

/**
 * A statement before which all lanes stand, with all that comes earlier applied. Immutable.
 *
 * @param number counts the statements that the log has from the lanes' index on, this one included
 * @param checkpoints of the lanes, all at one place
 */
public record MetStatement(DdlEvent event, int number, List<Checkpoint> checkpoints) {
    public MetStatement {
        checkpoints = List.copyOf(checkpoints);
    }
}
