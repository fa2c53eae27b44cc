package io.millrace.writer.file;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import java.io.IOException;
import java.nio.file.Path;

/** What goes wrong with files. */
final class Faults {
    private Faults() {}

    /** The file system does not do as it is told: it may again, once there is space. */
    static MillraceException unwritable(Path path, IOException e) {
        return new MillraceException(
                ErrorCode.TARGET_FILE,
                "a file cannot be written: path=" + path + ", reason="
                        + e.getClass().getSimpleName(),
                e);
    }

    /** What stands there is not what the checkpoint says. */
    static MillraceException differs(String what) {
        return new MillraceException(ErrorCode.TARGET_FILES_DIFFER, what);
    }
}
