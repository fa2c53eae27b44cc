package io.millrace.writer;

/** What becomes of rows whose foreign key loses its parent, or whose parent's key changes. */
public enum KeyAction {
    /** Nothing: the change of the parent is refused while there are such rows. RESTRICT is the same to us. */
    NONE("NO ACTION"),
    CASCADE("CASCADE"),
    SET_NULL("SET NULL"),
    SET_DEFAULT("SET DEFAULT");

    private final String sql;

    KeyAction(String sql) {
        this.sql = sql;
    }

    /** As it stands behind ON DELETE and ON UPDATE. */
    public String sql() {
        return sql;
    }

    /**
     * By the words of SQL.
     *
     * @throws IllegalArgumentException for other words
     */
    public static KeyAction of(String words) {
        return switch (words) {
            case "NO ACTION", "RESTRICT" -> NONE;
            case "CASCADE" -> CASCADE;
            case "SET NULL" -> SET_NULL;
            case "SET DEFAULT" -> SET_DEFAULT;
            default -> throw new IllegalArgumentException("not an action of a foreign key: " + words);
        };
    }
}
