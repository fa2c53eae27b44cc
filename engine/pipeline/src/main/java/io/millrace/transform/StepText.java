package io.millrace.transform;

import io.millrace.datasource.Secret;
import io.millrace.task.TransformStep;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Steps as text by which a change of one is noticed. A secret is in it as a checksum of a checksum alone. */
final class StepText {
    private StepText() {}

    static String of(TransformStep step) {
        if (step instanceof TransformStep.Mask mask) {
            return "mask " + mask.columns() + ' ' + mask.with() + ' ' + mask.first() + ' ' + mask.last() + ' '
                    + mask.value() + ' ' + mask.unit() + ' ' + mark(mask.key());
        }
        if (step instanceof TransformStep.Filter filter) {
            return "filter " + filter.where();
        }
        if (step instanceof TransformStep.Custom custom) {
            return "custom " + custom.transform().name() + ' ' + custom.options();
        }
        return step instanceof TransformStep.SetColumns set ? "set " + set.columns() : step.toString();
    }

    private static int mark(Secret key) {
        CRC32 crc = new CRC32();
        crc.update(key.reveal().getBytes(StandardCharsets.UTF_8));
        return (int) (crc.getValue() & 0xFFF);
    }
}
