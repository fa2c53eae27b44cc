package io.millrace.task;

/** The rule for a task's name: it becomes a directory, a key of checkpoints and a name to servers. */
public final class TaskName {
    static final int MOST_CHARACTERS = 128;

    private TaskName() {}

    /** 1 to 128 letters of any script, digits, _ and . ; not dots alone. */
    public static boolean isValid(String name) {
        int count = name.codePointCount(0, name.length());
        return count >= 1
                && count <= MOST_CHARACTERS
                && name.codePoints().allMatch(TaskName::isAllowed)
                && !name.codePoints().allMatch(c -> c == '.');
    }

    private static boolean isAllowed(int c) {
        // Marks belong to the letters of many scripts.
        int type = Character.getType(c);
        return Character.isLetterOrDigit(c)
                || type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || c == '_'
                || c == '.';
    }
}
