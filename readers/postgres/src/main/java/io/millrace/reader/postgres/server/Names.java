package io.millrace.reader.postgres.server;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.reader.ChangeRequest;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * What a task's slot and publication are called: as the task says, or after the task's name, with a checksum where that
 * has other letters or is long. Only names that need no quotes are taken.
 */
public record Names(String slot, String publication) {
    private static final Pattern FORM = Pattern.compile("[a-z0-9_]{1,63}");
    private static final int LONGEST_STEM = 45;

    public static Names of(ChangeRequest request) {
        String derived = derived(request.taskName());
        return new Names(
                valid("slot", request.slot().orElse(derived)),
                valid("publication", request.publication().orElse(derived)));
    }

    private static String derived(String task) {
        String stem = task.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
        if (stem.equals(task) && stem.length() <= LONGEST_STEM) {
            return "millrace_" + stem;
        }
        CRC32 crc = new CRC32();
        crc.update(task.getBytes(StandardCharsets.UTF_8));
        return "millrace_" + stem.substring(0, Math.min(stem.length(), LONGEST_STEM)) + "_"
                + Long.toHexString(crc.getValue());
    }

    private static String valid(String what, String name) {
        if (!FORM.matcher(name).matches()) {
            throw new MillraceException(
                    ErrorCode.INVALID_VALUE, "not a name: " + what + "=" + name + ", expected=[a-z0-9_]{1,63}");
        }
        return name;
    }
}
