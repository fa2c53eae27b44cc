package io.millrace.wal.file;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;

/**
 * Asks the JVM whether it was started with the flags that a change log needs, because the libraries' own messages mislead:
 * without {@code sun.nio.ch} Chronicle says "Can't append to a read-only chronicle".
 */
public final class JvmFlags {
    private static final String BASE = "java.base/";
    private static final String TARGET = "=ALL-UNNAMED";

    private JvmFlags() {}

    /**
     * Called before anything of Chronicle or Agrona is loaded.
     *
     * @throws MillraceException with JVM_FLAG_MISSING, naming the flag
     */
    public static void check() {
        Module base = Object.class.getModule();
        Module own = JvmFlags.class.getModule();
        if (!base.isOpen("java.lang.reflect", own)) {
            throw missing("--add-opens=" + BASE + "java.lang.reflect" + TARGET);
        }
        for (String name : new String[] {"sun.nio.ch", "jdk.internal.ref", "jdk.internal.misc"}) {
            if (!base.isExported(name, own)) {
                throw missing("--add-exports=" + BASE + name + TARGET);
            }
        }
    }

    private static MillraceException missing(String flag) {
        return new MillraceException(ErrorCode.JVM_FLAG_MISSING, "the JVM lacks a flag: flag=" + flag);
    }
}
