package io.millrace.row;

/** What happened to a row. The code stands in ROWS frames. */
public enum Operation {
    INSERT(1),
    UPDATE(2),
    DELETE(3);

    private static final Operation[] BY_CODE = {null, INSERT, UPDATE, DELETE};

    private final byte code;

    Operation(int code) {
        this.code = (byte) code;
    }

    public byte code() {
        return code;
    }

    /** The operation of a code, or null for a code that is none. */
    public static Operation ofCode(int code) {
        return code > 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }

    /** Inserts have no before image, deletes no after image. */
    public boolean hasBefore() {
        return this != INSERT;
    }

    public boolean hasAfter() {
        return this != DELETE;
    }
}
