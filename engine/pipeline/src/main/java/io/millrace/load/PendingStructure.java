package io.millrace.load;

import io.millrace.writer.StructureItem;
import io.millrace.writer.Target;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes what tables get behind their load, and says what the target refused: the task goes on without that. */
public final class PendingStructure {
    private static final Logger LOG = LoggerFactory.getLogger(PendingStructure.class);

    private PendingStructure() {}

    /** Makes one item. */
    public static void make(Target target, StructureItem item) {
        Optional<String> refused = target.make(item);
        if (refused.isPresent()) {
            LOG.warn(
                    "not made at the target: kind={}, name={}, table={}, columns={}, reason={}",
                    item.kind(),
                    item.name(),
                    item.table(),
                    item.columns(),
                    refused.get());
        } else {
            LOG.info("made: kind={}, name={}, table={}", item.kind(), item.name(), item.table());
        }
    }
}
