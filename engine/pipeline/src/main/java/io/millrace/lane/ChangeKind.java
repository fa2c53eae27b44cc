package io.millrace.lane;

/** What a change does to one key. An update that changes its key is two of them, on two keys. */
final class ChangeKind {
    static final byte INSERT = 1;
    static final byte UPDATE = 2;
    static final byte DELETE = 3;
    /** The row leaves this key for another one. */
    static final byte MOVE_OUT = 4;
    /** The row comes to this key from another one. */
    static final byte MOVE_IN = 5;
    /** The row goes from a key to another with columns absent: it cannot be taken apart. Its image is the whole record. */
    static final byte REKEY = 6;

    private ChangeKind() {}

    static boolean isRemoval(byte kind) {
        return kind == DELETE || kind == MOVE_OUT;
    }
}
