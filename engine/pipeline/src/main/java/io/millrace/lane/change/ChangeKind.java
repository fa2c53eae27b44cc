package io.millrace.lane.change;

/** What a change does to one key. An update that changes its key is two of them, on two keys. */
public final class ChangeKind {
    public static final byte INSERT = 1;
    public static final byte UPDATE = 2;
    public static final byte DELETE = 3;
    /** The row leaves this key for another one. */
    public static final byte MOVE_OUT = 4;
    /** The row comes to this key from another one. */
    public static final byte MOVE_IN = 5;

    /** The row goes to another key, or changes what foreign keys refer to, as one statement. Its image is the whole record. */
    public static final byte REKEY = 6;
    /** As DELETE, by a session that did not look at foreign keys, so that no action of one ran. */
    public static final byte DELETE_ALONE = 7;

    /** As UPDATE, of a tied table, and what a further unique key looks at is not what it was. */
    public static final byte UPDATE_UNIQUE = 8;

    private ChangeKind() {}

    public static boolean isUpdate(byte kind) {
        return kind == UPDATE || kind == UPDATE_UNIQUE;
    }

    /** Whether a row comes to be that was not there. */
    public static boolean isArrival(byte kind) {
        return kind == INSERT || kind == MOVE_IN;
    }

    /** Whether the source removed the row, which did not go elsewhere. */
    public static boolean isDelete(byte kind) {
        return kind == DELETE || kind == DELETE_ALONE;
    }

    public static boolean isRemoval(byte kind) {
        return kind == DELETE || kind == MOVE_OUT || kind == DELETE_ALONE;
    }
}
